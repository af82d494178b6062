using System.Numerics;

namespace Kernels.Runtime;

// Soft-thresholding of singular values again and again on matrices of one shape, in memory of its own. Of a matrix with few values above the threshold only
// these and some guards are computed: one step of subspace iteration from the vectors of the last matrix, which are nearly right when an iteration converges
// (Lin, Chen, Ma, arXiv:1009.5055, section 4, predict the rank alike). The number wanted follows the rank; where all that were computed are above the
// threshold IsComplete is false, and more are computed next time. What a solver may claim of its last point it proves by SpectralBound, not by this.
internal sealed class Thresholding<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Beyond this share of the order the whole decomposition is cheaper.
    private const double LargestShare = 0.6;

    private const int LeastGuards = 8;

    private readonly int _rows, _columns;
    private readonly Parallelism _parallelism;
    private readonly SolverWorkspace<T> _memory = new();
    private readonly SpectralBound<T> _bound;
    private readonly T[] _elements, _values, _left, _right, _guess;
    private bool _hasGuess;
    private int _wanted, _known;

    internal Thresholding(int rows, int columns, Parallelism parallelism)
    {
        (_rows, _columns, _parallelism) = (rows, columns, parallelism);
        int p = Math.Min(rows, columns);
        (_elements, _values) = (new T[checked(rows * columns)], new T[p]);
        (_left, _right, _guess) = (new T[p * rows], new T[p * columns], new T[p * columns]);
        _bound = new(rows, columns, parallelism);
        _wanted = p <= SpectralBound<T>.SmallOrder ? p : Step;
    }

    internal int Rank { get; private set; }

    internal double NuclearNorm { get; private set; }

    // False when a value above the threshold may have been left out.
    internal bool IsComplete { get; private set; }

    internal Span<T> Elements => _elements;

    internal MatrixView<T> Matrix => new(_elements, _rows, _columns);

    private int Step => Math.Max(10, _values.Length / 20);

    private MatrixView<T> Left => new(_left, Rank, _rows);

    private MatrixView<T> Right => new(_right, Rank, _columns);

    // Matrix = P max(S - threshold, 0) Q^T for the SVD of a.
    internal void Apply(ReadOnlyMatrixView<T> a, double threshold)
    {
        if (_wanted > LargestShare * _values.Length)
        {
            ApplyWhole(a, threshold);
        }
        else
        {
            ApplyLeading(a, threshold);
        }

        if (Rank == 0)
        {
            Elements.Clear();
            return;
        }

        Gemm.Multiply<T>(T.One, Left.Transposed, Right, T.Zero, Matrix, _parallelism);
    }

    // Bounds of the spectral norm of a matrix whose leading right singular vectors are near those of the last one.
    internal (double Lower, double Upper) SpectralNorm(ReadOnlyMatrixView<T> a, double expected)
        => _bound.Of(a, new ReadOnlyMatrixView<T>(_guess, _known, _columns).Transposed, expected);

    // U = P sqrt(t), V = Q sqrt(t) of the last matrix.
    internal (T[,] U, T[,] V) Factors() => (Left.Transposed.ToArray(), Right.Transposed.ToArray());

    public void Dispose()
    {
        _memory.Dispose();
        _bound.Dispose();
    }

    private void ApplyWhole(ReadOnlyMatrixView<T> a, double threshold)
    {
        int p = _values.Length, scratch = Svd.RequiredWorkspaceFrom<T>(_rows, _columns);
        _memory.Reserve(checked(p * (_rows + _columns + p) + scratch));
        MatrixView<T> left = _memory.Matrix(p, _rows), right = _memory.Matrix(p, _columns), start = _memory.Matrix(p, p);
        Span<T> workspace = _memory.Vector(scratch);
        if (_hasGuess)
        {
            new MatrixView<T>(_guess, p, p).CopyTo(start);
            Svd.DecomposeFrom<T>(a, start.Transposed, left.Transposed, _values, right.Transposed, workspace);
        }
        else
        {
            Svd.Decompose<T>(a, left.Transposed, _values, right.Transposed, workspace);
        }

        Keep(left, right, p, threshold);
        IsComplete = true;
        _wanted = p <= SpectralBound<T>.SmallOrder ? p : Wanted(p);
        _hasGuess = _wanted > LargestShare * p;
        if (_hasGuess)
        {
            (_rows >= _columns ? right : left).CopyTo(new(_guess, p, p));
            _known = _rows >= _columns ? Wanted(p) : 0;
        }
        else
        {
            _known = _wanted;
            right.Slice(0, 0, _known, _columns).CopyTo(new(_guess, _known, _columns));
        }
    }

    private void ApplyLeading(ReadOnlyMatrixView<T> a, double threshold)
    {
        int q = _wanted, scratch = Math.Max(Math.Max(Qr.RequiredWorkspace<T>(_rows, q), Qr.RequiredWorkspace<T>(_columns, q)), Svd.RequiredWorkspace<T>(_columns, q));
        _memory.Reserve(checked(q * (2 * _rows + 2 * _columns + 2 * q) + scratch));
        Span<T> products = _memory.Vector(_rows * q);
        MatrixView<T> product = new(products, _rows, q), range = _memory.Matrix(_rows, q), image = _memory.Matrix(_columns, q), basis = _memory.Matrix(_columns, q);
        MatrixView<T> triangle = _memory.Matrix(q, q), small = _memory.Matrix(q, q);
        Span<T> workspace = _memory.Vector(scratch), values = _values.AsSpan(0, q);

        // Columns that are new are random, and then turned once more towards the range.
        int passes = _known < q ? 2 : 1;
        Span<T> guess = _guess.AsSpan(0, q * _columns);
        RandomElements.Normal((ulong)q, 4, 0, guess[(Math.Min(_known, q) * _columns)..]);
        new MatrixView<T>(guess, q, _columns).Transposed.CopyTo(basis);
        for (int pass = 0; pass < passes; pass++)
        {
            if (pass > 0)
            {
                Qr.Decompose<T>(image, basis, triangle, workspace);
            }

            Gemm.Multiply<T>(T.One, a, basis, T.Zero, product, _parallelism);
            Qr.Decompose<T>(product, range, triangle, workspace);
            Gemm.Multiply<T>(T.One, a.Transposed, range, T.Zero, image, _parallelism);
        }

        // Range^T A = small S right^T, so U = range small.
        MatrixView<T> right = new(guess, q, _columns);
        Svd.Decompose<T>(image, right.Transposed, values, small, workspace);
        MatrixView<T> left = new(products, q, _rows);
        Gemm.Multiply<T>(T.One, small.Transposed, range.Transposed, T.Zero, left, _parallelism);
        Keep(left, right, q, threshold);
        IsComplete = Rank < q;
        _known = q;
        _wanted = IsComplete ? Wanted(q) : Math.Min(_values.Length, q + Step);
        _hasGuess = false;
    }

    // A few more than are above, so that one that rises is seen.
    private int Wanted(int computed) => Math.Min(computed, Rank + Math.Max(LeastGuards, Rank / 8));

    private void Keep(MatrixView<T> left, MatrixView<T> right, int computed, double threshold)
    {
        (Rank, NuclearNorm) = (0, 0);
        while (Rank < computed && double.CreateChecked(_values[Rank]) > threshold)
        {
            double kept = double.CreateChecked(_values[Rank]) - threshold;
            NuclearNorm += kept;
            T root = T.CreateChecked(Math.Sqrt(kept));
            Elementwise.Scale<T>(left.Row(Rank), root, _left.AsSpan(Rank * _rows, _rows));
            Elementwise.Scale<T>(right.Row(Rank), root, _right.AsSpan(Rank * _columns, _columns));
            Rank++;
        }
    }
}
