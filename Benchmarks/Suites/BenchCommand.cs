using System.CommandLine;
using BenchmarkDotNet.Running;

namespace Kernels.Benchmarks.Suites;

/// <summary><c>bench</c>.</summary>
internal static class BenchCommand
{
    internal static Command Create(Func<Stream> open, CancellationToken cancellation)
    {
        var rest = new Argument<string[]>("arguments") { Description = "Passed to BenchmarkDotNet.", Arity = ArgumentArity.ZeroOrMore };
        var bench = new Command("bench", """
            BenchmarkDotNet on our kernels and their peers, from within the checkout; its own options follow.

            Example: bench --filter '*Gemm*' --job short
            """) { rest, StreamCommand.Create(open, cancellation) };
        bench.TreatUnmatchedTokensAsErrors = false;
        bench.SetAction(parsed =>
        {
            string[] arguments = [.. parsed.GetValue(rest) ?? [], .. parsed.UnmatchedTokens];
            if (arguments is [var first, ..] && !first.StartsWith('-'))
            {
                throw new BadInputException($"bench: '{first}' is not an option; benchmarks are named by --filter, as in --filter '*Gemm*'.");
            }

            var summaries = BenchmarkSwitcher.FromAssembly(typeof(BenchCommand).Assembly).Run(arguments);
            return summaries.All(summary => summary.Reports.All(report => report.Success)) ? Program.Success : Program.InternalError;
        });
        return bench;
    }
}
