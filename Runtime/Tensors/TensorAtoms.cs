using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// Atoms <c>x^1 o x^2 o ... o x^K</c> of d_1 x ... x d_K elements with the product of their lengths as price. A tensor is held as a d_1 x (d_2 ... d_K) matrix, the
/// last index fastest. Its polar, the spectral norm of a tensor, is NP-hard from K = 3 on; it is exact (to 3e-7) where a mode of three has two elements.
/// </summary>
/// <typeparam name="T">Scalar type.</typeparam>
/// <remarks>
/// Source: Haeffele and Vidal, arXiv:1506.07540; Hillar and Lim, JACM 60(6), 2013; Friedland and Lim, Math. Comp. 87, 2018.
/// </remarks>
public sealed class TensorAtoms<T> : AtomFamily<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Seeded = 20;

    private readonly int[] _sizes;
    private readonly TensorContraction<T> _contraction;
    private T[] _products = [], _grams = [];

    /// <summary>Atoms of the given sizes.</summary>
    /// <param name="sizes">d_1, ..., d_K: at least two, each at least 1.</param>
    public TensorAtoms(params int[] sizes)
        : base(Check(sizes)[0], sizes.Skip(1).Aggregate(1, (a, b) => checked(a * b)), sizes)
    {
        _sizes = [.. sizes];
        _contraction = new(_sizes);
    }

    /// <inheritdoc/>
    public override double Norm(int block, ReadOnlySpan<T> x) => EuclideanBlocks.Norm(x);

    /// <inheritdoc/>
    public override void Prox(int block, MatrixView<T> rows, ReadOnlySpan<double> thresholds) => EuclideanBlocks.Shrink(rows, thresholds);

    /// <inheritdoc/>
    public override double Align(int block, Span<T> g) => EuclideanBlocks.Align(g);

    /// <inheritdoc/>
    public override void Forward(Units<T> units, MatrixView<T> output, Parallelism parallelism)
        => Gemm.Multiply<T>(T.One, units.Block(0).Transposed, Products(units), T.Zero, output, parallelism);

    /// <inheritdoc/>
    public override void Contract(int block, Units<T> units, ReadOnlyMatrixView<T> z, MatrixView<T> destination, Parallelism parallelism)
    {
        if (block == 0)
        {
            Gemm.Multiply<T>(T.One, Products(units), z.Transposed, T.Zero, destination, parallelism);
            return;
        }

        MatrixView<T> rows = Scratch(units.Count);
        Gemm.Multiply<T>(T.One, units.Block(0), z, T.Zero, rows, parallelism);
        for (int i = 0; i < units.Count; i++)
        {
            _contraction.AllBut(block, units, i, rows.Row(i), destination.Row(i));
        }
    }

    /// <inheritdoc/>
    public override void Gram(int block, Units<T> units, MatrixView<T> gram, Parallelism parallelism)
    {
        int r = units.Count;
        if (_grams.Length < r * r)
        {
            _grams = new T[Math.Max(r * r, 2 * _grams.Length)];
        }

        MatrixView<T> other = new(_grams, r, r);
        gram.Fill(T.One);
        for (int k = 0; k < Blocks; k++)
        {
            if (k != block)
            {
                Gemm.Multiply<T>(T.One, units.Block(k), units.Block(k).Transposed, T.Zero, other, parallelism);
                for (int i = 0; i < r; i++)
                {
                    Elementwise.Multiply<T>(gram.Row(i), other.Row(i), gram.Row(i));
                }
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The power method from the top singular vectors of the unfoldings, of each slice for K = 3, and seeded normal vectors; with a mode of two elements a scan
    /// over the angle of that factor, whose spectral norm is then a matrix's.
    /// </remarks>
    public override double PolarLower(ReadOnlyMatrixView<T> z, Units<T> found, Span<double> values, ulong seed)
        => new AlternatingPolar<T>(this).Search(z, Starts(z, seed), found, values);

    /// <inheritdoc/>
    /// <remarks>The least spectral norm of an unfolding; with a mode of two elements the largest norm of the scan over <see cref="TensorScan.Steps"/> angles, divided by the cosine of half a step.</remarks>
    public override double PolarUpper(ReadOnlyMatrixView<T> z, double lower, double lambda)
    {
        double best = double.PositiveInfinity;
        for (int k = 0; k < Blocks; k++)
        {
            best = Math.Min(best, SpectralNorm(Unfold(z, k)));
        }

        if (TensorScan.Mode(_sizes) is int mode)
        {
            best = Math.Min(best, TensorScan.Largest<T>(Unfold(z, mode), RestOf(mode).First()).Value / Math.Cos(Math.PI / (2 * TensorScan.Steps)));
        }

        return Math.Max(lower, best);
    }

    /// <inheritdoc/>
    /// <remarks>The regularizer is at least the nuclear norm of every unfolding.</remarks>
    public override double Relaxation(ReadOnlyMatrixView<T> y, double lambda)
    {
        double best = double.NegativeInfinity;
        for (int k = 0; k < Blocks; k++)
        {
            T[] values = Values(Unfold(y, k));
            best = Math.Max(best, values.Select(double.CreateChecked).Sum(s => s >= lambda ? lambda * s - lambda * lambda / 2 : s * s / 2));
        }

        return best;
    }

    private static int[] Check(int[] sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        if (sizes.Length < 2)
        {
            throw new ArgumentException($"A tensor has at least two modes, but there are {sizes.Length} sizes.", nameof(sizes));
        }

        foreach (int size in sizes)
        {
            Guard.AtLeast(size, 1, nameof(sizes));
        }

        return sizes;
    }

    private Units<T> Starts(ReadOnlyMatrixView<T> z, ulong seed)
    {
        var starts = NewUnits();
        starts.Resize(Seeded);
        Randomize(starts, seed);

        void Add(Action<int> fill)
        {
            starts.Resize(starts.Count + 1);
            fill(starts.Count - 1);
        }

        T[][] tops = new T[Blocks][];
        for (int k = 0; k < Blocks; k++)
        {
            tops[k] = TopLeft(Unfold(z, k));
        }

        Add(at =>
        {
            for (int k = 0; k < Blocks; k++)
            {
                tops[k].CopyTo(starts.Block(k).Row(at));
            }
        });

        for (int mode = 0; Blocks == 3 && mode < 3; mode++)
        {
            int[] rest = [.. Enumerable.Range(0, 3).Where(k => k != mode)];
            T[,] unfolded = Unfold(z, mode);
            for (int i = 0; i < _sizes[mode]; i++)
            {
                ReadOnlyMatrixView<T> row = ((ReadOnlyMatrixView<T>)unfolded).Slice(i, 0, 1, unfolded.GetLength(1));
                T[,] slice = new ReadOnlyMatrixView<T>(row.Row(0), _sizes[rest[0]], _sizes[rest[1]]).ToArray(), transposed = ((ReadOnlyMatrixView<T>)slice).Transposed.ToArray();
                int at = starts.Count;
                starts.Resize(at + 1);
                starts.Block(mode).Row(at).Clear();
                starts.Block(mode)[at, i] = T.One;
                TopLeft(slice).CopyTo(starts.Block(rest[0]).Row(at));
                TopLeft(transposed).CopyTo(starts.Block(rest[1]).Row(at));
            }
        }

        if (TensorScan.Mode(_sizes) is int two)
        {
            T[,] unfolded = Unfold(z, two);
            double angle = TensorScan.Largest<T>(unfolded, RestOf(two).First()).Angle;
            T[,] mixed = TensorScan.Mix<T>(unfolded, RestOf(two).First(), angle);
            int at = starts.Count;
            starts.Resize(at + 1);
            (starts.Block(two)[at, 0], starts.Block(two)[at, 1]) = (T.CreateChecked(Math.Cos(angle)), T.CreateChecked(Math.Sin(angle)));
            int[] rest = [.. Enumerable.Range(0, 3).Where(k => k != two)];
            TopLeft(mixed).CopyTo(starts.Block(rest[0]).Row(at));
            TopLeft(((ReadOnlyMatrixView<T>)mixed).Transposed.ToArray()).CopyTo(starts.Block(rest[1]).Row(at));
        }

        return starts;
    }

    private IEnumerable<int> RestOf(int mode) => _sizes.Where((_, k) => k != mode);

    // Row i: x^2 o ... o x^K of unit i.
    private MatrixView<T> Products(Units<T> units)
    {
        MatrixView<T> rows = Scratch(units.Count);
        for (int i = 0; i < units.Count; i++)
        {
            _contraction.Product(units, i, rows.Row(i));
        }

        return rows;
    }

    private MatrixView<T> Scratch(int count)
    {
        int needed = checked(count * Columns);
        if (_products.Length < needed)
        {
            _products = new T[Math.Max(needed, 2 * _products.Length)];
        }

        return new(_products, count, Columns);
    }

    // d_k x the rest, in the order of the other modes.
    private T[,] Unfold(ReadOnlyMatrixView<T> z, int mode)
    {
        int before = _sizes.Take(mode).Aggregate(1, (a, b) => a * b), size = _sizes[mode], after = _sizes.Skip(mode + 1).Aggregate(1, (a, b) => a * b);
        T[,] unfolded = new T[size, before * after], whole = z.ToArray();
        ReadOnlySpan<T> elements = CommunityToolkit.HighPerformance.ArrayExtensions.AsSpan(whole);
        for (int b = 0; b < before; b++)
        {
            new ReadOnlyMatrixView<T>(elements.Slice(b * size * after, size * after), size, after).CopyTo(((MatrixView<T>)unfolded).Slice(0, b * after, size, after));
        }

        return unfolded;
    }

    private static T[] Values(ReadOnlyMatrixView<T> matrix)
    {
        T[] values = new T[Math.Min(matrix.Rows, matrix.Columns)];
        Svd.SingularValues(matrix, values);
        return values;
    }

    private static double SpectralNorm(T[,] matrix) => double.CreateChecked(Values(matrix)[0]);

    private static T[] TopLeft(T[,] matrix)
    {
        using var memory = new SolverWorkspace<T>();
        memory.Reserve(ThinSvd<T>.WorkspaceFor(matrix.GetLength(0), matrix.GetLength(1)));
        return new ThinSvd<T>(matrix, memory).Left.Row(0).ToArray();
    }
}
