using System.Numerics;

namespace Kernels;

// The start for matrices that are not graded: eigenvectors V of A'A by divide and conquer, nearly all of it products. The columns of A V are orthogonal up to unit
// roundoffs times squared condition numbers; simultaneous rotations, and sweeps if need be, make them so entirely and bring back the digits that A'A has lost.
internal static partial class GramStart
{
    // Up to so many columns sweeps from nothing cost less.
    private const int FewestColumns = 25;

    // Columns that differ more in length are graded: A V would mix the small into the large ones. Rows may: each row of A V is as exact as that row of A.
    private const int MostGrading = 3;

    // A V gives every column an error relative to the largest. What is so many bits shorter is near that error: a QR with pivoting decides the rank.
    private static int MostCondition<T>() => typeof(T) == typeof(double) ? 44 : 18;

    internal static bool Suits(int rows, int columns) => columns >= FewestColumns && rows >= columns;

    // Elements of memory for a tall matrix.
    internal static long Length<T>(int rows, int columns)
        where T : unmanaged, IFloatingPointIeee754<T>
        => ColumnBlock<T>.Length(rows, columns) + JacobiWorkspace<T>.Length(rows, columns)
            + Math.Max(
                Tridiagonal<T>.Length(columns) + TridiagonalEigen<T>.Length(columns) + ColumnBlock<T>.Length(columns, columns) + ColumnBlock<T>.Length(rows, columns),
                Math.Max(SimultaneousRotations<T>.Length(rows, columns), Sweeps(rows, columns) ? BlockSweeps<T>.Length(rows, columns) : 0));

    // Columns much longer than those of a triangle are not worth to be swept.
    private static bool Sweeps(int rows, int columns) => !JacobiSvd.IsReduced(rows, columns);

    // The eigenvectors of the Gram matrix leave a residual of unit roundoffs times sigma_1^2 / sigma, and only triplets up to here are taken without the others.
    private const int MostSpread = 5;

    // False, and nothing is known, when the matrix is graded or its rank is to be decided. The arguments are those of JacobiSvd.
    internal static bool TryDecompose<T, TKernels>(
        ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, bool vectors, Span<T> memory, out SvdInfo info)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
        => TryDecompose<T, TKernels>(a, T.Zero, u, singularValues, v, vectors, memory, out _, out info);

    // The first triplets, `computed` in number, among them all with a value above the threshold. The other values are those of the Gram matrix.
    internal static bool TryDecompose<T, TKernels>(
        ReadOnlyMatrixView<T> a, T threshold, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, bool vectors, Span<T> memory, out int computed, out SvdInfo info)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        (info, computed) = (default, 0);
        int n = a.Columns;
        if (!Suits(a.Rows, n))
        {
            return false;
        }

        int exponent = SvdScaling.UnitExponent(a);
        var scaled = new ColumnBlock<T>(a.Rows, n, ref memory);
        var work = new JacobiWorkspace<T>(a.Rows, n, withRight: true, ref memory);
        SvdScaling.Load(a, exponent, scaled);
        T scaledThreshold = T.ScaleB(threshold, -exponent), least = scaledThreshold * scaledThreshold;
        if ((least == T.Zero && IsGraded(scaled, memory)) || !TryVectors<T, TKernels>(scaled, work.Right, least, work.Norms, memory, out computed)
            || (computed == n && ((least > T.Zero && IsGraded(scaled, memory)) || !TryFinish<T, TKernels>(scaled, work, memory, out info)))
            || (computed < n && !TryFinishFirst<T, TKernels>(scaled, work.First(computed), memory, out info)))
        {
            return false;
        }

        JacobiWorkspace<T> first = work.First(computed);
        SvdFinish.WriteValues<T, TKernels>(first, exponent, singularValues[..computed]);
        for (int k = computed; k < n; k++)
        {
            singularValues[k] = T.ScaleB(T.Sqrt(T.Max(work.Norms[k], T.Zero)), exponent);
            singularValues[k] = k > 0 ? T.Min(singularValues[k], singularValues[k - 1]) : singularValues[k];
        }

        if (vectors)
        {
            SvdFinish.Normalize<T, TKernels>(first);
            first.Left.View.CopyTo(u.Slice(0, 0, u.Rows, computed));
            first.Right.View.CopyTo(v.Slice(0, 0, v.Rows, computed));
        }

        return true;
    }

    private static bool IsGraded<T>(ColumnBlock<T> a, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> squares = memory[..a.Columns];
        for (int j = 0; j < a.Columns; j++)
        {
            squares[j] = Reductions.SumOfSquares<T>(a[j]);
        }

        T least = Reductions.Min<T>(squares);
        return !(least > T.Zero && least >= T.ScaleB(Reductions.Max<T>(squares), -2 * MostGrading));
    }

    // Eigenvectors of the Gram matrix, the largest eigenvalue first; and where `least` is not too far below the largest only those of eigenvalues above it, the others as they are
    // into the rest of `squares`.
    private static bool TryVectors<T, TKernels>(ColumnBlock<T> a, ColumnBlock<T> vectors, T least, Span<T> squares, Span<T> memory, out int computed)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        int n = computed = a.Columns;
        var reduction = new Tridiagonal<T>(n, ref memory);
        var eigen = new TridiagonalEigen<T>(n, ref memory);
        GramProduct.Multiply<T, TKernels>(a.View, reduction.Rest.View);
        T trace = T.Zero;
        for (int k = 0; k < n; k++)
        {
            trace += reduction.Rest[k][k];
        }

        if (trace == T.Zero)
        {
            return false;
        }

        int exponent = T.ILogB(trace);
        Elementwise.Scale(reduction.Rest.View, T.ScaleB(T.One, -exponent), reduction.Rest.View);
        reduction.Reduce<TKernels>();

        // Room for the errors of the eigenvalues, so that what is left out is below.
        T cut = T.ScaleB(least, -exponent) - (T.CreateChecked(8 * Math.Sqrt(n)) * SvdScaling.Epsilon<T>());
        cut = cut > T.Zero ? cut : T.NegativeInfinity;
        if (!eigen.Decompose<TKernels>(reduction.Diagonal, reduction.OffDiagonal, cut, 2 * MostSpread))
        {
            return false;
        }

        bool all = !(cut >= T.ScaleB(eigen.Values[eigen.Order[n - 1]], -2 * MostSpread));
        computed = 0;
        for (int k = 0; k < n; k++)
        {
            int place = eigen.Order[n - 1 - k];
            if (all || eigen.Values[place] >= cut)
            {
                eigen.Vectors[place].CopyTo(vectors[computed++]);
            }
            else
            {
                squares[k] = T.ScaleB(eigen.Values[place], exponent);
            }
        }

        if (computed > 0)
        {
            reduction.MultiplyQ<TKernels>(vectors.First(computed).View);
        }

        return true;
    }

    private static bool TryFinishFirst<T, TKernels>(ColumnBlock<T> a, JacobiWorkspace<T> work, Span<T> memory, out SvdInfo info)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        info = new(true, 0, 0, 0);
        if (work.Columns == 0)
        {
            return true;
        }

        TKernels.Multiply(a.View, work.Right.View, T.Zero, work.Left.View);
        double tolerance = JacobiSweeps.Tolerance<T>(a.Rows);
        Span<T> left = memory;
        info = new SimultaneousRotations<T>(a.Rows, work.Columns, ref left).Run<TKernels>(work, tolerance, work.Columns);
        return TrySweep<T, TKernels>(a, work, tolerance, memory, ref info);
    }

    private static bool TryFinish<T, TKernels>(ColumnBlock<T> a, JacobiWorkspace<T> work, Span<T> memory, out SvdInfo info)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        TKernels.Multiply(a.View, work.Right.View, T.Zero, work.Left.View);
        info = default;
        if (!IsWellConditioned(work))
        {
            return false;
        }

        double tolerance = JacobiSweeps.Tolerance<T>(a.Rows);
        for (int settled = Settled(work, 0); ; settled = Settled(work, settled))
        {
            Span<T> left = memory;
            info = Sum(info, new SimultaneousRotations<T>(a.Rows, a.Columns, ref left).Run<TKernels>(work, tolerance, settled));
            if (!info.Converged || settled == a.Columns)
            {
                break;
            }

            if (!IsWellConditioned(work) || !TryTurn<T, TKernels>(work.Left.From(settled), work.Right.From(settled), memory))
            {
                return false;
            }
        }

        return TrySweep<T, TKernels>(a, work, tolerance, memory, ref info) && IsWellConditioned(work);
    }

    // What is left to rotate, where it is worth it.
    private static bool TrySweep<T, TKernels>(ColumnBlock<T> a, JacobiWorkspace<T> work, double tolerance, Span<T> memory, ref SvdInfo info)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        if (!info.Converged && Sweeps(a.Rows, a.Columns))
        {
            info = Sum(info, BlockSweeps<T>.Run<TKernels>(work, tolerance, memory));
        }

        return info.Converged;
    }

    private static SvdInfo Sum(SvdInfo before, SvdInfo last) => last with { Sweeps = before.Sweeps + last.Sweeps, Rotations = before.Rotations + last.Rotations };

    // How many columns the Gram matrix has told apart, when those before `from` are: its rounding hides what is 2^-17 (float: 2^-5) times shorter. All, when what is left are so few
    // that pairs are rotated one by one.
    private static int Settled<T>(JacobiWorkspace<T> work, int from)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int n = work.Columns;
        T shortest = T.ScaleB(Reductions.SumOfSquares<T>(work.Left[from]), typeof(T) == typeof(double) ? -34 : -10);
        for (int k = from + 1; k < n; k++)
        {
            if (Reductions.SumOfSquares<T>(work.Left[k]) < shortest)
            {
                return SimultaneousRotations<T>.AreFew(n - k, n) ? n : k;
            }
        }

        return n;
    }

    // What is left has a Gram matrix of its own, whose rounding hides as much again.
    private static bool TryTurn<T, TKernels>(ColumnBlock<T> left, ColumnBlock<T> right, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        var vectors = new ColumnBlock<T>(left.Columns, left.Columns, ref memory);
        var copy = new ColumnBlock<T>(left.Rows, left.Columns, ref memory);
        if (!TryVectors<T, TKernels>(left, vectors, T.Zero, default, memory, out _))
        {
            return false;
        }

        left.View.CopyTo(copy.View);
        TKernels.Multiply(copy.View, vectors.View, T.Zero, left.View);
        MatrixView<T> square = copy.View.Slice(0, 0, right.Rows, right.Columns);
        right.View.CopyTo(square);
        TKernels.Multiply(square, vectors.View, T.Zero, right.View);
        return true;
    }

    private static bool IsWellConditioned<T>(JacobiWorkspace<T> work)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (T least, T most) = (T.PositiveInfinity, T.Zero);
        for (int k = 0; k < work.Columns; k++)
        {
            T square = Reductions.SumOfSquares<T>(work.Left[k]);
            (least, most) = (T.Min(least, square), T.Max(most, square));
        }

        return least > T.Zero && least >= T.ScaleB(most, -2 * MostCondition<T>());
    }
}
