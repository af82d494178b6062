using System.Numerics;

namespace Kernels.Runtime;

/// <summary>A point of a deep linear network's landscape, classified.</summary>
/// <param name="Kind">What the point is.</param>
/// <param name="Objective">The objective there.</param>
/// <param name="GlobalMinimum">The least value any weights reach.</param>
/// <param name="RelativeGradient">The length of the gradient relative to its scale.</param>
/// <param name="InnerRank">Rank of the product of all weights but the first and the last; for two layers the hidden width.</param>
/// <param name="RankCondition">Whether that is the least hidden width. At a saddle it is sufficient for negative curvature, and not necessary.</param>
/// <param name="Curvature">
/// Smallest eigenvalue of the Hessian; for two layers the second derivative along the direction, which is that eigenvalue where X has orthonormal rows, and zero at
/// a minimum. NaN for a point that is not critical.
/// </param>
/// <param name="Direction">
/// A unit vector with that curvature, one matrix a layer, at a strict saddle; the negative gradient where the point is not critical; else empty.
/// </param>
public sealed record DeepCriticalPoint(
    CriticalPointKind Kind, double Objective, double GlobalMinimum, double RelativeGradient, int InnerRank, bool RankCondition, double Curvature, double[][,] Direction);

/// <summary>
/// The landscape of a deep linear network, <c>f(W_1, ..., W_L) = ||Y - W_L ... W_1 X||_F^2</c>: value, gradient, Hessian-vector product, and what a point is.
/// </summary>
/// <remarks>
/// Where X X^T and X Y^T have full rank, m is at most n and the eigenvalues of Syx Sxx^-1 Sxy are distinct, every local minimum is global and every
/// other critical point a saddle, for three layers and more not always a strict one. Source: Kawaguchi, NeurIPS 2016; Baldi and Hornik 1989.
/// </remarks>
public static class DeepLinearNetwork
{
    private const double DifferenceStep = 1e-4;

    /// <summary>The objective.</summary>
    /// <param name="y">Labels, m x N.</param>
    /// <param name="x">Inputs, n x N.</param>
    /// <param name="weights">W_1 to W_L; W_1 has n columns, W_L m rows.</param>
    /// <exception cref="ArgumentException">The weights do not chain from the inputs to the labels.</exception>
    public static double Evaluate<T>(ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> x, IReadOnlyList<T[,]> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(y, x, weights);
        T[][,] layers = Forward(x, weights);
        T[,] residual = y.ToArray();
        Elementwise.AddScaled<T>(residual, layers[^1], -T.One, residual);
        return MatrixReductions.SumOfSquares<T>(residual);
    }

    /// <summary>The gradient, <c>-2 (W_L ... W_(l+1))^T (Y - W_L ... W_1 X) (W_(l-1) ... W_1 X)^T</c> for each layer; two sweeps of products.</summary>
    /// <inheritdoc cref="Evaluate{T}"/>
    /// <returns>One matrix a layer, shaped as its weights.</returns>
    public static T[][,] Gradient<T>(ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> x, IReadOnlyList<T[,]> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(y, x, weights);
        T[][,] layers = Forward(x, weights), gradient = new T[weights.Count][,];
        T[,] back = y.ToArray();
        Elementwise.AddScaled<T>(layers[^1], back, -T.One, back);
        Elementwise.Scale<T>(back, T.One + T.One, back);
        for (int l = weights.Count - 1; l >= 0; l--)
        {
            ReadOnlyMatrixView<T> input = l == 0 ? x : layers[l - 1];
            gradient[l] = new T[weights[l].GetLength(0), weights[l].GetLength(1)];
            Gemm.Multiply<T>((ReadOnlyMatrixView<T>)back, input.Transposed, gradient[l]);
            if (l > 0)
            {
                T[,] next = new T[weights[l].GetLength(1), x.Columns];
                Gemm.Multiply<T>(((ReadOnlyMatrixView<T>)weights[l]).Transposed, (ReadOnlyMatrixView<T>)back, next);
                back = next;
            }
        }

        return gradient;
    }

    /// <summary>The Hessian applied to a direction, by central differences of the gradient with the step 1e-4.</summary>
    /// <param name="y">Labels, m x N.</param>
    /// <param name="x">Inputs, n x N.</param>
    /// <param name="weights">The point.</param>
    /// <param name="direction">One matrix a layer, shaped as its weights.</param>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    public static double[][,] HessianProduct(ReadOnlyMatrixView<double> y, ReadOnlyMatrixView<double> x, IReadOnlyList<double[,]> weights, IReadOnlyList<double[,]> direction)
    {
        double[][,] ahead = Gradient(y, x, Moved(weights, direction, DifferenceStep)), behind = Gradient(y, x, Moved(weights, direction, -DifferenceStep));
        for (int l = 0; l < ahead.Length; l++)
        {
            Elementwise.AddScaled<double>(ahead[l], behind[l], -1, ahead[l]);
            Elementwise.Scale<double>(ahead[l], 1 / (2 * DifferenceStep), ahead[l]);
        }

        return ahead;
    }

    /// <summary>Classifies a point.</summary>
    /// <param name="y">Labels, m x N, finite.</param>
    /// <param name="x">Inputs, n x N, finite.</param>
    /// <param name="weights">W_1 to W_L, finite, at least two.</param>
    /// <param name="gradientTolerance">Relative length of the gradient up to which a point is critical.</param>
    /// <remarks>
    /// Two layers are decided by the residual's leading singular triple, as <see cref="TwoLayerLandscape"/> does, without differences. From three on
    /// curvature counts as negative below -1e-6 of the scale of the Hessian, which central differences resolve.
    /// </remarks>
    /// <exception cref="ArgumentException">A matrix is empty or not finite, or the weights do not chain.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is not positive.</exception>
    public static DeepCriticalPoint Classify(
        ReadOnlyMatrixView<double> y, ReadOnlyMatrixView<double> x, IReadOnlyList<double[,]> weights, double gradientTolerance = 1e-8)
    {
        Guard.Matrix(y, nameof(y));
        Guard.Matrix(x, x.Rows, y.Columns, nameof(x));
        Guard.Positive(gradientTolerance, nameof(gradientTolerance));
        Check(y, x, weights);
        foreach (double[,] layer in weights)
        {
            Guard.Matrix<double>(layer, nameof(weights));
        }

        if (weights.Count < 2)
        {
            throw new ArgumentException($"Must hold at least two layers, but holds {weights.Count}.", nameof(weights));
        }

        double squared = MatrixReductions.SumOfSquares(y), objective = Evaluate(y, x, weights);
        int width = Math.Min(Math.Min(y.Rows, x.Rows), weights.Skip(1).Min(w => w.GetLength(1)));
        double global = OneHiddenLayer.Solve(y, x, width).ClosedForm;
        int hidden = weights.Skip(1).Min(w => w.GetLength(1)), inner = InnerRank(weights);
        double size = Math.Sqrt(weights.Max(w => MatrixReductions.SumOfSquares<double>(w)));
        double scale = 2 * Math.Sqrt(squared * MatrixReductions.SumOfSquares(x)) * Math.Pow(Math.Max(size, 1), weights.Count - 1);
        double[][,] gradient = Gradient(y, x, weights);
        double relative = scale > 0 ? Norm(gradient) / scale : 0;
        if (relative > gradientTolerance)
        {
            foreach (double[,] layer in gradient)
            {
                Elementwise.Scale<double>(layer, -1, layer);
            }

            return new(CriticalPointKind.NotCritical, objective, global, relative, inner, inner == hidden, double.NaN, gradient);
        }

        if (weights.Count == 2 && TwoLayerCertificate.Of(y, x, weights[0], weights[1], gradientTolerance) is { } certified)
        {
            return new(certified.Kind, objective, global, relative, inner, inner == hidden, certified.Curvature, certified.Direction);
        }

        (double curvature, double[][,] direction, double largest) = DeepCurvature.Smallest(y, x, weights);
        bool negative = curvature < -1e-6 * Math.Max(largest, squared);
        CriticalPointKind kind = objective - global <= 1e-10 * squared ? CriticalPointKind.GlobalMinimum : negative ? CriticalPointKind.StrictSaddle : CriticalPointKind.NonStrictSaddle;
        return new(kind, objective, global, relative, inner, inner == hidden, curvature, kind == CriticalPointKind.StrictSaddle ? direction : []);
    }

    private static int InnerRank(IReadOnlyList<double[,]> weights)
    {
        if (weights.Count == 2)
        {
            return weights[1].GetLength(1);
        }

        double[,] product = weights[1];
        for (int l = 2; l < weights.Count - 1; l++)
        {
            double[,] next = new double[weights[l].GetLength(0), product.GetLength(1)];
            Gemm.Multiply<double>(weights[l], product, next);
            product = next;
        }

        double[] values = new double[Math.Min(product.GetLength(0), product.GetLength(1))];
        Svd.SingularValues<double>(product, values);
        return values.Count(value => value > 1e-10 * values[0]);
    }

    // W_l ... W_1 X for each l.
    private static T[][,] Forward<T>(ReadOnlyMatrixView<T> x, IReadOnlyList<T[,]> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[][,] layers = new T[weights.Count][,];
        for (int l = 0; l < weights.Count; l++)
        {
            layers[l] = new T[weights[l].GetLength(0), x.Columns];
            Gemm.Multiply<T>((ReadOnlyMatrixView<T>)weights[l], l == 0 ? x : layers[l - 1], layers[l]);
        }

        return layers;
    }

    private static double[][,] Moved(IReadOnlyList<double[,]> weights, IReadOnlyList<double[,]> direction, double step)
    {
        double[][,] moved = new double[weights.Count][,];
        for (int l = 0; l < moved.Length; l++)
        {
            moved[l] = (double[,])weights[l].Clone();
            Elementwise.AddScaled<double>(moved[l], direction[l], step, moved[l]);
        }

        return moved;
    }

    private static double Norm(double[][,] matrices) => Math.Sqrt(matrices.Sum(matrix => MatrixReductions.SumOfSquares<double>(matrix)));

    private static void Check<T>(ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> x, IReadOnlyList<T[,]> weights)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(weights);
        Guard.Shape(x, x.Rows, y.Columns, nameof(x));
        if (weights.Count == 0)
        {
            throw new ArgumentException("Must hold at least one layer.", nameof(weights));
        }

        int width = x.Rows;
        for (int l = 0; l < weights.Count; l++)
        {
            int rows = l == weights.Count - 1 ? y.Rows : weights[l].GetLength(0);
            if (weights[l].GetLength(1) != width || weights[l].GetLength(0) != rows)
            {
                throw new ArgumentException($"Layer {l + 1} must be {rows} x {width}, but is {weights[l].GetLength(0)} x {weights[l].GetLength(1)}.", nameof(weights));
            }

            width = rows;
        }
    }
}
