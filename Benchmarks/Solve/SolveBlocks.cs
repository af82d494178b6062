using System.Numerics;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve;

/// <summary>DropBlock with a rate that follows the number of blocks, by <see cref="VariableDropBlock"/>.</summary>
internal static class SolveBlocks
{
    internal static SolveOutcome<T> Run<T>(T[,] y, SolveRequest request, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var result = VariableDropBlock.Solve<T>(y, new() { BlockSize = request.Rank!.Value, Lambda = request.Weight }, cancellationToken: cancellation);
        return new(
            "minimize over K, U, V:  ‖Y − UVᵀ‖² + K λ Σₖ ‖UₖVₖᵀ‖²",
            [("block size s", $"{request.Rank}"), ("lambda", SolveOutcome<T>.Number(request.Weight)), ("blocks K", $"{result.Blocks}")],
            result.U.ToArray(),
            result.V.ToArray(),
            result.Objective,
            result.ClosedForm,
            result.SingularValues.Sum(s => s * s),
            result.NormSpread,
            "‖UₖVₖᵀ‖ with the spectral s-support norm of UVᵀ divided by K",
            $"{result.Status}: global, the duality gap is {SolveOutcome<T>.Small(Math.Abs(result.RelativeGap))} of the objective",
            [("rank of the product", $"{result.Rank}"), ("values shrunk as by a ridge", $"{result.Full}"), ("threshold tau of the others", SolveOutcome<T>.Number(result.Tau))],
            new(result.SingularValues, result.Tau, result.Rank),
            null);
    }
}
