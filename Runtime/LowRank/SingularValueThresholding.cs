using System.Diagnostics;
using System.Numerics;
using CommunityToolkit.HighPerformance;

namespace Kernels.Runtime;

/// <summary>Options of <see cref="SingularValueThresholding"/>.</summary>
public sealed record SingularValueThresholdingOptions : SolverOptions
{
    /// <summary>Weight of the nuclear norm; finite, zero or more. Zero gives back the data.</summary>
    public required double Lambda { get; init; }

    internal override void Validate()
    {
        base.Validate();
        Guard.NotNegative(Lambda, nameof(Lambda));
    }
}

/// <summary>Answer of <see cref="SingularValueThresholding"/>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record SingularValueThresholdingResult<T> : SolverResult<T>
    where T : unmanaged
{
    /// <summary>The unique minimizer, m x n; equal to <c>U V^T</c> up to rounding.</summary>
    public required Memory2D<T> X { get; init; }

    /// <summary>Rank of <see cref="X"/>: the number of singular values of the data that are strictly above lambda.</summary>
    public required int Rank { get; init; }

    /// <summary>
    /// Singular values of the data, descending. Those at most lambda, where lambda is at least 1/32 of the largest, come from Y^T Y and are off by some units of roundoff of
    /// <c>s_1^2 / s</c>; the others are as accurate as a decomposition.
    /// </summary>
    public required IReadOnlyList<double> SingularValues { get; init; }

    /// <summary>Nuclear norm of <see cref="X"/>.</summary>
    public required double NuclearNorm { get; init; }

    /// <summary>The optimal value by formula from the singular values, to compare with the objective that was evaluated.</summary>
    public required double ClosedForm { get; init; }

    /// <summary>First KKT condition: an upper bound of the spectral norm of the residual <c>Y - X</c>; optimal means at most lambda.</summary>
    public required double ResidualNormBound { get; init; }

    /// <summary>Second KKT condition: <c>lambda ||X||_* - &lt;Y - X, X&gt;</c>; optimal means zero.</summary>
    public required double RadialResidual { get; init; }
}

/// <summary>
/// The low-rank matrix nearest to Y under a nuclear-norm penalty: <c>min over X of 1/2 ||Y - X||_F^2 + lambda ||X||_*</c>, by soft-thresholding
/// the singular values of Y.
/// </summary>
/// <remarks>
/// Source: Cai, Candes, Shen, SIAM J. Optim. 20(4), 2010. The factors <c>U = P sqrt(t)</c>, <c>V = Q sqrt(t)</c> attain the variational form
/// <c>||X||_* = min over UV^T = X of sum ||u_i|| ||v_i||</c>. The lower bound is the dual objective at <c>P min(S, lambda) Q^T</c>,
/// shrunk until it is feasible for the singular vectors as they were computed.
/// Where lambda is at least 1/32 of the largest singular value only the r vectors above it are computed (<see cref="Svd.DecomposeAbove{T}(ReadOnlyMatrixView{T}, T, MatrixView{T}, Span{T}, MatrixView{T}, out int, Parallelism, CancellationToken)"/>),
/// and the bound takes about m n p + p^3 / 3 flops, p = min(m, n), and loses some m r units of roundoff to the rounding that it accounts for; otherwise one thin SVD and about 2 m n r + 2 (m + n) p^2 + 4 m n p + 4 p^3. All in double.
/// </remarks>
public static class SingularValueThresholding
{
    // The residual's norm is lambda up to some units of roundoff of the data.
    private const double ResidualRoom = 1e-13;

    /// <summary>Elements of workspace that an m x n problem needs. In single precision memory for the same number of doubles is rented besides.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public static int RequiredWorkspace(int rows, int columns)
    {
        (int m, int n) = (Math.Max(rows, columns), Math.Min(rows, columns));
        return checked(4 * m * n + ThinSvd<double>.WorkspaceFor(m, n) + 2 * n * n);
    }

    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite; not changed.</param>
    /// <param name="options">Lambda and tolerances.</param>
    /// <param name="workspace">Memory to work in; null rents from the pool for this call.</param>
    /// <param name="progress">Told after the decomposition and at the end.</param>
    /// <param name="cancellationToken">Looked at before and after the decomposition.</param>
    /// <returns>Minimizer, factors and certificate. <see cref="SolverStatus.Optimal"/> unless rounding exceeds the gap tolerance.</returns>
    /// <exception cref="ArgumentException">Data empty or not finite, or a caller's workspace too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled: a closed form has no partial answer.</exception>
    public static SingularValueThresholdingResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        SingularValueThresholdingOptions options,
        SolverWorkspace<T>? workspace = null,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Guard.Matrix(y, nameof(y));
        cancellationToken.ThrowIfCancellationRequested();
        long start = Stopwatch.GetTimestamp();

        using SolverWorkspace<T>? own = workspace is null ? new() : null;
        SolverWorkspace<double> memory = (workspace ?? own!).Wide;
        memory.Reserve(RequiredWorkspace(y.Rows, y.Columns));
        Rescaling scale = Rescaling.For(y);

        // Never wide from here on: a wide problem is solved as its transpose.
        bool turned = y.Rows < y.Columns;
        (int m, int n) = (Math.Max(y.Rows, y.Columns), Math.Min(y.Rows, y.Columns));
        Span<double> scratch = memory.Vector(m * n);
        MatrixView<double> data = memory.Matrix(m, n), minimizer = memory.Matrix(m, n), residual = new(scratch, m, n);
        Conversions.Convert<T, double>(y, turned ? data.Transposed : data);
        _ = scale.Apply<double>(data, data);
        double lambda = scale.Down(options.Lambda);

        MatrixView<double> left = memory.Matrix(n, m), right = memory.Matrix(n, n);
        double[] values = new double[n];
        Svd.DecomposeAbove<double>(data, lambda, left.Transposed, values, right.Transposed, out int computed, options.Parallelism, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        int rank = 0;
        double nuclear = 0, closedForm = 0, squares = MatrixReductions.SumOfSquares<double>(data);
        for (; rank < computed && values[rank] > lambda; rank++)
        {
            nuclear += values[rank] - lambda;
            closedForm += lambda * values[rank] - lambda * lambda / 2;
            squares -= values[rank] * values[rank];
        }

        // Half of the squares of the values below lambda.
        closedForm += (computed == n ? Reductions.SumOfSquares<double>(values.AsSpan(rank)) : squares) / 2;

        progress?.Report(new(1, 2, double.NaN, double.NegativeInfinity, Stopwatch.GetElapsedTime(start)));
        T[,] u = new T[y.Rows, rank], v = new T[y.Columns, rank], x = new T[y.Rows, y.Columns];
        WriteFactors<T>(left.Slice(0, 0, rank, m), right.Slice(0, 0, rank, n), values, lambda, turned ? v : u, turned ? u : v, scratch, minimizer, options.Parallelism);
        if (lambda == 0)
        {
            // Nothing is shrunk: the data themselves, without the rounding of a product.
            data.CopyTo(minimizer);
        }

        // The objective is that of the matrix returned; the dual point is not rounded to T.
        Conversions.Convert<double, T>(turned ? minimizer.Transposed : minimizer, x);
        Conversions.Convert<T, double>(x, turned ? residual.Transposed : residual);
        double rounding = MatrixSums.Distance<double>(residual, minimizer);
        Elementwise.AddScaled<double>(data, residual, -1, residual);
        double objective = MatrixReductions.SumOfSquares<double>(residual) / 2 + lambda * nuclear;
        double radial = lambda * nuclear - MatrixReductions.Inner<double>(residual, minimizer);
        double bound, residualNorm;
        if (computed == n)
        {
            (bound, residualNorm) = BoundOfAll(data, residual, left, right, values, lambda, memory, options.Parallelism);
        }
        else
        {
            Elementwise.AddScaled<double>(data, minimizer, -1, residual);
            (bound, residualNorm) = BoundOfFirst(data, residual, lambda, memory, options.Parallelism);
            residualNorm += rounding;
        }

        SolverStatus status = Certificate.Status(objective, bound, options.GapToleranceFor<T>());

        scale.Up<T>(x);
        scale.UpRoot<T>(u);
        scale.UpRoot<T>(v);
        scale.Up(values.AsSpan());
        var result = new SingularValueThresholdingResult<T>
        {
            U = u,
            V = v,
            X = x,
            Rank = rank,
            SingularValues = values,
            NuclearNorm = scale.Up(nuclear),
            Objective = scale.UpSquared(objective),
            LowerBound = scale.UpSquared(bound),
            ClosedForm = scale.UpSquared(closedForm),
            ResidualNormBound = scale.Up(residualNorm),
            RadialResidual = scale.UpSquared(radial),
            Status = status,
            Stop = StopReason.ClosedForm,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
        progress?.Report(new(2, 2, result.Objective, result.LowerBound, result.Elapsed));
        return result;
    }

    // U = P sqrt(t), V = Q sqrt(t), and the minimizer P t Q^T.
    private static void WriteFactors<T>(
        ReadOnlyMatrixView<double> left, ReadOnlyMatrixView<double> right, double[] values, double lambda, MatrixView<T> u, MatrixView<T> v, Span<double> scratch,
        MatrixView<double> minimizer, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (int rank, int m, int n) = (left.Rows, left.Columns, right.Columns);
        if (rank == 0)
        {
            minimizer.Fill(0);
            return;
        }

        double[] kept = new double[rank], roots = new double[rank];
        for (int i = 0; i < rank; i++)
        {
            (kept[i], roots[i]) = (values[i] - lambda, Math.Sqrt(values[i] - lambda));
        }

        // At most n rows of m elements, which is what the scratch holds.
        MatrixView<double> scaled = new(scratch, rank, m), shorter = scaled.Slice(0, 0, rank, n);
        Elementwise.ScaleByRow<double>(right, roots, shorter);
        Conversions.Convert<double, T>(shorter.Transposed, v);
        Elementwise.ScaleByRow<double>(left, roots, scaled);
        Conversions.Convert<double, T>(scaled.Transposed, u);
        Elementwise.ScaleByRow<double>(left, kept, scaled);
        Gemm.Multiply<double>(1, scaled.Transposed, right, 0, minimizer, parallelism);
    }

    // The dual optimum from all vectors, P min(S, lambda) Q^T, never multiplied out: good where lambda is far below the data, too.
    private static (double Bound, double NormBound) BoundOfAll(
        ReadOnlyMatrixView<double> data, MatrixView<double> residual, MatrixView<double> left, MatrixView<double> right, double[] values, double lambda, SolverWorkspace<double> memory,
        Parallelism parallelism)
    {
        int n = values.Length;
        double[] clipped = [.. values.Select(value => Math.Min(value, lambda))];
        DualPoint dual = Certificate.DualPointOf(data, left, right, clipped, memory.Matrix(n, n), memory.Matrix(n, n), memory.Matrix(n, n), parallelism);

        // What the computed residual deviates from it is rounding.
        Gemm.Multiply<double>(-clipped[0], left.Slice(0, 0, dual.Terms, data.Rows).Transposed, right.Slice(0, 0, dual.Terms, n), 1, residual, parallelism);
        return (Certificate.NuclearNormBound(dual, lambda), dual.NormBound + Math.Sqrt(MatrixReductions.SumOfSquares<double>(residual)));
    }

    // The dual optimum as the residual, scaled by what a Cholesky factor proves of its norm.
    private static (double Bound, double NormBound) BoundOfFirst(
        ReadOnlyMatrixView<double> data, ReadOnlyMatrixView<double> residual, double lambda, SolverWorkspace<double> memory, Parallelism parallelism)
    {
        int n = data.Columns;
        double along = MatrixReductions.Inner(residual, data), squared = MatrixReductions.SumOfSquares(residual);
        double norm = SpectralBound<double>.Upper(residual, squared, lambda, memory.Matrix(n, n), memory.Matrix(n, n), parallelism, ResidualRoom);
        return (Certificate.NuclearNormBound(new(along, squared, norm, n), lambda), norm);
    }
}
