using System.Numerics;

namespace Kernels;

// The driver: scale, precondition, sweep, sort, normalise, write. Arguments are checked by Svd.
internal static class JacobiSvd
{
    // A QR without pivoting first, all of it products, pays for a matrix so many times taller than wide.
    private const int ReducedRatio = 4;

    // From so many columns on the matrix outgrows the first-level cache, and blocks of columns pay.
    private const int BlockedColumns = 48;

    // u and v are empty views when vectors are not wanted.
    internal static SvdInfo Decompose<T, TKernels>(
        ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, bool vectors, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
        => a.Rows < a.Columns ? Decompose<T, TKernels>(a.Transposed, v, singularValues, u, vectors, memory)
            : a.Columns <= 1 ? OneColumn<T, TKernels>(a, u, singularValues, v, vectors, memory)
            : (DirectSvd<T>.Suits(a.Rows, a.Columns)
                ? DirectSvd<T>.TryDecompose<TKernels>(a, u, singularValues, v, vectors, memory, out SvdInfo info)
                : GramStart.TryDecompose<T, TKernels>(a, u, singularValues, v, vectors, memory, out info)) ? info
            : Preconditioned<T, TKernels>(a, u, singularValues, v, vectors, memory);

    // The first triplets only, where those above the threshold can be had without the others.
    internal static SvdInfo DecomposeAbove<T, TKernels>(
        ReadOnlyMatrixView<T> a, T threshold, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, Span<T> memory, out int computed)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        if (a.Rows < a.Columns)
        {
            return DecomposeAbove<T, TKernels>(a.Transposed, threshold, v, singularValues, u, memory, out computed);
        }

        if (threshold > T.Zero && a.Columns > 1 && !DirectSvd<T>.Suits(a.Rows, a.Columns)
            && GramStart.TryDecompose<T, TKernels>(a, threshold, u, singularValues, v, vectors: true, memory, out computed, out SvdInfo info))
        {
            return info;
        }

        computed = a.Columns;
        return Decompose<T, TKernels>(a, u, singularValues, v, vectors: true, memory);
    }

    // Elements of memory for a tall rows x columns matrix.
    internal static long WorkspaceLength<T>(int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Math.Max(
            columns <= 1 ? JacobiWorkspace<T>.Length(rows, columns)
            : DirectSvd<T>.Suits(rows, columns) ? DirectSvd<T>.Length(rows, columns)
            : GramStart.Suits(rows, columns) ? GramStart.Length<T>(rows, columns)
            : 0,
            (IsReduced(rows, columns) ? Reflectors<T>.Length(rows, columns) + PivotedQr<T>.Length(columns, columns) : PivotedQr<T>.Length(rows, columns))
                + JacobiWorkspace<T>.Length(columns, columns) + SweepsLength<T>(columns, columns));

    private static long SweepsLength<T>(int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
        => columns < BlockedColumns ? LaneSweeps<T>.Length(rows, columns) : BlockSweeps<T>.Length(rows, columns);

    internal static bool IsReduced(int rows, int columns) => rows / ReducedRatio >= columns;

    // Its length and direction.
    private static SvdInfo OneColumn<T, TKernels>(ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, bool vectors, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        var work = new JacobiWorkspace<T>(a.Rows, a.Columns, vectors, ref memory);
        int exponent = SvdScaling.Exponent(a);
        SvdScaling.Load(a, exponent, work.Left);
        SvdInfo info = Orthogonalize<T, TKernels>(work, memory);
        SvdFinish.WriteValues<T, TKernels>(work, exponent, singularValues);
        if (vectors)
        {
            SvdFinish.Normalize<T, TKernels>(work);
            work.Left.View.CopyTo(u);
            work.Right.View.CopyTo(v);
        }

        return info;
    }

    // A P = Q R, then Jacobi on R': R' W = Z diag(sigma), so that U = Q W and V = P Z. A tall A is reduced to its triangle before. (A second QR, of R', was tried: it saves a tenth of the
    // rotations and costs more.)
    private static SvdInfo Preconditioned<T, TKernels>(
        ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, bool vectors, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        bool reduced = IsReduced(a.Rows, a.Columns);
        Reflectors<T> first = reduced ? new(a.Rows, a.Columns, ref memory) : default;
        var qr = new PivotedQr<T>(reduced ? a.Columns : a.Rows, a.Columns, ref memory);
        var work = new JacobiWorkspace<T>(a.Columns, a.Columns, vectors, ref memory);
        int exponent = SvdScaling.Exponent(a);
        SvdScaling.Load(a, exponent, reduced ? first.Columns : qr.Columns);
        if (reduced)
        {
            HouseholderQr<T>.Factor<TKernels>(first);
            first.CopyTriangleTransposed(qr.Columns.View.Transposed);
        }

        qr.Factor<TKernels>(a.Rows);
        qr.Reflectors.CopyTriangleTransposed(work.Left.View);
        SvdInfo info = Orthogonalize<T, TKernels>(work, memory);
        if (!info.Converged)
        {
            SvdInfo careful = JacobiSweeps.Run<T, TKernels>(work);
            info = careful with { Sweeps = info.Sweeps + careful.Sweeps, Rotations = info.Rotations + careful.Rotations };
        }

        SvdFinish.WriteValues<T, TKernels>(work, exponent, singularValues);
        if (vectors)
        {
            SvdFinish.Normalize<T, TKernels>(work);
            if (reduced)
            {
                qr.Reflectors.Multiply<TKernels>(work.Right.View, transposed: false);
                first.MultiplyQ<TKernels>(work.Right.View, u);
            }
            else
            {
                qr.Reflectors.MultiplyQ<TKernels>(work.Right.View, u);
            }

            qr.Unpivot(work.Left.View, v);
        }

        return info;
    }

    // From vectors V0 of a matrix not far away, n x n.
    internal static SvdInfo DecomposeFrom<T, TKernels>(
        ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> guess, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
        => a.Columns < BlockedColumns ? SweptFrom<T, TKernels>(a, guess, u, singularValues, v, memory)
            : TryRotateFrom<T, TKernels>(a, guess, u, singularValues, v, memory, out SvdInfo info) ? info
            : Decompose<T, TKernels>(a, u, singularValues, v, vectors: true, memory);

    // The columns of A V0 by simultaneous rotations: false, and the guess is of no more use, when they are not nearly orthogonal. Sweeps would take longer than a start
    // from nothing.
    private static bool TryRotateFrom<T, TKernels>(
        ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> guess, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, Span<T> memory, out SvdInfo info)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        int n = a.Columns, exponent = SvdScaling.UnitExponent(a);
        var work = new JacobiWorkspace<T>(a.Rows, n, withRight: true, ref memory);
        var scaled = new ColumnBlock<T>(a.Rows, n, ref memory);
        var rotations = new SimultaneousRotations<T>(a.Rows, n, ref memory);
        guess.CopyTo(work.Right.View);
        Reorthogonalize<T, TKernels>(work.Right.View, new ColumnBlock<T>(n, n, ref memory).View, new ColumnBlock<T>(n, n, ref memory).View);
        SvdScaling.Load(a, exponent, scaled);
        TKernels.Multiply(scaled.View, work.Right.View, T.Zero, work.Left.View);
        info = rotations.Run<TKernels>(work, JacobiSweeps.Tolerance<T>(a.Rows), settled: n);
        if (!info.Converged || HasVagueSquares<T, TKernels>(work))
        {
            return false;
        }

        SvdFinish.WriteValues<T, TKernels>(work, exponent, singularValues);
        SvdFinish.Normalize<T, TKernels>(work);
        work.Left.View.CopyTo(u);
        work.Right.View.CopyTo(v);
        return true;
    }

    // A V0 = Q R has nearly orthogonal columns, R W = Z diag(sigma), so that U = Q Z and V = V0 W.
    private static SvdInfo SweptFrom<T, TKernels>(
        ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> guess, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        int n = a.Columns;
        var start = new ColumnBlock<T>(n, n, ref memory);
        var qr = new Reflectors<T>(a.Rows, n, ref memory);
        var work = new JacobiWorkspace<T>(n, n, withRight: true, ref memory);
        guess.CopyTo(start.View);
        Reorthogonalize<T, TKernels>(start.View, work.Left.View, work.Right.View);
        int exponent = SvdScaling.Exponent(a);
        var scaled = new ColumnBlock<T>(a.Rows, n, ref memory);
        SvdScaling.Load(a, exponent, scaled);
        TKernels.Multiply(start.View.Transposed, scaled.View.Transposed, T.Zero, qr.Columns.View.Transposed);
        HouseholderQr<T>.Factor<TKernels>(qr);
        qr.CopyTriangleTransposed(work.Left.View.Transposed);
        SvdInfo info = Orthogonalize<T, TKernels>(work, memory);
        if (!info.Converged)
        {
            SvdInfo careful = JacobiSweeps.Run<T, TKernels>(work);
            info = careful with { Sweeps = info.Sweeps + careful.Sweeps, Rotations = info.Rotations + careful.Rotations };
        }

        SvdFinish.WriteValues<T, TKernels>(work, exponent, singularValues);
        SvdFinish.Normalize<T, TKernels>(work);
        qr.MultiplyQ<TKernels>(work.Left.View, u);
        TKernels.Multiply(start.View, work.Right.View, T.Zero, v);
        return info;
    }

    internal static long FromWorkspaceLength<T>(int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
        => columns < BlockedColumns
            ? ColumnBlock<T>.Length(columns, columns) + Reflectors<T>.Length(rows, columns) + JacobiWorkspace<T>.Length(columns, columns)
                + ColumnBlock<T>.Length(rows, columns) + SweepsLength<T>(columns, columns)
            : JacobiWorkspace<T>.Length(rows, columns) + ColumnBlock<T>.Length(rows, columns) + SimultaneousRotations<T>.Length(rows, columns)
                + (2 * ColumnBlock<T>.Length(columns, columns));

    // V (3 I - V'V) / 2, the step of Newton and Schulz: vectors that go from call to call would drift.
    private static void Reorthogonalize<T, TKernels>(MatrixView<T> v, MatrixView<T> gram, MatrixView<T> product)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        TKernels.Multiply(v.Transposed, v, T.Zero, gram);
        T half = T.One / (T.One + T.One);
        for (int j = 0; j < gram.Columns; j++)
        {
            for (int i = 0; i < gram.Rows; i++)
            {
                gram[i, j] = half * ((i == j ? T.One + T.One + T.One : T.Zero) - gram[i, j]);
            }
        }

        TKernels.Multiply(v, gram, T.Zero, product);
        product.CopyTo(v);
    }

    private static SvdInfo Orthogonalize<T, TKernels>(JacobiWorkspace<T> work, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        if (work.HasRight)
        {
            work.SetRightToIdentity();
        }

        double tolerance = JacobiSweeps.Tolerance<T>(work.Left.Rows);
        if (work.Columns < 2)
        {
            return JacobiSweeps.Run<T, TKernels>(work);
        }

        if (HasVagueSquares<T, TKernels>(work))
        {
            return default;
        }

        SvdInfo info = work.Columns < BlockedColumns ? LaneSweeps<T>.Run<TKernels>(work, tolerance, memory) : BlockSweeps<T>.Run<TKernels>(work, tolerance, memory);
        return info with { Converged = info.Converged && !HasVagueSquares<T, TKernels>(work) };
    }

    // A column that is not zero, but so short that its square has lost digits or vanished.
    private static bool HasVagueSquares<T, TKernels>(JacobiWorkspace<T> work)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        bool vague = false;
        for (int j = 0; j < work.Columns; j++)
        {
            T length = ColumnPair.Length<T, TKernels>(work.Left[j]);
            vague |= length > T.Zero && length * length < SvdScaling.AccurateSquare<T>();
        }

        return vague;
    }
}
