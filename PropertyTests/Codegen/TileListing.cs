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

    /// <summary>One listed method.</summary>
    /// <param name="Tile">The struct.</param>
    /// <param name="Width">Bits of its vectors.</param>
    /// <param name="Kind"><c>Multiply</c>, chains over k, or <c>Dots</c>, sums over adjacent k.</param>
    /// <param name="Rows">Rows of C.</param>
    /// <param name="Vectors">Vectors of a row of C; of <c>Dots</c>, columns.</param>
    /// <param name="Last">How much of the last vector is there; empty when all of it.</param>
    /// <param name="Blocks">The code, block by block.</param>
    internal sealed record Method(string Tile, int Width, string Kind, int Rows, int Vectors, string Last, string[] Blocks)
    {
        internal string Name => $"{Tile}.{Kind}{Rows}x{Vectors}{Last}";
    }

    internal static IReadOnlyList<Method> Read(params (string Name, string Value)[] environment)
    {
        string file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(TileListing).Assembly.Location, Prepare]);
            start.Environment["DOTNET_JitStdOutFile"] = file;
            start.Environment["DOTNET_JitDisasm"] = "Multiply* Dots*";
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }

            using var child = Process.Start(start)!;
            child.WaitForExit();
            Assert.Equal(0, child.ExitCode);
            return [.. ListingStart().Split(File.ReadAllText(file)).Skip(1).Chunk(7).Select(Parse)];
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Method Parse(string[] parts)
        => new(parts[0], int.Parse(parts[1], null), parts[2], int.Parse(parts[3], null), int.Parse(parts[4], null), parts[5], BlockStart().Split(parts[6]));

    [GeneratedRegex(@"; Assembly listing for method Kernels\.GemmTiles\+(Tile\dx\dV(\d+)\w+):(Multiply|Dots)(\d+)x(\d+)(Part|Half|)\(")]
    private static partial Regex ListingStart();

    [GeneratedRegex(@"^G_M\w+:", RegexOptions.Multiline)]
    private static partial Regex BlockStart();
}
