using System.Numerics;

namespace Kernels.Runtime;

// Bounds of the largest singular value of matrices of one shape, in memory of its own. From below: the largest of A V for an orthonormal V. From above:
// if t^2 I - A^T A has a Cholesky factor it is positive semidefinite up to the rounding of its forming and factoring, and ||A||_2 is at most t. That is one
// product and n^3 / 3 flops a try, where a decomposition takes some 100 n^3; small matrices are decomposed.
// Source: Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., 3.5 (products) and theorem 10.3 (Cholesky).
internal sealed class SpectralBound<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal const int SmallOrder = 64;

    private const int GramColumns = 96;

    private const double Unit = 1.1102230246251565e-16;

    private readonly int _rows, _columns;
    private readonly Parallelism _parallelism;
    private readonly SolverWorkspace<double> _memory = new();
    private readonly T[] _values;

    internal SpectralBound(int rows, int columns, Parallelism parallelism)
        => (_rows, _columns, _parallelism, _values) = (rows, columns, parallelism, new T[Math.Min(rows, columns)]);

    // basis: columns x q, orthonormal, near the leading right singular vectors where they are known. expected: a value that the norm is suspected to be at.
    internal (double Lower, double Upper) Of(ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> basis, double expected)
    {
        int p = _values.Length;
        if (p <= SmallOrder)
        {
            Svd.SingularValues(a, _values);
            double norm = double.CreateChecked(_values[0]);
            return (norm, norm);
        }

        _memory.Reserve(checked(2 * p * p + _rows * _columns + (_rows + _columns) * basis.Columns + basis.Columns));
        MatrixView<double> gram = _memory.Matrix(p, p), shifted = _memory.Matrix(p, p), wide = _memory.Matrix(_rows, _columns);
        Conversions.Convert(a, wide);
        double squares = MatrixReductions.SumOfSquares<double>(wide);
        if (squares == 0)
        {
            return (0, 0);
        }

        double lower = basis.Columns > 0 ? Along(wide, basis) : SpectralNorm.Bounds<double>(wide, 4).Lower;
        double upper = Upper(_rows >= _columns ? wide : wide.Transposed, squares, Math.Max(lower, expected), gram, shifted, _parallelism);
        return (Math.Min(lower, upper), upper);
    }

    // An upper bound of the largest singular value of a matrix that is not wide, which is suspected to be at `trust`, first tried with a little room. squares: of its Frobenius norm; gram
    // and shifted: scratch.
    internal static double Upper(
        ReadOnlyMatrixView<double> tall, double squares, double trust, MatrixView<double> gram, MatrixView<double> shifted, Parallelism parallelism, double room = 1e-10)
    {
        FillGram(tall, gram, parallelism);
        for (; room < 10; room *= room < 1e-6 ? 100 : 10)
        {
            double square = trust * (1 + room) * trust * (1 + room);
            if (square >= squares)
            {
                break;
            }

            if (IsBelow(gram, square, shifted))
            {
                return Math.Sqrt(square + Error(tall.Rows, tall.Columns, squares, square)) * (1 + 4 * Unit);
            }
        }

        return Math.Sqrt(squares) * (1 + (tall.Rows + tall.Columns) * Unit);
    }

    // Roundings of the product, of the shift and of the factor, each doubled.
    private static double Error(int rows, int columns, double squares, double square) => 2 * Unit * ((rows + 4) * squares + (columns + 4.0) * columns * square);

    // The lower triangle, which is all that is read, by block columns.
    private static void FillGram(ReadOnlyMatrixView<double> tall, MatrixView<double> gram, Parallelism parallelism)
    {
        for (int first = 0; first < tall.Columns; first += GramColumns)
        {
            int count = Math.Min(GramColumns, tall.Columns - first), rest = tall.Columns - first;
            Gemm.Multiply<double>(
                1, tall.Slice(0, first, tall.Rows, rest).Transposed, tall.Slice(0, first, tall.Rows, count), 0, gram.Slice(first, first, rest, count), parallelism);
        }
    }

    private static bool IsBelow(ReadOnlyMatrixView<double> gram, double square, MatrixView<double> shifted)
    {
        for (int i = 0; i < gram.Rows; i++)
        {
            Elementwise.Scale<double>(gram.Slice(i, 0, 1, i + 1), -1, shifted.Slice(i, 0, 1, i + 1));
            shifted[i, i] += square;
        }

        return Cholesky.Factor(shifted) < 0;
    }

    public void Dispose() => _memory.Dispose();

    // ||A V|| / ||V||: what V has lost of its orthogonality is divided out.
    private double Along(ReadOnlyMatrixView<double> a, ReadOnlyMatrixView<T> basis)
    {
        int q = basis.Columns;
        MatrixView<double> v = _memory.Matrix(_columns, q), image = _memory.Matrix(_rows, q);
        Span<double> values = _memory.Vector(q);
        Conversions.Convert(basis, v);
        Gemm.Multiply<double>(1, a, v, 0, image, _parallelism);
        Svd.SingularValues<double>(image, values);
        double top = values[0];
        Svd.SingularValues<double>(v, values);
        return values[0] > 0 ? top / values[0] * (1 - 1e-14) : 0;
    }
}
