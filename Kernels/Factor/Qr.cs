using System.Numerics;

namespace Kernels;

/// <summary>Householder QR, with and without column pivoting, for any shape and rank.</summary>
/// <remarks>
/// Panels of 32 reflections in compact WY form, everything else products: 2 n^2 (m - n / 3) flops to factor an m x n matrix and as many for a thin
/// Q, also when it is tall and narrow. With pivoting half of the factorization passes over the matrix once a column. Entries are first
/// brought to one magnitude by a power of two, so that squares neither overflow nor underflow. The contract is in docs/contracts/qr.md.
/// </remarks>
public static class Qr
{
    /// <summary><c>a = q r</c>.</summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="q">m x c with p = min(m, n) &lt;= c &lt;= m; receives the first columns of the orthogonal factor. c = p is the thin form, c = m the full one.</param>
    /// <param name="r">p x n; receives the upper triangular factor. Signs of its diagonal follow from the algorithm.</param>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">A shape does not fit, an entry of a is NaN or infinite, or two arguments share memory.</exception>
    public static void Decompose<T>(ReadOnlyMatrixView<T> a, MatrixView<T> q, MatrixView<T> r)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Decompose(a, q, r, AlignedMemory.RentWorkspace<T>(RequiredWorkspace<T>(a.Rows, a.Columns)));

    /// <summary>The same in memory of the caller's.</summary>
    /// <param name="a">m x n.</param>
    /// <param name="q">m x c, min(m, n) &lt;= c &lt;= m.</param>
    /// <param name="r">min(m, n) x n.</param>
    /// <param name="workspace">At least <see cref="RequiredWorkspace{T}"/> elements; its content does not matter.</param>
    /// <inheritdoc cref="Decompose{T}(ReadOnlyMatrixView{T}, MatrixView{T}, MatrixView{T})"/>
    public static void Decompose<T>(ReadOnlyMatrixView<T> a, MatrixView<T> q, MatrixView<T> r, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(a, q, r, workspace);
        var qr = new Reflectors<T>(a.Rows, a.Columns, ref workspace);
        int exponent = SvdScaling.Exponent(a);
        SvdScaling.Load(a, exponent, qr.Columns);
        HouseholderQr<T>.Factor<LiveFactorKernels<T>>(qr);
        WriteTriangle(qr, exponent, r);
        qr.FormQ<LiveFactorKernels<T>>(q);
    }

    /// <summary><c>a p = q r</c> with a permutation p that makes the diagonal of r fall off in magnitude.</summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="q">m x c with p = min(m, n) &lt;= c &lt;= m; receives orthonormal columns.</param>
    /// <param name="r">p x n; receives the upper triangular factor. |r[i, i]| is at least the length of what is below row i in any later column.</param>
    /// <param name="order">n places; place j receives the column of a that came to column j.</param>
    /// <returns>The numerical rank: rows of r from there on are exactly zero, where what was left of each column could be rounding alone.</returns>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">A shape does not fit, an entry of a is NaN or infinite, or two arguments share memory.</exception>
    public static int DecomposePivoted<T>(ReadOnlyMatrixView<T> a, MatrixView<T> q, MatrixView<T> r, Span<int> order)
        where T : unmanaged, IFloatingPointIeee754<T>
        => DecomposePivoted(a, q, r, order, AlignedMemory.RentWorkspace<T>(RequiredWorkspace<T>(a.Rows, a.Columns)));

    /// <summary>The same in memory of the caller's.</summary>
    /// <param name="a">m x n.</param>
    /// <param name="q">m x c, min(m, n) &lt;= c &lt;= m.</param>
    /// <param name="r">min(m, n) x n.</param>
    /// <param name="order">n places.</param>
    /// <param name="workspace">At least <see cref="RequiredWorkspace{T}"/> elements; its content does not matter.</param>
    /// <inheritdoc cref="DecomposePivoted{T}(ReadOnlyMatrixView{T}, MatrixView{T}, MatrixView{T}, Span{int})"/>
    public static int DecomposePivoted<T>(ReadOnlyMatrixView<T> a, MatrixView<T> q, MatrixView<T> r, Span<int> order, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(a, q, r, workspace);
        FactorArguments.CheckLength(order.Length, a.Columns, nameof(order));
        var qr = new PivotedQr<T>(a.Rows, a.Columns, ref workspace);
        int exponent = SvdScaling.Exponent(a);
        SvdScaling.Load(a, exponent, qr.Columns);
        int rank = qr.Factor<LiveFactorKernels<T>>(a.Rows);
        WriteTriangle(qr.Reflectors, exponent, r);
        qr.Reflectors.FormQ<LiveFactorKernels<T>>(q);
        qr.Order.CopyTo(order);
        return rank;
    }

    /// <summary>Elements of workspace that a rows x columns matrix needs: about <c>m n + 200 m + 40 n</c>.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">A dimension is negative, or the workspace would exceed the longest span.</exception>
    public static int RequiredWorkspace<T>(int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        return FactorArguments.Length(PivotedQr<T>.Length(rows, columns), rows, columns, nameof(rows));
    }

    private static void WriteTriangle<T>(Reflectors<T> qr, int exponent, MatrixView<T> r)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        qr.CopyTriangleTransposed(r.Transposed);
        for (int i = 0; i < r.Rows; i++)
        {
            for (int j = i; j < r.Columns; j++)
            {
                r[i, j] = T.ScaleB(r[i, j], exponent);
            }
        }
    }

    private static void Check<T>(ReadOnlyMatrixView<T> a, MatrixView<T> q, MatrixView<T> r, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = Math.Min(a.Rows, a.Columns);
        if (q.Rows != a.Rows || q.Columns < count || q.Columns > a.Rows)
        {
            throw new ArgumentException(
                $"For a {a.Rows} x {a.Columns} matrix it must have {a.Rows} rows and {count} to {a.Rows} columns, but is {q.Rows} x {q.Columns}.", nameof(q));
        }

        FactorArguments.CheckShape<T>(r, count, a.Columns, nameof(r));
        FactorArguments.CheckWorkspace(workspace.Length, RequiredWorkspace<T>(a.Rows, a.Columns), nameof(workspace));
        FactorArguments.RefuseOverlap<T>(q, nameof(q), a, nameof(a));
        FactorArguments.RefuseOverlap<T>(r, nameof(r), a, nameof(a));
        FactorArguments.RefuseOverlap<T>(r, nameof(r), q, nameof(q));
        FactorArguments.RefuseOverlap(workspace, nameof(workspace), a, nameof(a));
        FactorArguments.RefuseOverlap<T>(workspace, nameof(workspace), q, nameof(q));
        FactorArguments.RefuseOverlap<T>(workspace, nameof(workspace), r, nameof(r));
        FactorArguments.CheckFinite(a, nameof(a));
    }
}
