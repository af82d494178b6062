using Kernels.Benchmarks;
using BenchmarksProgram = Kernels.Benchmarks.Program;

namespace Kernels.PropertyTests.Benchmarks;

/// <summary>The program, run inside the test process on a folder of its own.</summary>
public abstract class ProgramRun : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("kernels-").FullName;

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string PathOf(string name) => Path.Combine(Folder, name);

    protected string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    protected static (int ExitCode, string Output, string Error) Run(params string[] args) => Run(default, args);

    protected static (int ExitCode, string Output, string Error) Run(CancellationToken cancellation, params string[] args)
    {
        using StringWriter output = new(), error = new();
        int exitCode = BenchmarksProgram.Run(args, output, error, cancellation: cancellation);
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>Bad input: exit code 2 and exactly this line; returns what was printed before.</summary>
    protected static void Refuses(string line, params string[] args)
    {
        var (exitCode, output, error) = Run(args);
        Assert.Equal($"error: {line}\n", error.ReplaceLineEndings("\n"));
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
    }

    internal static BadInputException Refuses(Action read) => Assert.Throws<BadInputException>(read);
}
