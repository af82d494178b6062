using System.Diagnostics;
using System.Numerics;

namespace Kernels.Runtime;

/// <summary>Options of <see cref="PrincipalComponents"/>.</summary>
public sealed record PrincipalComponentsOptions : SolverOptions
{
    /// <summary>Number of components r, between 1 and min(m, n).</summary>
    public required int Rank { get; init; }

    /// <summary>Subtract the mean of each column first; off unless asked for.</summary>
    public bool Center { get; init; }
}

/// <summary>Answer of <see cref="PrincipalComponents"/>; <see cref="SolverResult{T}.U"/> has orthonormal columns.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record PrincipalComponentsResult<T> : SolverResult<T>
    where T : unmanaged
{
    /// <summary>Singular values of the (centred) data, descending.</summary>
    public required IReadOnlyList<double> SingularValues { get; init; }

    /// <summary>What was subtracted from each of the n columns; empty when the data were not centred.</summary>
    public required IReadOnlyList<T> ColumnMeans { get; init; }
}

/// <summary>
/// Principal components, the truncated SVD: <c>min over U, V of ||Y - U V^T||_F^2</c> with r orthonormal columns in U, V scaled by the singular
/// values.
/// </summary>
/// <remarks>Source: Eckart and Young, 1936; the optimum is the sum of squares of the singular values left out. Cost: one thin SVD and 2 m n r flops.</remarks>
public static class PrincipalComponents
{
    /// <summary>Elements of workspace that an m x n problem needs.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public static int RequiredWorkspace(int rows, int columns)
        => checked(2 * rows * columns + ThinSvd<double>.WorkspaceFor(rows, columns) + rows + columns);

    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite; not changed.</param>
    /// <param name="options">Number of components and centring.</param>
    /// <param name="workspace">Memory to work in; null rents from the pool for this call.</param>
    /// <param name="progress">Told after the decomposition and at the end.</param>
    /// <param name="cancellationToken">Looked at before and after the decomposition.</param>
    /// <returns>Components and certificate; beside the relative gap a rounding floor of 16 units of roundoff of ||Y||_F^2 is allowed.</returns>
    /// <exception cref="ArgumentException">Data empty or not finite, or a caller's workspace too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled: a closed form has no partial answer.</exception>
    public static PrincipalComponentsResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        PrincipalComponentsOptions options,
        SolverWorkspace<T>? workspace = null,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Guard.Matrix(y, nameof(y));
        Guard.RankAtMost(options.Rank, y.Rows, y.Columns, nameof(options.Rank));
        cancellationToken.ThrowIfCancellationRequested();
        long start = Stopwatch.GetTimestamp();

        int m = y.Rows, n = y.Columns, r = options.Rank;
        using SolverWorkspace<T>? own = workspace is null ? new() : null;
        SolverWorkspace<T> memory = workspace ?? own!;
        memory.Reserve(RequiredWorkspace(m, n));
        Rescaling scale = Rescaling.For(y);
        MatrixView<T> data = memory.Matrix(m, n);
        scale.Apply(y, data).CopyTo(data);
        T[] means = options.Center ? SubtractMeans(data, memory, options.Parallelism) : [];

        var svd = new ThinSvd<T>(data, memory);
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report(new(1, 2, double.NaN, double.NegativeInfinity, Stopwatch.GetElapsedTime(start)));

        T[,] u = new T[m, r], v = new T[n, r];
        double[] ones = new double[r];
        Array.Fill(ones, 1);
        svd.WriteFactor(left: true, ones, u);
        svd.WriteFactor(left: false, svd.Values.AsSpan(0, r), v);
        MatrixView<T> residual = memory.Matrix(m, n);
        data.CopyTo(residual);
        Gemm.Multiply(-T.One, u, ((ReadOnlyMatrixView<T>)v).Transposed, T.One, residual, options.Parallelism);
        double objective = MatrixReductions.SumOfSquares<T>(residual);
        double bound = svd.Converged ? Reductions.SumOfSquares<double>(svd.Values.AsSpan(r)) : 0;
        SolverStatus status = Certificate.Status(
            objective, bound, options.GapToleranceFor<T>(), 16 * Certificate.Roundoff<T>() * MatrixReductions.SumOfSquares<T>(data));

        scale.Up<T>(v);
        scale.Up<T>(new MatrixView<T>(means, 1, means.Length));
        scale.Up(svd.Values.AsSpan());
        var result = new PrincipalComponentsResult<T>
        {
            U = u,
            V = v,
            SingularValues = svd.Values,
            ColumnMeans = means,
            Objective = scale.UpSquared(objective),
            LowerBound = scale.UpSquared(bound),
            Status = status,
            Stop = StopReason.ClosedForm,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
        progress?.Report(new(2, 2, result.Objective, result.LowerBound, result.Elapsed));
        return result;
    }

    // means = (1/m) 1^T Y, then Y -= 1 means.
    private static T[] SubtractMeans<T>(MatrixView<T> data, SolverWorkspace<T> memory, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] means = new T[data.Columns];
        var row = new MatrixView<T>(means, 1, data.Columns);
        MatrixView<T> ones = memory.Matrix(data.Rows, 1);
        ones.Fill(T.One);
        Gemm.Multiply<T>(T.One / T.CreateChecked(data.Rows), ones.Transposed, data, T.Zero, row, parallelism);
        Gemm.Multiply<T>(-T.One, ones, row, T.One, data, parallelism);
        return means;
    }
}
