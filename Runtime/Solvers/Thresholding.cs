using System.Numerics;

namespace Kernels.Runtime;

// Soft-thresholding of singular values again and again on matrices of one shape, in memory of its own.
internal sealed class Thresholding<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _rows, _columns;
    private readonly Parallelism _parallelism;
    private readonly SolverWorkspace<T> _memory = new();
    private readonly T[] _elements, _values, _left, _right;
    private readonly double[] _singular;

    internal Thresholding(int rows, int columns, Parallelism parallelism)
    {
        (_rows, _columns, _parallelism) = (rows, columns, parallelism);
        int p = Math.Min(rows, columns);
        (_elements, _values, _singular) = (new T[checked(rows * columns)], new T[p], new double[p]);
        (_left, _right) = (new T[p * rows], new T[p * columns]);
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
        _memory.Reserve(ThinSvd<T>.WorkspaceFor(_rows, _columns));
        var svd = new ThinSvd<T>(a, _memory, _singular);
        (Rank, NuclearNorm) = (0, 0);
        while (Rank < svd.Values.Length && svd.Values[Rank] > threshold)
        {
            double kept = svd.Values[Rank] - threshold;
            NuclearNorm += kept;
            T root = T.CreateChecked(Math.Sqrt(kept));
            Elementwise.Scale<T>(svd.Left.Row(Rank), root, _left.AsSpan(Rank * _rows, _rows));
            Elementwise.Scale<T>(svd.Right.Row(Rank), root, _right.AsSpan(Rank * _columns, _columns));
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
