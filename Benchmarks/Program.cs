using System.CommandLine;
using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Figures;
using Kernels.Benchmarks.Solve;
using Kernels.Benchmarks.Suites;
using Kernels.Benchmarks.Tour;

namespace Kernels.Benchmarks;

/// <summary>One program: the tour, the solvers on the user's files, the comparisons with peers, the BenchmarkDotNet suites.</summary>
internal static class Program
{
    internal const int Success = 0;
    internal const int InternalError = 1;
    internal const int BadInput = 2;

    private static int Main(string[] args)
    {
        using var interruption = new Interruption();
        return Run(args, Console.Out, Console.Error, Relaunched, interruption.Token);

        int? Relaunched()
        {
            if (!Relaunch.IsNeeded)
            {
                return null;
            }

            // From here on the child alone decides what an interruption means.
            interruption.Dispose();
            return Relaunch.Run(args);
        }
    }

    /// <summary>The whole program. Whatever goes wrong is one line on <paramref name="error"/> and an exit code.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="output">Where results are printed.</param>
    /// <param name="error">Where the one line goes.</param>
    /// <param name="relaunch">Runs a command that loads native libraries in a child process with the environment these need; null runs it here.</param>
    /// <param name="cancellation">Ends the program early with exit code 130.</param>
    internal static int Run(string[] args, TextWriter output, TextWriter error, Func<int?>? relaunch = null, CancellationToken cancellation = default)
    {
        var screen = new Screen(output);
        var parsed = Commands(screen, relaunch ?? (() => null), cancellation).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Fail(error, Complaint(parsed), BadInput);
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (BadInputException e)
        {
            return Fail(error, e.Message, BadInput);
        }
        catch (OperationCanceledException)
        {
            return Fail(error, "interrupted; nothing was written.", Interruption.ExitCode);
        }
        catch (Exception e)
        {
            return Fail(error, $"internal error, please report it: {e.GetType().Name}: {e.Message}", InternalError);
        }
    }

    private static RootCommand Commands(Screen screen, Func<int?> relaunch, CancellationToken cancellation)
    {
        var root = TourCommand.Create(screen, relaunch, cancellation);
        root.Add(SolveCommand.Create(screen, cancellation));
        root.Add(FiguresCommand.Create(screen, cancellation));
        root.Add(CompareCommand.Create(screen, relaunch, cancellation));
        root.Add(BenchCommand.Create(StreamCommand.StandardOutput, cancellation));
        return root;
    }

    // A missing command is said with those there are, and before its options, which belong to it.
    private static string Complaint(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Action is not null)
        {
            return parsed.Errors[0].Message;
        }

        string found = parsed.UnmatchedTokens.Count > 0 ? $"'{parsed.UnmatchedTokens[0]}' is not one of its commands" : "a command is missing";
        return $"{command.Name}: {found}; there {(command.Subcommands.Count == 1 ? "is" : "are")} {string.Join(", ", command.Subcommands.Select(c => c.Name))}.";
    }

    private static int Fail(TextWriter error, string message, int exitCode)
    {
        error.WriteLine($"error: {string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))}");
        return exitCode;
    }
}
