using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// <c>theta(u, v) = ||u||_2 (||v||_2 + gamma ||v||_1)</c>: dictionary atoms u (block 0) with sparse codes v (block 1). The polar is bracketed; it is exact for
/// gamma = 0, where <see cref="NuclearAtoms{T}"/> is the better choice.
/// </summary>
/// <typeparam name="T">Scalar type.</typeparam>
/// <remarks>Source: Bach, arXiv:1309.3117; Haeffele and Vidal, arXiv:1708.07850; the proximal map: Friedman, Hastie, Tibshirani, arXiv:1001.0736.</remarks>
public sealed class SparseAtoms<T> : MatrixAtoms<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Halvings = 50, MostAlternations = 500;

    private readonly double _gamma;
    private readonly double[] _sorted, _lengths, _clipped;
    private readonly T[] _scaled, _values, _thresholds;
    private DualAlternation<T>? _alternation;

    /// <summary>Products of vectors of m and n elements.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <param name="gamma">Weight of the sum of magnitudes, finite and at least zero.</param>
    public SparseAtoms(int rows, int columns, double gamma)
        : base(rows, columns)
    {
        Guard.NotNegative(gamma, nameof(gamma));
        _gamma = gamma;
        (_sorted, _lengths, _clipped) = (new double[columns], new double[columns], new double[columns]);
        (_scaled, _values, _thresholds) = (new T[checked(rows * columns)], new T[Math.Min(rows, columns)], new T[columns]);
    }

    /// <inheritdoc/>
    public override double Norm(int block, ReadOnlySpan<T> x)
        => EuclideanBlocks.Norm(x) + (block == 0 ? 0 : _gamma * double.CreateChecked(Reductions.SumOfMagnitudes(x)));

    /// <inheritdoc/>
    public override void Prox(int block, MatrixView<T> rows, ReadOnlySpan<double> thresholds)
    {
        for (int i = 0; block == 1 && i < rows.Rows; i++)
        {
            Kernels.Prox.SoftThreshold<T>(rows.Row(i), T.CreateChecked(_gamma * thresholds[i]), rows.Row(i));
        }

        EuclideanBlocks.Shrink(rows, thresholds);
    }

    /// <inheritdoc/>
    public override double Align(int block, Span<T> g)
    {
        if (block == 0)
        {
            return EuclideanBlocks.Align(g);
        }

        double mu = MixedNorm.Dual<T>(g, _gamma, _sorted);
        if (mu > 0)
        {
            Kernels.Prox.SoftThreshold<T>(g, T.CreateChecked(_gamma * mu), g);
            double length = Norm(1, g);
            if (length > 0)
            {
                Elementwise.Scale<T>(g, T.CreateChecked(1 / length), g);
            }
        }

        return mu;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// The best of three: <c>1 / (1/||Z||_2 + gamma/c)</c> for the longest column c, from <c>||v||_2 + gamma ||v||_1</c> against each norm alone; the least P with
    /// <c>||Z D||_2</c> at most P for D = diag(max(0, 1 - gamma P / ||Z_j||)), by bisection; and <c>lambda</c> plus the first bound of what two clips at
    /// lambda leave of Z, when they leave next to nothing.
    /// </remarks>
    public override double PolarUpper(ReadOnlyMatrixView<T> z, double lower, double lambda)
    {
        Span<double> lengths = ColumnLengths(z, _lengths);
        double simple = Simple(z, lengths), low = 0, high = simple;
        var view = new MatrixView<T>(_scaled, Rows, Columns);
        for (int step = 0; step < Halvings && high - low > 1e-9 * simple; step++)
        {
            double middle = (low + high) / 2;
            ShrinkColumns(z, _gamma * middle, view);
            (low, high) = SpectralNorm(view) <= middle ? (low, middle) : (middle, high);
        }

        double best = high;
        if (best > lambda)
        {
            best = Math.Min(best, lambda + Rest(z, lambda));
        }

        return Math.Max(lower, best);
    }

    /// <inheritdoc/>
    /// <remarks><c>Omega(X)</c> is at least <c>||X||_* + gamma sum_j ||X_j||_2</c>; its dual set is the sum of two balls, ||A||_2 at most lambda and columns of B at most gamma lambda long.</remarks>
    public override double Relaxation(ReadOnlyMatrixView<T> y, double lambda) => Alternation.Run(y, lambda, MostAlternations);

    private DualAlternation<T> Alternation => _alternation ??= new(Rows, Columns, (rest, b, _, lambda) => ClipColumns(rest, b, _gamma * lambda));

    // What shrinking the columns takes away is their clip.
    private void ClipColumns(ReadOnlySpan<T> rest, Span<T> b, double length)
    {
        ShrinkColumns(new(rest, Rows, Columns), length, new(b, Rows, Columns));
        Elementwise.Subtract(rest, b, b);
    }

    private void ShrinkColumns(ReadOnlyMatrixView<T> matrix, double threshold, MatrixView<T> destination)
    {
        _thresholds.AsSpan().Fill(T.CreateChecked(threshold));
        GroupProx.ShrinkRows(matrix.Transposed, _thresholds, destination.Transposed, _clipped);
    }

    // The polar of what is left of Z - A - B, where the clips alternate at lambda.
    private double Rest(ReadOnlyMatrixView<T> z, double lambda)
    {
        Alternation.Run(z, lambda, MostAlternations);
        var view = new MatrixView<T>(_scaled, Rows, Columns);
        Alternation.Remainder(view);
        return Simple(view, ColumnLengths(view, _lengths));
    }

    private double Simple(ReadOnlyMatrixView<T> z, ReadOnlySpan<double> lengths)
    {
        double norm = SpectralNorm(z), longest = Reductions.MaxMagnitude(lengths);
        return longest > 0 ? 1 / (1 / norm + _gamma / longest) : 0;
    }

    private double SpectralNorm(ReadOnlyMatrixView<T> z)
    {
        Svd.SingularValues<T>(z, _values);
        return double.CreateChecked(_values[0]);
    }

    private static Span<double> ColumnLengths(ReadOnlyMatrixView<T> z, Span<double> lengths)
    {
        MatrixReductions.SumsOfSquaresOfRows(z.Transposed, lengths);
        Functions.Sqrt(lengths, lengths);
        return lengths;
    }
}
