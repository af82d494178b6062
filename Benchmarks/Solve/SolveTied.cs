using System.Numerics;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve;

/// <summary>Dropout with tied weights, by <see cref="TiedDropout"/>.</summary>
internal static class SolveTied
{
    internal static SolveOutcome<T> Run<T>(T[,] m, SolveRequest request, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        try
        {
            var result = TiedDropout.Solve<T>(m, new() { Rank = request.Rank!.Value, Lambda = request.Weight }, cancellation);
            return new(
                "minimize over W:  ‖M − WWᵀ‖² + λ Σᵢ ‖wᵢ‖⁴",
                [("columns r", $"{request.Rank}"), ("lambda", SolveOutcome<T>.Number(request.Weight))],
                result.U.ToArray(),
                result.V.ToArray(),
                result.Objective,
                result.ClosedForm,
                MatrixReductions.SumOfSquares<T>(m),
                result.NormSpread,
                "‖wᵢ‖² with the trace of WWᵀ divided by r",
                $"{result.Status}: global, by the closed form",
                [("rank of the product", $"{result.Rank}"), ("threshold tau", SolveOutcome<T>.Number(result.Tau)), ("positive eigenvalues", $"{result.SingularValues.Count}")],
                new(result.SingularValues, result.Tau, result.Rank),
                null);
        }
        catch (ArgumentException e) when (e.ParamName == nameof(m))
        {
            throw new BadInputException($"{request.Input}: {e.Message}");
        }
    }
}
