using System.Numerics;

namespace Kernels;

// Up to 32 Householder reflectors as one: H_0 H_1 ... = I - V T V' with T upper triangular (R. Schreiber, C. Van Loan, "A storage-efficient WY
// representation for products of Householder transformations", SISC 10, 1989). Applied to many columns by three products.
internal readonly ref struct ReflectorPanel<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal const int MostColumns = 32;

    // Columns that are transformed at a time, wherever they lie: the bits of a product of very few depend on their number.
    internal const int Chunk = 64;

    // V by columns with its zeros and ones, and by rows.
    private readonly ColumnBlock<T> _columns;
    private readonly Span<T> _rows;
    private readonly Span<T> _triangle;
    private readonly Span<T> _products;
    private readonly Span<T> _factored;

    internal ReflectorPanel(int rows, scoped ref Span<T> memory)
    {
        _columns = new(rows, MostColumns, ref memory);
        _rows = ColumnBlock<T>.TakeVector(rows * MostColumns, ref memory);
        _triangle = ColumnBlock<T>.TakeVector(MostColumns * MostColumns, ref memory);
        _products = ColumnBlock<T>.TakeVector(Chunk * MostColumns, ref memory);
        _factored = ColumnBlock<T>.TakeVector(Chunk * MostColumns, ref memory);
    }

    internal static long Length(int rows)
        => ColumnBlock<T>.Length(rows, MostColumns) + ColumnBlock<T>.VectorLength((long)rows * MostColumns)
            + ColumnBlock<T>.VectorLength(MostColumns * MostColumns) + (2 * ColumnBlock<T>.VectorLength(Chunk * MostColumns));

    // Takes reflectors first .. first + width of a factored matrix: unit first element on the diagonal, the rest below it.
    internal void Load<TKernels>(ColumnBlock<T> factored, ReadOnlySpan<T> factors, int first, int width)
        where TKernels : struct, IFactorKernels<T>
    {
        int rows = factored.Rows - first;
        for (int j = 0; j < width; j++)
        {
            Span<T> column = _columns[j];
            column[..j].Clear();
            factored[first + j][(first + j)..].CopyTo(column[j..]);
        }

        MatrixView<T> v = V(rows, width), vRows = VRows(rows, width), t = Triangle(width);
        v.CopyTo(vRows);
        TKernels.Multiply(v.Transposed, vRows, T.Zero, t);
        ToTriangle(t, factors.Slice(first, width));
    }

    // Each row c of the matrix, a column as long as a reflector, becomes (I - V T V') c, or (I - V T' V') c.
    internal void Apply<TKernels>(int width, bool transposed, MatrixView<T> columns)
        where TKernels : struct, IFactorKernels<T>
    {
        MatrixView<T> t = transposed ? Triangle(width) : Triangle(width).Transposed;
        for (int first = 0; first < columns.Rows; first += Chunk)
        {
            int count = Math.Min(Chunk, columns.Rows - first);
            MatrixView<T> chunk = columns.Slice(first, 0, count, columns.Columns);
            var products = new MatrixView<T>(_products, count, width);
            var factored = new MatrixView<T>(_factored, count, width);
            TKernels.Multiply(chunk, VRows(columns.Columns, width), T.Zero, products);
            TKernels.Multiply(products, t, T.Zero, factored);
            TKernels.Multiply(factored, V(columns.Columns, width).Transposed, T.One, chunk);
        }
    }

    private MatrixView<T> V(int rows, int width) => _columns.View.Slice(0, 0, rows, width);

    private MatrixView<T> VRows(int rows, int width) => new(_rows, rows, width);

    private MatrixView<T> Triangle(int width) => new(_triangle, width, width);

    // From V'V to -T, whose column j is tau_j T V'v_j above -tau_j. The sign goes into T, so that products only add.
    private static void ToTriangle(MatrixView<T> t, ReadOnlySpan<T> factors)
    {
        for (int j = 0; j < t.Columns; j++)
        {
            // Ascending rows need only elements of column j that are not yet replaced.
            for (int i = 0; i < j; i++)
            {
                T sum = T.Zero;
                for (int k = i; k < j; k++)
                {
                    sum = T.FusedMultiplyAdd(t[i, k], t[k, j], sum);
                }

                t[i, j] = -factors[j] * sum;
            }

            t[j, j] = -factors[j];
            for (int i = j + 1; i < t.Rows; i++)
            {
                t[i, j] = T.Zero;
            }
        }
    }
}
