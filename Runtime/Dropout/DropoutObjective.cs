using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

/// <summary>
/// What dropout minimizes on average: <c>f(U, V) = ||Y - U V^T||_F^2 + lambda sum over i of ||u_i||^2 ||v_i||^2</c>.
/// </summary>
/// <remarks>
/// With independent masks z of keep probability theta and <c>lambda = (1 - theta) / theta</c> it equals
/// <c>E ||Y - (1/theta) U diag(z) V^T||_F^2</c> exactly. Source: Cavazza et al., AISTATS 2018 (arXiv:1710.05092); Srivastava et al., JMLR 2014.
/// </remarks>
public static class DropoutObjective
{
    /// <summary>The objective.</summary>
    /// <param name="y">Data, m x n.</param>
    /// <param name="u">Left factor, m x r.</param>
    /// <param name="v">Right factor, n x r.</param>
    /// <param name="lambda">Weight of the regularizer; for masks of <see cref="KeepRate"/> its <see cref="KeepRate.DropoutWeight"/>.</param>
    /// <param name="workspace">Room for m n elements; null rents from the pool.</param>
    /// <param name="parallelism">Threads for the matrix product.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or a caller's workspace is too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Lambda is negative or not finite.</exception>
    public static double Evaluate<T>(
        ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, double lambda, SolverWorkspace<T>? workspace = null, Parallelism parallelism = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckShapes(y, u, v, lambda);
        using SolverWorkspace<T>? own = workspace is null ? new() : null;
        SolverWorkspace<T> memory = workspace ?? own!;
        memory.Reserve(checked(y.Rows * y.Columns));
        return Evaluate(y, u, v, lambda, memory.Matrix(y.Rows, y.Columns), parallelism);
    }

    /// <summary>
    /// The gradient: <c>-2 (Y - U V^T) V + 2 lambda U diag(||v_i||^2)</c> and <c>-2 (Y - U V^T)^T U + 2 lambda V diag(||u_i||^2)</c>.
    /// </summary>
    /// <param name="y">Data, m x n.</param>
    /// <param name="u">Left factor, m x r.</param>
    /// <param name="v">Right factor, n x r.</param>
    /// <param name="lambda">Weight of the regularizer.</param>
    /// <param name="gradientU">Receives the derivative by U, m x r; must not overlap the inputs.</param>
    /// <param name="gradientV">Receives the derivative by V, n x r; must not overlap the inputs.</param>
    /// <param name="workspace">Room for m n elements; null rents from the pool.</param>
    /// <param name="parallelism">Threads for the matrix products.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, or a caller's workspace is too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Lambda is negative or not finite.</exception>
    public static void Gradient<T>(
        ReadOnlyMatrixView<T> y,
        ReadOnlyMatrixView<T> u,
        ReadOnlyMatrixView<T> v,
        double lambda,
        MatrixView<T> gradientU,
        MatrixView<T> gradientV,
        SolverWorkspace<T>? workspace = null,
        Parallelism parallelism = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        CheckShapes(y, u, v, lambda);
        Guard.Shape<T>(gradientU, u.Rows, u.Columns, nameof(gradientU));
        Guard.Shape<T>(gradientV, v.Rows, v.Columns, nameof(gradientV));
        using SolverWorkspace<T>? own = workspace is null ? new() : null;
        SolverWorkspace<T> memory = workspace ?? own!;
        memory.Reserve(checked(y.Rows * y.Columns));
        MatrixView<T> residual = memory.Matrix(y.Rows, y.Columns);
        y.CopyTo(residual);
        Gemm.Multiply(-T.One, u, v.Transposed, T.One, residual, parallelism);

        T minusTwo = -(T.One + T.One);
        Gemm.Multiply(minusTwo, residual, v, T.Zero, gradientU, parallelism);
        Gemm.Multiply(minusTwo, residual.Transposed, u, T.Zero, gradientV, parallelism);
        AddRegularizer(u, v, lambda, gradientU);
        AddRegularizer(v, u, lambda, gradientV);
    }

    // residual is m x n scratch.
    internal static double Evaluate<T>(
        ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, double lambda, MatrixView<T> residual, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        y.CopyTo(residual);
        Gemm.Multiply(-T.One, u, v.Transposed, T.One, residual, parallelism);
        using SpanOwner<double> left = SpanOwner<double>.Allocate(u.Columns), right = SpanOwner<double>.Allocate(v.Columns);
        MatrixReductions.SumsOfSquaresOfRows(u.Transposed, left.Span);
        MatrixReductions.SumsOfSquaresOfRows(v.Transposed, right.Span);
        return MatrixReductions.SumOfSquares<T>(residual) + lambda * Reductions.Dot<double>(left.Span, right.Span);
    }

    // gradient += 2 lambda factor diag(||other_i||^2), column by column.
    private static void AddRegularizer<T>(ReadOnlyMatrixView<T> factor, ReadOnlyMatrixView<T> other, double lambda, MatrixView<T> gradient)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using SpanOwner<double> norms = SpanOwner<double>.Allocate(other.Columns);
        MatrixReductions.SumsOfSquaresOfRows(other.Transposed, norms.Span);
        Elementwise.Scale<double>(norms.Span, 2 * lambda, norms.Span);
        using SpanOwner<T> weights = SpanOwner<T>.Allocate(other.Columns);
        Conversions.Convert<double, T>(new(norms.Span, 1, norms.Length), new(weights.Span, 1, weights.Length));
        Elementwise.AddScaledByRow<T>(gradient.Transposed, factor.Transposed, weights.Span, gradient.Transposed);
    }

    private static void CheckShapes<T>(ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, double lambda)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Shape(u, y.Rows, u.Columns, nameof(u));
        Guard.Shape(v, y.Columns, u.Columns, nameof(v));
        Guard.NotNegative(lambda, nameof(lambda));
    }
}
