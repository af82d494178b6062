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
        T[,] u = FirstColumns(result.U, y.GetLength(0), kept), v = FirstColumns(result.V, y.GetLength(1), kept);
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
            Spread(u, v),
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
    private static double Objective<T>(T[,] y, T[,] u, T[,] v, double lambda)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var residual = (T[,])y.Clone();
        Gemm.Multiply(-T.One, u, ((ReadOnlyMatrixView<T>)v).Transposed, T.One, residual);
        double squared = MatrixReductions.SumOfSquares<T>(residual);
        return squared / 2 + lambda * Norms(u).Zip(Norms(v), (a, b) => a * b).Sum();
    }

    private static double Spread<T>(T[,] u, T[,] v)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Norms(u).Zip(Norms(v), (a, b) => Math.Abs(a - b) / Math.Max(a, b)).DefaultIfEmpty(0).Max();

    private static double[] Norms<T>(T[,] factor)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[] norms = new double[factor.GetLength(1)];
        for (int j = 0; j < norms.Length; j++)
        {
            norms[j] = Math.Sqrt(MatrixReductions.SumOfSquares(((ReadOnlyMatrixView<T>)factor).Slice(0, j, factor.GetLength(0), 1)));
        }

        return norms;
    }

    // An empty Memory2D forgets its number of rows, hence the parameter.
    private static T[,] FirstColumns<T>(Memory2D<T> factor, int rows, int columns)
        where T : unmanaged
    {
        var first = new T[rows, columns];
        if (columns > 0)
        {
            factor[.., ..columns].CopyTo(first.AsMemory2D());
        }

        return first;
    }
}
