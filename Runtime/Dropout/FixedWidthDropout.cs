using System.Diagnostics;
using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

/// <summary>Options of <see cref="FixedWidthDropout"/>.</summary>
public sealed record FixedWidthDropoutOptions : SolverOptions
{
    /// <summary>Number of factors r, at least one; it may exceed min(m, n).</summary>
    public required int Rank { get; init; }

    /// <summary>Weight lambda of the regularizer; finite, zero or more. Zero is the truncated SVD.</summary>
    public required double Lambda { get; init; }

    /// <summary>Options for a probability of keeping a unit: lambda = (1 - theta) / theta.</summary>
    /// <param name="rank">Number of factors.</param>
    /// <param name="theta">Nominal keep probability, in (0, 1]. Masks draw a neighbour of it; to compare with a masked run pass
    /// <see cref="KeepRate.DropoutWeight"/> as <see cref="Lambda"/> instead.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="theta"/> is NaN or outside (0, 1].</exception>
    public static FixedWidthDropoutOptions FromTheta(int rank, double theta)
    {
        Guard.Probability(theta, nameof(theta));
        return new() { Rank = rank, Lambda = (1 - theta) / theta };
    }

    /// <summary>
    /// Options for a rate that follows the width: lambda_r = r lambda_1, that is theta_r = theta_1 / (r - (r - 1) theta_1). The optimum is then the same
    /// for every r from the rank of the optimal product on, <c>min over X of ||Y - X||_F^2 + lambda_1 ||X||_*^2</c>; at a fixed rate the regularizer fades
    /// like 1 / r.
    /// </summary>
    /// <param name="rank">Number of factors r.</param>
    /// <param name="firstTheta">The rate theta_1 of a single factor, in (0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="firstTheta"/> is NaN or outside (0, 1].</exception>
    public static FixedWidthDropoutOptions Variable(int rank, double firstTheta)
    {
        Guard.Probability(firstTheta, nameof(firstTheta));
        return new() { Rank = rank, Lambda = rank * ((1 - firstTheta) / firstTheta) };
    }

    internal override void Validate()
    {
        base.Validate();
        Guard.AtLeast(Rank, 1, nameof(Rank));
        Guard.NotNegative(Lambda, nameof(Lambda));
    }
}

/// <summary>Answer of <see cref="FixedWidthDropout"/>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record FixedWidthDropoutResult<T> : SolverResult<T>
    where T : unmanaged
{
    /// <summary>Rank of the optimal product (rho); at most r.</summary>
    public required int Rank { get; init; }

    /// <summary>How much every surviving singular value was shrunk.</summary>
    public required double Tau { get; init; }

    /// <summary>Nuclear norm of the optimal product.</summary>
    public required double NuclearNorm { get; init; }

    /// <summary>The global optimum by formula from the singular values, to compare with the objective that was evaluated.</summary>
    public required double ClosedForm { get; init; }

    /// <summary>
    /// Objective minus the dual objective of the convex problem in the product; null when lambda is zero or the limit of r factors cuts off a
    /// singular value above tau, where the product problem is not convex and the closed form is the bound.
    /// </summary>
    public required double? DualityGap { get; init; }

    /// <summary>Largest relative deviation of <c>||u_i|| ||v_i||</c> from their common optimum, nuclear norm / r.</summary>
    public required double NormSpread { get; init; }

    /// <summary>Singular values of the data, descending.</summary>
    public required IReadOnlyList<double> SingularValues { get; init; }
}

/// <summary>
/// The global optimum of dropout with a fixed number of factors:
/// <c>min over U, V of ||Y - U V^T||_F^2 + lambda sum over i of ||u_i||^2 ||v_i||^2</c>, in closed form.
/// </summary>
/// <remarks>
/// The optimal product shrinks the singular values of Y by a common tau and keeps at most r of them; the factors are its symmetric SVD split,
/// rotated until all columns weigh the same. Source: Mianjy, Arora, Vidal, ICML 2018. Cost: one thin SVD, 6 (m + n) (r - 1) flops of
/// rotations, and three matrix products for the certificate.
/// </remarks>
public static class FixedWidthDropout
{
    /// <summary>Elements of workspace that an m x n problem with r factors needs.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <param name="rank">r.</param>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public static int RequiredWorkspace(int rows, int columns, int rank)
    {
        int p = Math.Min(rows, columns);
        return checked(2 * rows * columns + ThinSvd<double>.WorkspaceFor(rows, columns) + p * columns + 2 * p * p + rank * (rows + columns));
    }

    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite; not changed.</param>
    /// <param name="options">Number of factors, lambda and tolerances.</param>
    /// <param name="workspace">Memory to work in; null rents from the pool for this call.</param>
    /// <param name="progress">Told after the decomposition and at the end.</param>
    /// <param name="cancellationToken">Looked at before and after the decomposition.</param>
    /// <returns>
    /// One pair of optimal factors (any rotation that keeps the columns equal is another) and the certificate. Optimal allows, beside the
    /// relative gap, a rounding floor of 16 units of roundoff of ||Y||_F^2: with lambda = 0 the optimum can be zero.
    /// </returns>
    /// <exception cref="ArgumentException">Data empty or not finite, or a caller's workspace too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled: a closed form has no partial answer.</exception>
    public static FixedWidthDropoutResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        FixedWidthDropoutOptions options,
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

        int m = y.Rows, n = y.Columns, r = options.Rank;
        using SolverWorkspace<T>? own = workspace is null ? new() : null;
        SolverWorkspace<T> memory = workspace ?? own!;
        memory.Reserve(RequiredWorkspace(m, n, r));
        Rescaling scale = Rescaling.For(y);
        ReadOnlyMatrixView<T> data = scale.Apply(y, memory.Matrix(m, n));

        var svd = new ThinSvd<T>(data, memory);
        cancellationToken.ThrowIfCancellationRequested();
        double[] sigma = svd.Values, x = new double[sigma.Length];
        double weight = options.Lambda / r;
        SquaredNuclearShrinkage shrinkage = SquaredNuclearShrinkage.Apply(sigma, weight, r, x);
        progress?.Report(new(1, 2, double.NaN, double.NegativeInfinity, Stopwatch.GetElapsedTime(start)));

        MatrixView<T> ut = memory.Matrix(r, m), vt = memory.Matrix(r, n);
        WriteBalanced(svd, x.AsSpan(0, shrinkage.Survivors), ut, vt);

        MatrixView<T> residual = memory.Matrix(m, n);
        data.CopyTo(residual);
        Gemm.Multiply(-T.One, ut.Transposed, vt, T.One, residual, options.Parallelism);
        double squared = MatrixReductions.SumOfSquares<T>(residual);
        (double regularizer, double spread) = Importance(ut, vt, shrinkage.Sum / r);
        double objective = squared + options.Lambda * regularizer;

        double tolerance = options.GapToleranceFor<T>(), floor = 16 * Certificate.Roundoff<T>() * MatrixReductions.SumOfSquares(data);
        double? dual = IsConvex(sigma, shrinkage, r, weight) ? DualBound(data, svd, shrinkage, weight, memory, options.Parallelism) : null;
        double bound = dual ?? (svd.Converged ? shrinkage.Objective : 0);
        SolverStatus status = Certificate.Status(objective, bound, tolerance, floor);

        T[,] u = new T[m, r], v = new T[n, r];
        ut.Transposed.CopyTo(u);
        vt.Transposed.CopyTo(v);
        scale.UpRoot<T>(u);
        scale.UpRoot<T>(v);
        scale.Up(sigma.AsSpan());
        var result = new FixedWidthDropoutResult<T>
        {
            U = u,
            V = v,
            Rank = shrinkage.Survivors,
            Tau = scale.Up(shrinkage.Tau),
            NuclearNorm = scale.Up(shrinkage.Sum),
            SingularValues = sigma,
            Objective = scale.UpSquared(objective),
            ClosedForm = scale.UpSquared(shrinkage.Objective),
            LowerBound = scale.UpSquared(bound),
            DualityGap = dual is double value ? scale.UpSquared(objective - value) : null,
            NormSpread = spread,
            Status = status,
            Stop = StopReason.ClosedForm,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
        progress?.Report(new(2, 2, result.Objective, result.LowerBound, result.Elapsed));
        return result;
    }

    // The symmetric split A sqrt(x), B sqrt(x) with zero columns up to r, then equalized; factors as rows.
    private static void WriteBalanced<T>(ThinSvd<T> svd, ReadOnlySpan<double> x, MatrixView<T> ut, MatrixView<T> vt)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ut.Fill(T.Zero);
        vt.Fill(T.Zero);
        double[] spectrum = new double[ut.Rows];
        x.CopyTo(spectrum);
        for (int i = 0; i < x.Length; i++)
        {
            T root = T.CreateChecked(Math.Sqrt(x[i]));
            Elementwise.Scale<T>(svd.Left.Row(i), root, ut.Row(i));
            Elementwise.Scale<T>(svd.Right.Row(i), root, vt.Row(i));
        }

        Balancing.EqualizeDiagonal(spectrum, ut, vt, default);
    }

    // The regularizer sum ||u_i||^2 ||v_i||^2 and the largest relative deviation of ||u_i|| ||v_i|| from the target.
    private static (double Regularizer, double Spread) Importance<T>(MatrixView<T> ut, MatrixView<T> vt, double target)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using SpanOwner<double> left = SpanOwner<double>.Allocate(ut.Rows), right = SpanOwner<double>.Allocate(vt.Rows);
        MatrixReductions.SumsOfSquaresOfRows<T>(ut, left.Span);
        MatrixReductions.SumsOfSquaresOfRows<T>(vt, right.Span);
        double spread = 0;
        for (int i = 0; i < ut.Rows; i++)
        {
            double deviation = Math.Abs(Math.Sqrt(left.Span[i] * right.Span[i]) - target);
            spread = Math.Max(spread, target > 0 ? deviation / target : deviation);
        }

        return (Reductions.Dot<double>(left.Span, right.Span), spread);
    }

    // The limit of r factors is not what stopped the survivors.
    private static bool IsConvex(double[] sigma, SquaredNuclearShrinkage shrinkage, int r, double weight)
    {
        int survivors = shrinkage.Survivors;
        return weight > 0 && (survivors == sigma.Length || survivors < r || sigma[survivors] <= shrinkage.Tau);
    }

    // The dual optimum is the residual: tau where a singular value survives, the singular value itself elsewhere.
    private static double DualBound<T>(
        ReadOnlyMatrixView<T> data, ThinSvd<T> svd, SquaredNuclearShrinkage shrinkage, double weight, SolverWorkspace<T> memory, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int p = svd.Values.Length;
        double[] left = [.. svd.Values];
        Array.Fill(left, shrinkage.Tau, 0, shrinkage.Survivors);
        DualPoint dual = Certificate.DualPointOf(
            data, svd.Left, svd.Right, left, memory.Matrix(p, data.Columns), memory.Matrix(p, p), memory.Matrix(p, p), parallelism);
        return Certificate.SquaredNuclearNormBound(dual, weight);
    }
}
