using System.Numerics;

namespace Kernels;

// What solvers make of a decomposition: V f(S) U' for some f, or its transpose.
public static partial class Svd
{
    /// <summary>
    /// Soft-thresholds the singular values: <c>destination = u max(s - threshold, 0) v^T</c>, the minimizer over X of
    /// <c>1/2 |X - a|_F^2 + threshold |X|_*</c> (J.-F. Cai, E. Candes, Z. Shen, SIAM J. Optim. 20, 2010).
    /// </summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="threshold">Zero or more.</param>
    /// <param name="destination">m x n; must not overlap a.</param>
    /// <returns>The rank of the result: singular values above the threshold. Only their vectors enter the product, 2 m n rank flops.</returns>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">A shape does not fit, an entry of a is NaN or infinite, or arguments share memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is negative or not a number.</exception>
    public static int SoftThreshold<T>(ReadOnlyMatrixView<T> a, T threshold, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
        => SoftThreshold(a, threshold, destination, AlignedMemory.RentWorkspace<T>(RequiredSolvingWorkspace<T>(a.Rows, a.Columns)));

    /// <summary>The same in memory of the caller's.</summary>
    /// <param name="a">m x n.</param>
    /// <param name="threshold">Zero or more.</param>
    /// <param name="destination">m x n.</param>
    /// <param name="workspace">At least <see cref="RequiredSolvingWorkspace{T}"/> elements; its content does not matter.</param>
    /// <inheritdoc cref="SoftThreshold{T}(ReadOnlyMatrixView{T}, T, MatrixView{T})"/>
    public static int SoftThreshold<T>(ReadOnlyMatrixView<T> a, T threshold, MatrixView<T> destination, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        RequireThreshold(threshold);
        FactorArguments.CheckShape<T>(destination, a.Rows, a.Columns, nameof(destination));
        SvdFactors<T> svd = Factors(a, destination, workspace, threshold, out int computed);
        int rank = 0;
        for (; rank < computed && svd.Values[rank] > threshold; rank++)
        {
            svd.Values[rank] -= threshold;
        }

        svd.ScaleLeft(rank);
        Gemm.Multiply<T>(svd.U.Slice(0, 0, a.Rows, rank), svd.V.Slice(0, 0, a.Columns, rank).Transposed, destination);
        return rank;
    }

    /// <summary>The Moore-Penrose inverse, <c>destination = v s^+ u^T</c>.</summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="destination">n x m; must not overlap a.</param>
    /// <param name="tolerance">
    /// Singular values at most this part of the largest count as zero; negative for <c>max(m, n)</c> ulp.
    /// </param>
    /// <returns>The rank that was found.</returns>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">A shape does not fit, an entry of a is NaN or infinite, or arguments share memory.</exception>
    public static int PseudoInverse<T>(ReadOnlyMatrixView<T> a, MatrixView<T> destination, double tolerance = -1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        FactorArguments.CheckShape<T>(destination, a.Columns, a.Rows, nameof(destination));
        SvdFactors<T> svd = Factors(a, destination, AlignedMemory.RentWorkspace<T>(RequiredSolvingWorkspace<T>(a.Rows, a.Columns)));
        int rank = svd.Invert(tolerance);
        svd.ScaleLeft(rank);
        Gemm.Multiply<T>(svd.V.Slice(0, 0, a.Columns, rank), svd.U.Slice(0, 0, a.Rows, rank).Transposed, destination);
        return rank;
    }

    /// <summary>Least squares: of all x that minimize <c>|a x - b|</c> column by column, the shortest.</summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="b">m x k right-hand sides.</param>
    /// <param name="x">n x k; receives the solutions; must not overlap a or b.</param>
    /// <param name="tolerance">Singular values at most this part of the largest count as zero; negative for <c>max(m, n)</c> ulp.</param>
    /// <returns>The rank that was found.</returns>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">A shape does not fit, an entry of a is NaN or infinite, or arguments share memory.</exception>
    public static int LeastSquares<T>(ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b, MatrixView<T> x, double tolerance = -1)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        FactorArguments.CheckShape(b, a.Rows, b.Columns, nameof(b));
        FactorArguments.CheckShape<T>(x, a.Columns, b.Columns, nameof(x));
        FactorArguments.RefuseOverlap(x, nameof(x), b, nameof(b));
        int products = checked(Math.Min(a.Rows, a.Columns) * b.Columns);
        Span<T> workspace = AlignedMemory.RentWorkspace<T>(checked(RequiredSolvingWorkspace<T>(a.Rows, a.Columns) + products));
        SvdFactors<T> svd = Factors(a, x, workspace[products..]);
        int rank = svd.Invert(tolerance);
        var coefficients = new MatrixView<T>(workspace, rank, b.Columns);
        Gemm.Multiply<T>(svd.U.Slice(0, 0, a.Rows, rank).Transposed, b, coefficients);
        Elementwise.ScaleByRow(coefficients, svd.Values[..rank], coefficients);
        Gemm.Multiply<T>(svd.V.Slice(0, 0, a.Columns, rank), coefficients, x);
        return rank;
    }

    /// <summary>Elements of workspace that <c>SoftThreshold</c> needs: those of a decomposition and its factors.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative, or the workspace would exceed the longest span.</exception>
    public static int RequiredSolvingWorkspace<T>(int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
        => FactorArguments.Length((long)RequiredWorkspace<T>(rows, columns) + SvdFactors<T>.Length(rows, columns), rows, columns, nameof(rows));

    private static SvdFactors<T> Factors<T>(ReadOnlyMatrixView<T> a, MatrixView<T> written, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Factors(a, written, workspace, T.Zero, out _);

    private static SvdFactors<T> Factors<T>(ReadOnlyMatrixView<T> a, MatrixView<T> written, Span<T> workspace, T threshold, out int computed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        FactorArguments.CheckWorkspace(workspace.Length, RequiredSolvingWorkspace<T>(a.Rows, a.Columns), nameof(workspace));
        FactorArguments.RefuseOverlap(written, "destination", a, nameof(a));
        FactorArguments.RefuseOverlap<T>(workspace, nameof(workspace), written, "destination");
        var factors = new SvdFactors<T>(a.Rows, a.Columns, ref workspace);
        DecomposeAbove(a, threshold, factors.U, factors.Values, factors.V, workspace, out computed);
        return factors;
    }
}
