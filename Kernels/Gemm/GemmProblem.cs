using System.Numerics;

namespace Kernels;

// C = beta C + A B, m x n x k, in pinned memory, any strides. At most one operand carries alpha, as a factor rounded into its elements.
internal readonly unsafe struct GemmProblem<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal required int M { get; init; }

    internal required int N { get; init; }

    internal required int K { get; init; }

    internal required GemmOperand<T> A { get; init; }

    internal required GemmOperand<T> B { get; init; }

    internal required T Beta { get; init; }

    internal required T* C { get; init; }

    internal required nint CRow { get; init; }

    internal required nint CColumn { get; init; }

    internal bool IsScaled => A.IsScaled || B.IsScaled;

    // Of the whole product, also in a part of it.
    internal GemmForm Form { get; init; }

    // B is copied, and so is the part of it that a thread reads: what makes the whole worth a copy, rows that displace each other, holds there too.
    internal bool CopiesB { get; init; }

    // B waits for memory, or the whole does of which this reads a part.
    internal bool IsFar { get; init; }

    // All of k is taken at once, or the whole takes it so: A is read where it lies.
    internal bool IsDeep { get; init; }

    // Sums in dot form that are those of Reductions.Dot, also in a part of the whole.
    internal bool HasManyLanes { get; init; }

    // C^T = B^T A^T: the same chains, since a product of two scalars commutes.
    internal GemmProblem<T> Transposed => this with
    {
        M = N,
        N = M,
        A = B.Transposed,
        B = A.Transposed,
        CRow = CColumn,
        CColumn = CRow,
    };

    internal GemmProblem<T> RowRange(int start, int count) => this with { M = count, A = A.From(start, 0), C = C + start * CRow };

    internal GemmProblem<T> ColumnRange(int start, int count) => this with { N = count, B = B.From(0, start), C = C + start * CColumn };
}

internal readonly unsafe struct GemmOperand<T>(T* origin, nint row, nint column, T scale, nint tile = 0)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal readonly T* Origin = origin;
    internal readonly nint Row = row;
    internal readonly nint Column = column;
    internal readonly T Scale = scale;

    // Elements from one tile of rows to the next, of a copy that holds tile by tile; 0 where Row says it.
    internal readonly nint Tile = tile;

    internal GemmOperand<T> Transposed => new(Origin, Column, Row, Scale);

    internal bool IsScaled => Scale != T.One;

    internal ReadOnlyMatrixView<T> View(int rows, int columns) => new(ref *Origin, rows, columns, (int)Row, (int)Column);

    internal GemmOperand<T> From(int row, int column) => new(Origin + row * Row + column * Column, Row, Column, Scale);
}
