using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using CommunityToolkit.HighPerformance;

namespace Kernels.Runtime;

/// <summary>Answer of <see cref="OneHiddenLayer"/>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record OneHiddenLayerResult<T> : SolverResult<T>
    where T : unmanaged
{
    /// <summary>
    /// Eigenvalues of <c>Syx Sxx^-1 Sxy</c>, descending: what each hidden unit can take off the risk. The product U V^T is unique when the last one taken is above
    /// the next.
    /// </summary>
    public required IReadOnlyList<double> Eigenvalues { get; init; }

    /// <summary>The least risk by formula, <c>tr Syy</c> minus the taken eigenvalues.</summary>
    public required double ClosedForm { get; init; }
}

/// <summary>
/// A linear network with one hidden layer, <c>min over U (m x r), V (n x r) of ||Y - U V^T X||_F^2</c>, for inputs and labels of any rank, and the same from
/// their second moments.
/// </summary>
/// <remarks>
/// With the thin SVD X = P S R^T and M = Y R: U are the leading left singular vectors of M and V = P S^-1 M^T U. Sxx is never inverted. The minimum over
/// products alone, without the weight Sxx^(1/2), is another problem. Source: Baldi and Hornik, Neural Networks 2, 1989.
/// </remarks>
public static class OneHiddenLayer
{
    /// <summary>Solves from data.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Labels, m x N, finite.</param>
    /// <param name="x">Inputs, n x N, finite; a sample a column.</param>
    /// <param name="units">Hidden units r, at least one; columns beyond the useful rank are zero.</param>
    /// <param name="parallelism">Threads for the matrix products.</param>
    /// <returns>The risk is the sum over samples.</returns>
    /// <exception cref="ArgumentException">A matrix is empty, not finite or of the wrong shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no units.</exception>
    public static OneHiddenLayerResult<T> Solve<T>(ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> x, int units, Parallelism parallelism = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Matrix(y, nameof(y));
        Guard.Matrix(x, x.Rows, y.Columns, nameof(x));
        Guard.AtLeast(units, 1, nameof(units));
        long start = Stopwatch.GetTimestamp();
        int m = y.Rows, n = x.Rows;
        using var memory = new SolverWorkspace<T>();
        memory.Reserve(checked(InputReduction<T>.WorkspaceFor(m, n, x.Columns) + ThinSvd<T>.WorkspaceFor(m, Math.Min(n, x.Columns)) + Math.Min(n, x.Columns) * units));
        var reduction = new InputReduction<T>(y, x, memory, parallelism);
        T[,] u = new T[m, units], v = new T[n, units];
        double[] sigma = [];
        bool converged = reduction.Converged;
        if (reduction.M.Columns > 0)
        {
            var svd = new ThinSvd<T>(reduction.M, memory);
            (sigma, converged) = (svd.Values, converged && svd.Converged);
            MatrixView<T> w = memory.Matrix(reduction.M.Columns, units);
            WriteFactors(svd, units, u, w);
            reduction.MapBack(w, v, parallelism);
        }

        double squared = MatrixReductions.SumOfSquares(y), closed = ClosedForm(squared, sigma, units);
        double objective = InputDropout.Evaluate<T>(y, x, u, v, 0, parallelism);
        return Result(u, v, sigma, objective, closed, converged, 16 * Certificate.Roundoff<T>() * squared, start);
    }

    /// <summary>Solves from second moments.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="sxx">Moments of the inputs, n x n, symmetric positive semidefinite; may be singular.</param>
    /// <param name="syx">Moments of labels and inputs, m x n.</param>
    /// <param name="syy">Moments of the labels, m x m, symmetric.</param>
    /// <param name="units">Hidden units r, at least one.</param>
    /// <param name="parallelism">Threads for the matrix products.</param>
    /// <exception cref="ArgumentException">A shape does not fit, Sxx is not symmetric and positive semidefinite, or the moments belong to no joint law.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are no units.</exception>
    public static OneHiddenLayerResult<T> SolveMoments<T>(
        ReadOnlyMatrixView<T> sxx, ReadOnlyMatrixView<T> syx, ReadOnlyMatrixView<T> syy, int units, Parallelism parallelism = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.AtLeast(units, 1, nameof(units));
        SymmetricEigen<T>.Check(syy, nameof(syy));
        long start = Stopwatch.GetTimestamp();
        var whitened = new Whitening<T>(sxx, syx, parallelism);
        int m = syx.Rows, n = sxx.Rows;
        double trace = MatrixReductions.Trace(syy), tolerance = (typeof(T) == typeof(float) ? 1e-4 : 1e-10) * Math.Abs(trace);
        T[,] u = new T[m, units], v = new T[n, units];
        double[] sigma = [];
        bool converged = true;
        ReadOnlyMatrixView<T> reduced = whitened.M;
        if (!reduced.IsEmpty)
        {
            using var memory = new SolverWorkspace<T>();
            memory.Reserve(ThinSvd<T>.WorkspaceFor(m, reduced.Columns));
            var svd = new ThinSvd<T>(reduced, memory);
            (sigma, converged) = (svd.Values, svd.Converged);
            T[,] w = new T[reduced.Columns, units];
            WriteFactors(svd, units, u, w);
            Gemm.Multiply<T>((ReadOnlyMatrixView<T>)whitened.Back, w, v, parallelism);
        }

        double closed = ClosedForm(trace, sigma, units);
        if (trace - Reductions.SumOfSquares<double>(sigma) < -tolerance)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The moments belong to no joint law: the best linear prediction would have the risk {trace - Reductions.SumOfSquares<double>(sigma)}."), nameof(syy));
        }

        return Result(u, v, sigma, Risk<T>(sxx, syx, trace, u, v, parallelism), closed, converged, Math.Max(tolerance, 16 * Certificate.Roundoff<T>() * trace), start);
    }

    // tr(Syy - 2 Syx Z^T + Z Sxx Z^T) for Z = U V^T.
    internal static double Risk<T>(
        ReadOnlyMatrixView<T> sxx, ReadOnlyMatrixView<T> syx, double trace, ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[,] product = new T[u.Rows, v.Rows], along = new T[u.Rows, v.Rows];
        Gemm.Multiply<T>(u, v.Transposed, product, parallelism);
        Gemm.Multiply<T>((ReadOnlyMatrixView<T>)product, sxx, along, parallelism);
        return trace - 2 * MatrixReductions.Inner<T>(syx, product) + MatrixReductions.Inner<T>(product, along);
    }


    // U = leading left vectors, W = leading right vectors times their values (the same as M^T U).
    private static void WriteFactors<T>(ThinSvd<T> svd, int units, MatrixView<T> u, MatrixView<T> w)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        u.Fill(T.Zero);
        w.Fill(T.Zero);
        int taken = Math.Min(units, svd.Values.Count(value => value > 0));
        double[] ones = new double[taken];
        Array.Fill(ones, 1);
        svd.WriteFactor(true, ones, u);
        svd.WriteFactor(false, svd.Values.AsSpan(0, taken), w);
    }

    private static double ClosedForm(double total, double[] sigma, int units) => Math.Max(0, total - Reductions.SumOfSquares<double>(sigma.AsSpan(0, Math.Min(units, sigma.Length))));

    private static OneHiddenLayerResult<T> Result<T>(T[,] u, T[,] v, double[] sigma, double objective, double closed, bool converged, double floor, long start)
        where T : unmanaged, IFloatingPointIeee754<T>
        => new()
        {
            U = u,
            V = v,
            Eigenvalues = [.. sigma.Select(value => value * value)],
            Objective = objective,
            ClosedForm = closed,
            LowerBound = converged ? closed : 0,
            Status = Certificate.Status(objective, converged ? closed : 0, typeof(T) == typeof(float) ? 1e-4 : 1e-6, floor),
            Stop = StopReason.ClosedForm,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
}

// M = Syx Sxx^(-1/2) in the eigenvectors of Sxx, and the map V = Back W of factors of M to factors of Syx Sxx^+.
internal readonly struct Whitening<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // m x q.
    internal readonly T[,] M;

    // n x q, eigenvectors divided by the roots of their eigenvalues.
    internal readonly T[,] Back;

    internal readonly double LargestEigenvalue;

    internal Whitening(ReadOnlyMatrixView<T> sxx, ReadOnlyMatrixView<T> syx, Parallelism parallelism)
    {
        SymmetricEigen<T>.Check(sxx, nameof(sxx));
        Guard.Matrix(syx, syx.Rows, sxx.Rows, nameof(syx));
        int n = sxx.Rows;
        var eigen = new SymmetricEigen<T>(sxx);
        double least = eigen.Values[^1], trace = MatrixReductions.Trace(sxx), slack = typeof(T) == typeof(float) ? 1e-5 : 1e-10;
        if (least < -slack * trace)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Must be positive semidefinite, but has the eigenvalue {least}."), nameof(sxx));
        }

        LargestEigenvalue = Math.Max(eigen.Values[0], 0);
        double cut = 8 * n * Certificate.Roundoff<T>() * LargestEigenvalue;
        int q = eigen.Values.Count(value => value > cut);
        Back = new T[n, q];
        M = new T[syx.Rows, q];
        for (int i = 0; i < q; i++)
        {
            Elementwise.Scale<T>(
                ((ReadOnlyMatrixView<T>)eigen.Vectors).Slice(i, 0, 1, n), T.CreateChecked(1 / Math.Sqrt(eigen.Values[i])), ((MatrixView<T>)Back).Slice(0, i, n, 1).Transposed);
        }

        if (q > 0)
        {
            Gemm.Multiply<T>(syx, Back, M, parallelism);
        }
    }
}
