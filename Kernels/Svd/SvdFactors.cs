using System.Numerics;

namespace Kernels;

// A thin decomposition in somebody's workspace, vectors by columns.
internal readonly ref struct SvdFactors<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal SvdFactors(int rows, int columns, scoped ref Span<T> memory)
    {
        int count = Math.Min(rows, columns);
        U = new ColumnBlock<T>(rows, count, ref memory).View;
        V = new ColumnBlock<T>(columns, count, ref memory).View;
        Values = ColumnBlock<T>.TakeVector(count, ref memory);
    }

    internal MatrixView<T> U { get; }

    internal MatrixView<T> V { get; }

    internal Span<T> Values { get; }

    internal static long Length(int rows, int columns)
    {
        int count = Math.Min(rows, columns);
        return ColumnBlock<T>.Length(rows, count) + ColumnBlock<T>.Length(columns, count) + ColumnBlock<T>.VectorLength(count);
    }

    // U diag(values), the first columns.
    internal void ScaleLeft(int count)
    {
        MatrixView<T> left = U.Slice(0, 0, U.Rows, count).Transposed;
        Elementwise.ScaleByRow(left, Values[..count], left);
    }

    // Replaces the values that do not count as zero by their reciprocals, and tells how many they are.
    internal int Invert(double tolerance)
    {
        double part = tolerance >= 0 ? tolerance : Math.Max(U.Rows, V.Rows) * double.CreateChecked(SvdScaling.Epsilon<T>());
        double least = Values.Length == 0 ? 0 : double.CreateChecked(Values[0]) * part;
        int rank = 0;
        for (; rank < Values.Length && double.CreateChecked(Values[rank]) > least && Values[rank] > T.Zero; rank++)
        {
            Values[rank] = T.One / Values[rank];
        }

        return rank;
    }
}
