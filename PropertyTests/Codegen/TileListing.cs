using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Kernels.PropertyTests.Codegen;

/// <summary>The JIT's own listing of every GEMM tile, written by a child process that compiles them and does nothing else.</summary>
internal static partial class TileListing
{
    private const string Prepare = "prepare-tiles";

    // The entry of that child process.
    private static int Main(string[] arguments)
    {
        if (arguments is not [Prepare])
        {
            Console.Error.WriteLine("This is a test assembly: run 'dotnet test Kernels.sln -c Release'.");
            return 2;
        }

        foreach (MethodInfo tile in typeof(GemmTiles).GetNestedTypes(BindingFlags.NonPublic).SelectMany(type => type.GetMethods(BindingFlags.NonPublic | BindingFlags.Static)))
        {
            RuntimeHelpers.PrepareMethod(tile.MethodHandle);
        }

        return 0;
    }

    internal sealed record Method(string Tile, int Width, int Rows, int Vectors, string Last, string[] Blocks);

    internal static IReadOnlyList<Method> Read(params (string Name, string Value)[] environment)
    {
        string file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(TileListing).Assembly.Location, Prepare]);
            start.Environment["DOTNET_JitStdOutFile"] = file;
            start.Environment["DOTNET_JitDisasm"] = "Multiply*";
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }

            using var child = Process.Start(start)!;
            child.WaitForExit();
            Assert.Equal(0, child.ExitCode);
            return [.. ListingStart().Split(File.ReadAllText(file)).Skip(1).Chunk(6).Select(Parse)];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Method Parse(string[] parts)
        => new(parts[0], int.Parse(parts[1], null), int.Parse(parts[2], null), int.Parse(parts[3], null), parts[4], BlockStart().Split(parts[5]));

    [GeneratedRegex(@"; Assembly listing for method Kernels\.GemmTiles\+(Tile\dx\dV(\d+)\w+):Multiply(\d+)x(\d+)(Part|Half|)\(")]
    private static partial Regex ListingStart();

    [GeneratedRegex(@"^G_M\w+:", RegexOptions.Multiline)]
    private static partial Regex BlockStart();
}
