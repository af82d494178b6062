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

    /// <summary>Singular values of the data, descending.</summary>
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
/// Cost: one thin SVD and about 2 m n r + 2 (m + n) p^2 + 4 m n p + 4 p^3 flops, p = min(m, n).
/// </remarks>
public static class SingularValueThresholding
{
    /// <summary>Elements of workspace that an m x n problem needs.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public static int RequiredWorkspace(int rows, int columns)
    {
        int p = Math.Min(rows, columns);
        return checked(2 * rows * columns + ThinSvd<double>.WorkspaceFor(rows, columns) + p * columns + 2 * p * p);
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
        SolverWorkspace<T> memory = workspace ?? own!;
        memory.Reserve(RequiredWorkspace(y.Rows, y.Columns));
        Rescaling scale = Rescaling.For(y);
        ReadOnlyMatrixView<T> data = scale.Apply(y, memory.Matrix(y.Rows, y.Columns));
        double lambda = scale.Down(options.Lambda);

        var svd = new ThinSvd<T>(data, memory);
        cancellationToken.ThrowIfCancellationRequested();
        double[] thresholded = new double[svd.Values.Length];
        Prox.SoftThreshold<double>(svd.Values, lambda, thresholded);
        int rank = svd.Values.Count(value => value > lambda);
        double nuclear = thresholded.Sum();
        progress?.Report(new(1, 2, double.NaN, double.NegativeInfinity, Stopwatch.GetElapsedTime(start)));

        T[,] u = new T[y.Rows, rank], v = new T[y.Columns, rank], x = new T[y.Rows, y.Columns];
        double[] roots = [.. thresholded.Take(rank).Select(Math.Sqrt)];
        svd.WriteFactor(left: true, roots, u);
        svd.WriteFactor(left: false, roots, v);
        if (lambda == 0)
        {
            // Nothing is shrunk: the data themselves, without the rounding of a product.
            data.CopyTo(x);
        }
        else
        {
            Gemm.Multiply<T>(T.One, u, ((ReadOnlyMatrixView<T>)v).Transposed, T.Zero, x, options.Parallelism);
        }

        MatrixView<T> residual = memory.Matrix(y.Rows, y.Columns);
        Elementwise.AddScaled(data, x, -T.One, residual);
        double objective = MatrixReductions.SumOfSquares<T>(residual) / 2 + lambda * nuclear;
        double radial = lambda * nuclear - MatrixReductions.Inner<T>(residual, x);

        // The dual optimum is the residual, P min(S, lambda) Q^T; what the computed residual deviates from that is rounding.
        double[] clipped = [.. svd.Values.Select(value => Math.Min(value, lambda))];
        int p = clipped.Length;
        DualPoint dual = Certificate.DualPointOf(
            data, svd.Left, svd.Right, clipped, memory.Matrix(p, y.Columns), memory.Matrix(p, p), memory.Matrix(p, p), options.Parallelism);
        Gemm.Multiply(
            -T.CreateChecked(clipped[0]), svd.Left.Slice(0, 0, dual.Terms, y.Rows).Transposed, svd.Right.Slice(0, 0, dual.Terms, y.Columns), T.One, residual, options.Parallelism);
        double residualNorm = dual.NormBound + Math.Sqrt(MatrixReductions.SumOfSquares<T>(residual));
        double bound = Certificate.NuclearNormBound(dual, lambda);
        double closedForm = svd.Values.Sum(value => value >= lambda ? lambda * value - lambda * lambda / 2 : value * value / 2);
        SolverStatus status = Certificate.Status(objective, bound, options.GapToleranceFor<T>());

        scale.Up<T>(x);
        scale.UpRoot<T>(u);
        scale.UpRoot<T>(v);
        scale.Up(svd.Values.AsSpan());
        var result = new SingularValueThresholdingResult<T>
        {
            U = u,
            V = v,
            X = x,
            Rank = rank,
            SingularValues = svd.Values,
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
}
