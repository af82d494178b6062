using System.Numerics;

namespace Kernels;

// Householder reduction of a symmetric matrix to tridiagonal form, A = Q T Q'. Half of the work is products of the rest of A with a vector; the other half
// updates the rest by a whole panel at a time (J. Dongarra, S. Hammarling, D. Sorensen, "Block reduction of matrices to condensed forms", J. Comput. Appl.
// Math. 27, 1989). Of A, blocks of columns on and below the diagonal are kept: each is read once for both products that it is part of.
internal readonly ref struct Tridiagonal<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int PanelColumns = 16;

    // So many columns of the largest matrices still fit into the second-level cache.
    private const int BlockColumns = 64;

    private readonly ColumnBlock<T> _panel;
    private readonly ColumnBlock<T> _mirrored;
    private readonly Span<T> _products;

    internal Tridiagonal(int order, scoped ref Span<T> memory)
    {
        Rest = new(order, order, ref memory);
        Reflectors = new(order - 1, order - 1, ref memory);
        Diagonal = ColumnBlock<T>.TakeVector(order, ref memory);
        _panel = new(order, 2 * PanelColumns, ref memory);
        _mirrored = new(order, 2 * PanelColumns, ref memory);
        _products = ColumnBlock<T>.TakeVector(2 * PanelColumns, ref memory);
    }

    internal static long Length(int order)
        => ColumnBlock<T>.Length(order, order) + Reflectors<T>.Length(order - 1, order - 1) + ColumnBlock<T>.VectorLength(order)
            + (2 * ColumnBlock<T>.Length(order, 2 * PanelColumns)) + ColumnBlock<T>.VectorLength(2 * PanelColumns);

    // Before the reduction the matrix, both triangles, of which the upper one is not read outside the blocks on the diagonal.
    internal ColumnBlock<T> Rest { get; }

    // Reflector k starts at row k + 1 of the matrix: Q = 1 + Q(reflectors).
    internal Reflectors<T> Reflectors { get; }

    // Of T.
    internal Span<T> Diagonal { get; }

    // Of T, one less.
    internal Span<T> OffDiagonal => Reflectors.Diagonal;

    internal void Reduce<TKernels>()
        where TKernels : struct, IFactorKernels<T>
    {
        int n = Rest.Rows, steps = n - 1;
        for (int first = 0; first < steps; first += PanelColumns)
        {
            int width = Math.Min(PanelColumns, steps - first);
            for (int i = 0; i < width; i++)
            {
                Step<TKernels>(first + i, i);
            }

            UpdateRest<TKernels>(first + width, width);
        }

        Diagonal[n - 1] = Rest[n - 1][n - 1];
    }

    // Q times a matrix of as many rows.
    internal void MultiplyQ<TKernels>(MatrixView<T> c)
        where TKernels : struct, IFactorKernels<T>
        => Reflectors.Multiply<TKernels>(c.Slice(1, 0, c.Rows - 1, c.Columns), transposed: false);

    // The k-th reflector v, and w such that the rest becomes A - v w' - w v'. `pairs` such updates are still to be made to A.
    private void Step<TKernels>(int k, int pairs)
        where TKernels : struct, IFactorKernels<T>
    {
        int n = Rest.Rows;
        MatrixView<T> column = Rest.View.Slice(k, k, n - k, 1);
        Subtract<TKernels>(k, pairs, _mirrored.View.Slice(k, 0, 1, 2 * pairs).Transposed, column);
        Diagonal[k] = Rest[k][k];

        Span<T> v = Reflectors.Columns[k][k..], w = _panel[(2 * pairs) + 1][(k + 1)..];
        Rest[k][(k + 1)..].CopyTo(v);
        T length = ColumnPair.Length<T, TKernels>(v);
        Reflectors.Make(k, length < SvdScaling.Negligible<T>() ? T.Zero : length);
        v.CopyTo(_panel[2 * pairs][(k + 1)..]);

        MatrixView<T> vector = Vector(v), product = Vector(w);
        MultiplyRest<TKernels>(k + 1, vector, product);
        if (pairs > 0)
        {
            MatrixView<T> products = Vector(_products[..(2 * pairs)]);
            TKernels.Multiply(_panel.View.Slice(k + 1, 0, n - k - 1, 2 * pairs).Transposed, vector, T.Zero, products);
            Mirror(_products, 2 * pairs);
            Subtract<TKernels>(k + 1, pairs, products, product);
        }

        T factor = Reflectors.Factors[k];
        Elementwise.Scale(w, factor, w);
        T half = T.One / (T.One + T.One);
        TKernels.AddScaled(v, -half * factor * TKernels.Dot(w, v), w);
        Elementwise.Scale(v, -T.One, _mirrored[(2 * pairs) + 1][(k + 1)..]);
        Elementwise.Scale(w, -T.One, _mirrored[2 * pairs][(k + 1)..]);
    }

    // destination += panel coefficients, from a row on; the coefficients carry the sign.
    private void Subtract<TKernels>(int row, int pairs, ReadOnlyMatrixView<T> coefficients, MatrixView<T> destination)
        where TKernels : struct, IFactorKernels<T>
    {
        if (pairs > 0)
        {
            TKernels.Multiply(_panel.View.Slice(row, 0, destination.Rows, 2 * pairs), coefficients, T.One, destination);
        }
    }

    private int BlockEnd(int column) => Math.Min(Rest.Columns, ((column / BlockColumns) + 1) * BlockColumns);

    // y = A x for the rest from a row and column on.
    private void MultiplyRest<TKernels>(int first, ReadOnlyMatrixView<T> x, MatrixView<T> y)
        where TKernels : struct, IFactorKernels<T>
    {
        int n = Rest.Rows;
        for (int start = first, end; start < n; start = end)
        {
            end = BlockEnd(start);
            MatrixView<T> block = Rest.View.Slice(start, start, n - start, end - start), below = block.Slice(end - start, 0, n - end, end - start);
            T beta = start == first ? T.Zero : T.One;
            TKernels.Multiply(block, x.Slice(start - first, 0, end - start, 1), beta, y.Slice(start - first, 0, n - start, 1));
            if (end < n)
            {
                TKernels.Multiply(below.Transposed, x.Slice(end - first, 0, n - end, 1), T.One, y.Slice(start - first, 0, end - start, 1));
            }
        }
    }

    private void UpdateRest<TKernels>(int first, int pairs)
        where TKernels : struct, IFactorKernels<T>
    {
        int n = Rest.Rows;
        for (int start = first, end; start < n; start = end)
        {
            end = BlockEnd(start);
            ReadOnlyMatrixView<T> left = _panel.View.Slice(start, 0, n - start, 2 * pairs), right = _mirrored.View.Slice(start, 0, end - start, 2 * pairs);
            TKernels.Multiply(left, right.Transposed, T.One, Rest.View.Slice(start, start, n - start, end - start));
        }
    }

    // (v'x, w'x) of each pair to what v and w are multiplied by in -(v w' + w v') x.
    private static void Mirror(Span<T> products, int count)
    {
        for (int k = 0; k < count; k += 2)
        {
            (products[k], products[k + 1]) = (-products[k + 1], -products[k]);
        }
    }

    private static MatrixView<T> Vector(Span<T> x) => new(x, x.Length, 1);
}
