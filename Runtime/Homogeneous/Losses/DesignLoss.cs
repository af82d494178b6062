using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// <c>l(X) = min over b of 1/2 ||Y - D X - 1 b^T||_F^2</c>: data seen through a design D (a convolution with the response of an indicator, say), each column with an intercept of its own
/// where that is asked for.
/// </summary>
/// <typeparam name="T">Scalar type.</typeparam>
/// <remarks>
/// The best intercept of a column is the mean of what is left of it, so that data and design are centred once and no intercept is left: <c>1/2 ||Y_c - D_c X||_F^2</c>.
/// Source: Haeffele, Young, Vidal, ICML 2014, section 4.
/// </remarks>
public sealed class DesignLoss<T> : ConvexLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int _samples;
    private readonly T[] _y, _design, _rest, _intercept, _mean, _ones;
    private readonly bool _centred;

    /// <summary>The loss of data Y.</summary>
    /// <param name="y">Y, t x n, finite; copied.</param>
    /// <param name="design">D, t x k, finite and not zero (nor constant in each column, with an intercept); copied. Empty for the identity.</param>
    /// <param name="intercept">Whether each column of Y may be shifted.</param>
    /// <exception cref="ArgumentException">Data not finite, another number of rows, or a design that vanishes.</exception>
    public DesignLoss(ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> design, bool intercept)
        : base(design.IsEmpty ? y.Rows : design.Columns, y.Columns)
    {
        Guard.Matrix(y, nameof(y));
        (_samples, _centred) = (y.Rows, intercept);
        (_y, _rest, _mean, _ones) = (new T[checked(y.Rows * y.Columns)], new T[checked(y.Rows * y.Columns)], new T[Math.Max(y.Columns, design.Columns)], new T[y.Rows]);
        _ones.AsSpan().Fill(T.One);
        _design = new T[checked(design.Rows * design.Columns)];
        y.CopyTo(new MatrixView<T>(_y, _samples, Columns));
        _intercept = Centre(new(_y, _samples, Columns)).ToArray();
        Lipschitz = 1;
        if (!design.IsEmpty)
        {
            Guard.Matrix(design, _samples, design.Columns, nameof(design));
            var own = new MatrixView<T>(_design, _samples, design.Columns);
            design.CopyTo(own);
            DesignMeans = Centre(own).ToArray();
            double norm = SpectralNorm.Bounds<T>(own).Upper;
            Lipschitz = norm > 0 ? norm * norm : throw new ArgumentException("Must not vanish, nor be constant in each column where there is an intercept.", nameof(design));
        }

        Scale = Math.Sqrt(Lipschitz * MatrixReductions.SumOfSquares<T>(new ReadOnlyMatrixView<T>(_y, _samples, Columns)));
    }

    /// <inheritdoc/>
    public override double Lipschitz { get; }

    /// <inheritdoc/>
    public override double Scale { get; }

    private T[] DesignMeans { get; } = [];

    private bool HasDesign => _design.Length > 0;

    /// <inheritdoc/>
    public override double Evaluate(ReadOnlyMatrixView<T> x, MatrixView<T> residual)
    {
        MatrixView<T> rest = new(_rest, _samples, Columns);
        ReadOnlyMatrixView<T> y = new(_y, _samples, Columns), design = new(_design, _samples, HasDesign ? Rows : 0);
        if (HasDesign)
        {
            y.CopyTo(rest);
            Gemm.Multiply(-T.One, design, x, T.One, rest);
            Gemm.Multiply(T.One, design.Transposed, rest, T.Zero, residual);
        }
        else
        {
            Elementwise.AddScaled(y, x, -T.One, rest);
            Centre(rest);
            rest.CopyTo(residual);
        }

        return MatrixReductions.SumOfSquares<T>(rest) / 2;
    }

    /// <summary>The best intercepts at X, one a column; zeros where there are none.</summary>
    /// <param name="x">X, k x n.</param>
    /// <param name="destination">n elements.</param>
    public void Intercept(ReadOnlyMatrixView<T> x, Span<T> destination)
    {
        Guard.Shape(x, Rows, Columns, nameof(x));
        _intercept.CopyTo(destination);
        if (_centred)
        {
            // The means of Y minus those of D X.
            ReadOnlySpan<T> weights = HasDesign ? DesignMeans : _ones;
            T factor = HasDesign ? -T.One : -T.One / T.CreateChecked(_samples);
            Gemm.Multiply(factor, new ReadOnlyMatrixView<T>(weights, 1, Rows), x, T.One, new MatrixView<T>(destination, 1, Columns));
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// <c>-l^*(-D^T E) = &lt;E, Y&gt; - 1/2 ||E||_F^2</c> for centred E; at <c>E = Y - D X</c>, of which the residual is D^T E, the inner product is <c>||E||^2 + &lt;D^T E, X&gt;</c>.
    /// </remarks>
    public override double DualBound(ReadOnlyMatrixView<T> residual, double value, double inner, double largest) => Along(2 * value + inner, 2 * value, largest);

    // Takes the mean of each column from it, and returns the means; zeros, and nothing done, without an intercept.
    private ReadOnlySpan<T> Centre(MatrixView<T> columns)
    {
        Span<T> mean = _mean.AsSpan(0, columns.Columns);
        mean.Clear();
        if (_centred)
        {
            MatrixView<T> row = new(mean, 1, columns.Columns);
            Gemm.Multiply(T.One / T.CreateChecked(_samples), new ReadOnlyMatrixView<T>(_ones, 1, _samples), columns, T.Zero, row);
            Gemm.Multiply(-T.One, new ReadOnlyMatrixView<T>(_ones, _samples, 1), row, T.One, columns);
        }

        return mean;
    }
}
