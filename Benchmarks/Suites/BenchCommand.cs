using System.CommandLine;
using BenchmarkDotNet.Running;

namespace Kernels.Benchmarks.Suites;

/// <summary><c>bench</c>.</summary>
internal static class BenchCommand
{
    internal static Command Create(Func<int?> relaunch)
    {
        var rest = new Argument<string[]>("arguments") { Description = "Passed to BenchmarkDotNet.", Arity = ArgumentArity.ZeroOrMore };
        var bench = new Command("bench", """
            BenchmarkDotNet on our kernels and their peers; its own options follow.

            Example: bench --filter '*Gemm*' --job short
            """) { rest };
        bench.TreatUnmatchedTokensAsErrors = false;
        bench.SetAction(parsed =>
        {
            if (relaunch() is { } exitCode)
            {
                return exitCode;
            }

            string[] arguments = [.. parsed.GetValue(rest) ?? [], .. parsed.UnmatchedTokens];
            BenchmarkSwitcher.FromAssembly(typeof(BenchCommand).Assembly).Run(arguments);
            return Program.Success;
        });
        return bench;
    }
}
