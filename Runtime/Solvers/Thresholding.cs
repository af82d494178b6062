using System.Numerics;

namespace Kernels.Runtime;

// Soft-thresholding of singular values again and again on matrices of one shape, in memory of its own. Each decomposition starts from the vectors
// of the last one, on the shorter side, which are nearly right when an iteration converges.
internal sealed class Thresholding<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _rows, _columns;
    private readonly Parallelism _parallelism;
    private readonly SolverWorkspace<T> _memory = new();
    private readonly T[] _elements, _values, _left, _right, _guess;
    private bool _hasGuess;

    internal Thresholding(int rows, int columns, Parallelism parallelism)
    {
        (_rows, _columns, _parallelism) = (rows, columns, parallelism);
        int p = Math.Min(rows, columns);
        (_elements, _values) = (new T[checked(rows * columns)], new T[p]);
        (_left, _right, _guess) = (new T[p * rows], new T[p * columns], new T[p * p]);
    }

    internal int Rank { get; private set; }

    internal double NuclearNorm { get; private set; }

    internal Span<T> Elements => _elements;

    internal MatrixView<T> Matrix => new(_elements, _rows, _columns);

    private MatrixView<T> Left => new(_left, Rank, _rows);

    private MatrixView<T> Right => new(_right, Rank, _columns);

    // Matrix = P max(S - threshold, 0) Q^T for the SVD of a.
    internal void Apply(ReadOnlyMatrixView<T> a, double threshold)
    {
        int p = _values.Length;
        _memory.Reserve(checked(p * (_rows + _columns + 1)));
        MatrixView<T> left = _memory.Matrix(p, _rows), right = _memory.Matrix(p, _columns), guess = new(_guess, p, p);
        Span<T> values = _memory.Vector(p);
        if (_hasGuess)
        {
            Svd.DecomposeFrom(a, guess.Transposed, left.Transposed, values, right.Transposed);
        }
        else
        {
            Svd.Decompose(a, left.Transposed, values, right.Transposed);
        }

        (_rows >= _columns ? right : left).CopyTo(guess);
        _hasGuess = true;
        (Rank, NuclearNorm) = (0, 0);
        while (Rank < p && double.CreateChecked(values[Rank]) > threshold)
        {
            double kept = double.CreateChecked(values[Rank]) - threshold;
            NuclearNorm += kept;
            T root = T.CreateChecked(Math.Sqrt(kept));
            Elementwise.Scale<T>(left.Row(Rank), root, _left.AsSpan(Rank * _rows, _rows));
            Elementwise.Scale<T>(right.Row(Rank), root, _right.AsSpan(Rank * _columns, _columns));
            Rank++;
        }

        if (Rank == 0)
        {
            Elements.Clear();
            return;
        }

        Gemm.Multiply<T>(T.One, Left.Transposed, Right, T.Zero, Matrix, _parallelism);
    }

    internal double SpectralNorm(ReadOnlyMatrixView<T> a)
    {
        Svd.SingularValues(a, _values);
        return double.CreateChecked(_values[0]);
    }

    // U = P sqrt(t), V = Q sqrt(t) of the last matrix.
    internal (T[,] U, T[,] V) Factors() => (Left.Transposed.ToArray(), Right.Transposed.ToArray());

    public void Dispose() => _memory.Dispose();
}
