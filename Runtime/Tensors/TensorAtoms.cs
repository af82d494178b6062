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
    // Of the search for the polar: the tensor in one order and another, singular values, and starts.
    private readonly T[] _whole, _unfolded, _mixed, _singular;
    private readonly SolverWorkspace<T> _memory = new();
    private readonly AlternatingPolar<T> _search;
    private readonly Units<T> _starts;
    private double[] _values = [];
    private T[] _products = [], _grams = [];

    /// <summary>Atoms of the given sizes.</summary>
    /// <param name="sizes">d_1, ..., d_K: at least two, each at least 1.</param>
    public TensorAtoms(params int[] sizes)
        : base(Check(sizes)[0], sizes.Skip(1).Aggregate(1, (a, b) => checked(a * b)), sizes)
    {
        _sizes = [.. sizes];
        _contraction = new(_sizes);
        (_whole, _unfolded, _singular) = (new T[MostUnits], new T[MostUnits], new T[_sizes.Max()]);
        _mixed = new T[TensorScan.Mode(_sizes) is null ? 0 : MostUnits / 2];
        (_search, _starts) = (new(this), NewUnits());
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
        => _search.Search(z, Starts(z, seed), found, values);

    /// <inheritdoc/>
    /// <remarks>The least spectral norm of an unfolding; with a mode of two elements the largest norm of the scan over <see cref="TensorScan.Steps"/> angles, divided by the cosine of half a step.</remarks>
    public override double PolarUpper(ReadOnlyMatrixView<T> z, double lower, double lambda)
    {
        double best = double.PositiveInfinity;
        for (int k = 0; k < Blocks; k++)
        {
            best = Math.Min(best, double.CreateChecked(Values(Unfold(z, k))[0]));
        }

        if (TensorScan.Mode(_sizes) is int mode)
        {
            best = Math.Min(best, TensorScan.Largest<T>(Unfold(z, mode), Slice(mode), _singular).Value / Math.Cos(Math.PI / (2 * TensorScan.Steps)));
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
            double sum = 0;
            foreach (T value in Values(Unfold(y, k)))
            {
                double s = double.CreateChecked(value);
                sum += s >= lambda ? lambda * s - lambda * lambda / 2 : s * s / 2;
            }

            best = Math.Max(best, sum);
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
        Units<T> starts = _starts;
        int slices = Blocks == 3 ? _sizes[0] + _sizes[1] + _sizes[2] : 0, two = TensorScan.Mode(_sizes) ?? -1, at = Seeded;
        starts.Resize(Seeded);
        Randomize(starts, seed);
        starts.Resize(Seeded + 1 + slices + (two >= 0 ? 1 : 0));
        for (int k = 0; k < Blocks; k++)
        {
            TopLeft(Unfold(z, k), starts.Block(k).Row(at));
        }

        at++;
        for (int mode = 0; slices > 0 && mode < Blocks; mode++)
        {
            MatrixView<T> unfolded = Unfold(z, mode);
            for (int i = 0; i < unfolded.Rows; i++, at++)
            {
                starts.Block(mode).Row(at).Clear();
                starts.Block(mode)[at, i] = T.One;
                TopsOfSlice(new MatrixView<T>(unfolded.Row(i), Others(mode).First, Others(mode).Second), mode, at);
            }
        }

        if (two >= 0)
        {
            MatrixView<T> unfolded = Unfold(z, two), slice = Slice(two);
            double angle = TensorScan.Largest(unfolded, slice, _singular).Angle;
            TensorScan.Mix(unfolded, angle, slice);
            (starts.Block(two)[at, 0], starts.Block(two)[at, 1]) = (T.CreateChecked(Math.Cos(angle)), T.CreateChecked(Math.Sin(angle)));
            TopsOfSlice(slice, two, at);
        }

        return starts;
    }

    // The leading pair of a slice of a mode as the two other factors.
    private void TopsOfSlice(MatrixView<T> slice, int mode, int at)
    {
        (int first, int second) = (mode == 0 ? 1 : 0, mode == 2 ? 1 : 2);
        TopLeft(slice, _starts.Block(first).Row(at));
        TopLeft(slice.Transposed, _starts.Block(second).Row(at));
    }

    // Sizes of the other two of three modes.
    private (int First, int Second) Others(int mode) => (_sizes[mode == 0 ? 1 : 0], _sizes[mode == 2 ? 1 : 2]);

    private MatrixView<T> Slice(int mode) => new(_mixed, Others(mode).First, Others(mode).Second);

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

    // d_k x the rest, in the order of the other modes; the next call overwrites it.
    private MatrixView<T> Unfold(ReadOnlyMatrixView<T> z, int mode)
    {
        int before = 1, size = _sizes[mode];
        for (int k = 0; k < mode; k++)
        {
            before *= _sizes[k];
        }

        int after = MostUnits / (before * size);
        z.CopyTo(new MatrixView<T>(_whole, Rows, Columns));
        MatrixView<T> unfolded = new(_unfolded, size, before * after);
        for (int b = 0; b < before; b++)
        {
            new ReadOnlyMatrixView<T>(_whole.AsSpan(b * size * after, size * after), size, after).CopyTo(unfolded.Slice(0, b * after, size, after));
        }

        return unfolded;
    }

    private ReadOnlySpan<T> Values(ReadOnlyMatrixView<T> matrix)
    {
        Span<T> values = _singular.AsSpan(0, Math.Min(matrix.Rows, matrix.Columns));
        Svd.SingularValues(matrix, values);
        return values;
    }

    private void TopLeft(ReadOnlyMatrixView<T> matrix, Span<T> destination)
    {
        _memory.Reserve(ThinSvd<T>.WorkspaceFor(matrix.Rows, matrix.Columns));
        new ThinSvd<T>(matrix, _memory, ref _values).Left.Row(0).CopyTo(destination);
    }
}
