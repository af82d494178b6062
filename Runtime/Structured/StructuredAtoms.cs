using System.Numerics;

namespace Kernels.Runtime;

/// <summary><c>theta(u, v)</c> is the product of two <see cref="StructuredNorm"/>s. The polar is searched from below with exact steps in each factor and bounded from above by the parts.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
/// <remarks>Source: Haeffele, Young, Vidal, ICML 2014; Haeffele and Vidal, IEEE TPAMI 42(6), 2020 (arXiv:1708.07850).</remarks>
public sealed class StructuredAtoms<T> : MatrixAtoms<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int DualSteps = 60;

    private readonly StructuredNorm[] _norms;
    private readonly TotalVariation?[] _variations;
    private readonly T[] _trial, _values;
    private readonly double[] _squares;
    // Of each row of a block: where the iteration of its total variation ended last time.
    private readonly double[][] _duals = [[], []], _searchDuals = [[], []], _roots = [[], []];

    /// <summary>Products of vectors of m and n elements.</summary>
    /// <exception cref="ArgumentException">A graph does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A weight is out of range.</exception>
    public StructuredAtoms(int rows, int columns, StructuredNorm u, StructuredNorm v)
        : base(rows, columns)
    {
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(v);
        u.Validate(rows, nameof(u));
        v.Validate(columns, nameof(v));
        _norms = [u, v];
        _variations = [.. _norms.Select(norm => norm.Variation > 0 ? new TotalVariation(norm.Graph!) : null)];
        (_trial, _values, _squares) = (new T[Math.Max(rows, columns)], new T[Math.Min(rows, columns)], new double[Math.Max(rows, columns)]);
    }

    // Proximal maps of total variation on other graphs than lines are themselves iterations, here to a gap of 1e-10 (float: 1e-6) of the squared length: a search that asks for them again
    // and again starts from fewer points and ends earlier.
    private bool IsIterative => _variations.Any(variation => variation is { IsExact: false });

    private protected override (int OfAKind, int Seeded) Starts => IsIterative ? (4, 4) : base.Starts;

    // Then only the better half of the starts goes on after each step, down to these.
    internal override int LastStarts => IsIterative ? 4 : base.LastStarts;

    internal override double SearchTolerance => IsIterative ? 1e-4 : base.SearchTolerance;

    private static double ProxTolerance => typeof(T) == typeof(float) ? 1e-6 : 1e-10;

    /// <inheritdoc/>
    public override double Norm(int block, ReadOnlySpan<T> x)
    {
        StructuredNorm norm = _norms[block];
        double sum = norm.Length * EuclideanBlocks.Norm(x);
        sum += norm.Magnitudes > 0 ? norm.Magnitudes * double.CreateChecked(Reductions.SumOfMagnitudes(x)) : 0;
        return _variations[block] is { } variation ? sum + norm.Variation * variation.Norm(x) : sum;
    }

    /// <inheritdoc/>
    /// <remarks>Total variation first, then magnitudes or the positive part, then the length: each map keeps the subgradients of those before it.</remarks>
    public override void Prox(int block, MatrixView<T> rows, ReadOnlySpan<double> thresholds)
    {
        int length = _variations[block]?.DualLength ?? 0;
        if (_duals[block].Length < rows.Rows * length)
        {
            Array.Resize(ref _duals[block], Math.Max(rows.Rows * length, 2 * _duals[block].Length));
        }

        for (int i = 0; i < rows.Rows; i++)
        {
            WithoutLength(block, rows.Row(i), thresholds[i], rows.Row(i), _duals[block].AsSpan(i * length, length));
            GroupProx.Shrink<T>(rows.Row(i), T.CreateChecked(_norms[block].Length * thresholds[i]), rows.Row(i));
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The dual norm is the root of <c>||prox of mu (k1 ||.||_1 + kTV TV)(g)||_2 = k2 mu</c>, which falls on the left and rises on the right; the vector is that prox, scaled. Without total
    /// variation it is known, and it is never above what it is without.
    /// </remarks>
    public override double Align(int block, Span<T> g) => Align(block, g, 0, default);

    // A row that was aligned before starts from its root and from where its total variation ended.
    internal override double AlignRow(int block, int row, Span<T> g)
    {
        if (!IsIterative)
        {
            return Align(block, g);
        }

        int length = _variations[block]?.DualLength ?? 0;
        if (_roots[block].Length <= row)
        {
            Array.Resize(ref _roots[block], 2 * (row + 1));
            Array.Resize(ref _searchDuals[block], _roots[block].Length * length);
        }

        double dual = Align(block, g, _roots[block][row], _searchDuals[block].AsSpan(row * length, length));
        _roots[block][row] = dual;
        return dual;
    }

    private double Align(int block, Span<T> g, double guess, Span<double> start)
    {
        StructuredNorm norm = _norms[block];
        Span<T> trial = _trial.AsSpan(0, g.Length);
        if (norm.IsNonNegative && norm.Variation == 0)
        {
            Activations.Relu<T>(g, g);
        }

        double k2 = norm.Length, low = 0, atLow = EuclideanBlocks.Norm<T>(g), high = MixedNorm.Dual<T>(g, norm.Magnitudes / k2, _squares) / k2, atHigh = double.NaN;
        double resolution = _variations[block] is { IsExact: false } ? 1e-5 : 4 * Certificate.Roundoff<T>();
        low = norm.Variation == 0 ? high : low;
        for (int step = 0; step < DualSteps && high - low > resolution * high; step++)
        {
            // By secants, one end halved when it stays (Illinois), once both ends are known.
            double middle = step == 0 ? guess : (low * atHigh - high * atLow) / (atHigh - atLow);
            middle = middle > low && middle <= high ? middle : step == 0 ? high : (low + high) / 2;
            WithoutLength(block, g, middle, trial, start);
            double at = EuclideanBlocks.Norm<T>(trial) - k2 * middle;
            if (Math.Abs(at) <= resolution * k2 * middle)
            {
                low = middle;
                break;
            }

            if (at > 0)
            {
                (low, atLow, atHigh) = (middle, at, atHigh / 2);
            }
            else
            {
                (high, atHigh, atLow) = (middle, at, step == 0 ? atLow : atLow / 2);
            }
        }

        WithoutLength(block, g, low, g, start);
        double length = Norm(block, g);
        if (low > 0 && length > 0)
        {
            Elementwise.Scale<T>(g, T.CreateChecked(1 / length), g);
            return low;
        }

        return 0;
    }

    /// <inheritdoc/>
    public override void Randomize(Units<T> units, ulong seed)
    {
        base.Randomize(units, seed);
        for (int k = 0; k < Blocks; k++)
        {
            if (_norms[k].IsNonNegative)
            {
                Elementwise.Magnitude<T>(units.Elements(k), units.Elements(k));
            }
        }
    }

    /// <inheritdoc/>
    protected override void Admit(int block, Span<T> x)
    {
        if (_norms[block].IsNonNegative)
        {
            Activations.Relu<T>(x, x);
        }
    }

    /// <inheritdoc/>
    /// <remarks><c>1 / sum of k_a k_b / P_ab</c> over the magnitudes and lengths of both factors, P_ab the polar of these two alone: theta is at least the sum of their products.</remarks>
    public override double PolarUpper(ReadOnlyMatrixView<T> z, double lower, double lambda)
    {
        Svd.SingularValues(z, _values);
        double norm = double.CreateChecked(_values[0]);
        if (norm == 0)
        {
            return lower;
        }

        (StructuredNorm u, StructuredNorm v) = (_norms[0], _norms[1]);
        double inverse = u.Length * v.Length / norm
            + u.Length * v.Magnitudes / Longest(z.Transposed)
            + u.Magnitudes * v.Length / Longest(z)
            + u.Magnitudes * v.Magnitudes / double.CreateChecked(Reductions.MaxMagnitude(z));
        return Math.Max(lower, 1 / inverse);
    }

    /// <inheritdoc/>
    /// <remarks>theta is at least k2 k2 times the product of lengths, so the nuclear norm bounds it.</remarks>
    public override double Relaxation(ReadOnlyMatrixView<T> y, double lambda)
    {
        T[] values = new T[Math.Min(Rows, Columns)];
        Svd.SingularValues(y, values);
        double weight = lambda * _norms[0].Length * _norms[1].Length, sum = 0;
        foreach (T value in values)
        {
            double s = double.CreateChecked(value);
            sum += s >= weight ? weight * s - weight * weight / 2 : s * s / 2;
        }

        return sum;
    }

    private double Longest(ReadOnlyMatrixView<T> rows)
    {
        Span<double> squares = _squares.AsSpan(0, rows.Rows);
        MatrixReductions.SumsOfSquaresOfRows(rows, squares);
        return Math.Sqrt(Reductions.Max<double>(squares));
    }

    // The proximal map of threshold (k1 ||.||_1 + kTV TV), and of the cone; dual: where total variation starts, its last end unless given.
    private void WithoutLength(int block, ReadOnlySpan<T> x, double threshold, Span<T> destination, Span<double> dual = default)
    {
        StructuredNorm norm = _norms[block];
        if (_variations[block] is { } variation)
        {
            if (dual.IsEmpty)
            {
                variation.Prox(x, norm.Variation * threshold, destination, ProxTolerance);
            }
            else
            {
                variation.Prox(x, norm.Variation * threshold, destination, dual, ProxTolerance);
            }

            x = destination;
        }

        T cut = T.CreateChecked(norm.Magnitudes * threshold);
        Kernels.Prox.SoftThreshold(x, cut, destination);
        if (norm.IsNonNegative)
        {
            Activations.Relu<T>(destination, destination);
        }
    }
}
