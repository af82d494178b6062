using System.Numerics;
using CommunityToolkit.HighPerformance;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve;

/// <summary>Singular value thresholding, by <see cref="SingularValueThresholding"/>; with a rank, the best matrix of at most that rank.</summary>
internal static class SolveSvt
{
    internal static SolveOutcome<T> Run<T>(T[,] y, SolveRequest request, IProgress<double> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double lambda = request.Weight;
        var result = SingularValueThresholding.Solve<T>(y, new() { Lambda = lambda }, cancellationToken: cancellation);
        progress.Report(0.9);
        int most = request.Rank ?? int.MaxValue, kept = Math.Min(result.Rank, most);
        bool cut = kept < result.Rank;
        Memory2D<T> u = result.U[.., ..kept], v = result.V[.., ..kept];
        var sigma = result.SingularValues;
        double closedForm = cut ? ClosedForm(sigma, lambda, kept) : result.ClosedForm;
        double objective = cut ? Objective(y, u, v, lambda) : result.Objective;
        return new(
            "minimize over X = UVᵀ:  ½ ‖Y − X‖² + λ ‖X‖∗" + (request.Rank is { } r ? $"  with rank X ≤ {r}" : ""),
            [("rank at most", request.Rank is { } limit ? $"{limit}" : "unlimited"), ("lambda", SolveOutcome<T>.Number(lambda))],
            u,
            v,
            objective,
            closedForm,
            sigma.Sum(s => s * s),
            Spread<T>(u, v),
            "‖uᵢ‖ with ‖vᵢ‖",
            cut
                ? "Optimal: global among matrices of that rank, by the closed form"
                : $"{result.Status}: global, the duality gap is {SolveOutcome<T>.Small(Math.Abs(result.RelativeGap))} of the objective",
            [
                ("rank of the product", $"{kept}"),
                ("nuclear norm of the product", SolveOutcome<T>.Number(sigma.Take(kept).Sum(s => s - lambda))),
                ("singular values above lambda", $"{result.Rank}"),
            ],
            new(sigma, lambda, kept),
            Descent: null);
    }

    // The kept values cost lambda s - lambda^2 / 2 each, the others s^2 / 2 (Mirsky: no matrix of that rank comes nearer).
    private static double ClosedForm(IReadOnlyList<double> sigma, double lambda, int kept)
        => sigma.Select((s, i) => i < kept ? lambda * s - lambda * lambda / 2 : s * s / 2).Sum();

    // ||X||_* = sum ||u_i|| ||v_i||: the columns of each factor are orthogonal.
    private static double Objective<T>(T[,] y, Memory2D<T> u, Memory2D<T> v, double lambda)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var residual = (T[,])y.Clone();
        Gemm.Multiply(-T.One, u.AsView(), v.AsView().Transposed, T.One, residual);
        double squared = MatrixReductions.SumOfSquares<T>(residual);
        return squared / 2 + lambda * Norms(u).Zip(Norms(v), (a, b) => a * b).Sum();
    }

    private static double Spread<T>(Memory2D<T> u, Memory2D<T> v)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Norms(u).Zip(Norms(v), (a, b) => Math.Abs(a - b) / Math.Max(a, b)).DefaultIfEmpty(0).Max();

    private static double[] Norms<T>(Memory2D<T> factor)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] squares = new double[factor.Width];
        for (int j = 0; j < squares.Length; j++)
        {
            squares[j] = Math.Sqrt(MatrixReductions.SumOfSquares<T>(factor[.., j..(j + 1)].AsView()));
        }

        return squares;
    }
}
