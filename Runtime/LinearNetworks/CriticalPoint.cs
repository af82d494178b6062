using System.Numerics;

namespace Kernels.Runtime;

/// <summary>What a point of a network's landscape is.</summary>
public enum CriticalPointKind
{
    /// <summary>The gradient does not vanish; its negative leads down.</summary>
    NotCritical,

    /// <summary>A global minimum.</summary>
    GlobalMinimum,

    /// <summary>A saddle with a direction of negative curvature.</summary>
    StrictSaddle,

    /// <summary>Critical and not a global minimum, without negative curvature; only higher orders lead down.</summary>
    NonStrictSaddle,
}

/// <summary>A point of the landscape <c>||M - U W^T||_F^2</c>, classified.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record CriticalPoint<T>
    where T : unmanaged
{
    /// <summary>What the point is.</summary>
    public required CriticalPointKind Kind { get; init; }

    /// <summary>The objective at the point.</summary>
    public required double Objective { get; init; }

    /// <summary><c>(||E W|| + ||E^T U||) / (||M|| (||U|| + ||W||))</c> for the residual E; critical below its tolerance.</summary>
    public required double RelativeGradient { get; init; }

    /// <summary>Rank of the product U W^T.</summary>
    public required int Rank { get; init; }

    /// <summary>
    /// The second derivative along the direction, 2 l_min: negative at a saddle. The objective after a step t along it is <c>f + (curvature / 2) t^2 + O(t^3)</c>.
    /// Zero for a point that is not critical.
    /// </summary>
    public required double Curvature { get; init; }

    /// <summary>A direction that leads down: of negative curvature at a saddle, the negative gradient elsewhere; zero at a minimum. m x r.</summary>
    public required T[,] DirectionU { get; init; }

    /// <summary>Its other half, n x r.</summary>
    public required T[,] DirectionW { get; init; }
}

/// <summary>
/// Critical points of <c>||M - U W^T||_F^2</c>, the landscape of a linear network with one hidden layer (<see cref="OneHiddenLayer"/>): a certificate of global
/// optimality, or a direction of escape. Every saddle here is strict.
/// </summary>
/// <remarks>
/// With the leading singular triple (s, a, b) of the residual E at a critical point, the smallest eigenpair of <c>[[W^T W, -s I], [-s I, U^T U]]</c> (2r x 2r)
/// decides: not negative only at a global minimum, and its vector (x, y) gives the direction (a x^T, b y^T). Source: Baldi and Hornik 1989; Zhu, Soudry,
/// Eldar, Wakin, JMIV 2019.
/// </remarks>
public static class TwoLayerLandscape
{
    /// <summary>Classifies a point.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="m">Data M, m x n, finite.</param>
    /// <param name="u">Left factor, m x r, finite.</param>
    /// <param name="w">Right factor, n x r, finite.</param>
    /// <param name="gradientTolerance">Relative gradient up to which a point is critical; null means 1e-8 in double and 1e-4 in float.</param>
    /// <remarks>Cost: the SVD of the residual, one 2r x 2r symmetric eigenproblem.</remarks>
    /// <exception cref="ArgumentException">A matrix is empty, not finite or of the wrong shape.</exception>
    public static CriticalPoint<T> Classify<T>(ReadOnlyMatrixView<T> m, ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> w, double? gradientTolerance = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Matrix(m, nameof(m));
        Guard.Matrix(u, m.Rows, u.Columns, nameof(u));
        Guard.Matrix(w, m.Columns, u.Columns, nameof(w));
        if (gradientTolerance is double tolerance)
        {
            Guard.Positive(tolerance, nameof(gradientTolerance));
        }

        bool single = typeof(T) == typeof(float);
        int r = u.Columns;
        T[,] residual = m.ToArray(), product = new T[m.Rows, m.Columns];
        Gemm.Multiply<T>(u, w.Transposed, product);
        Elementwise.AddScaled<T>(residual, product, -T.One, residual);
        T[,] ew = new T[m.Rows, r], eu = new T[m.Columns, r];
        Gemm.Multiply<T>((ReadOnlyMatrixView<T>)residual, w, ew);
        Gemm.Multiply<T>(((ReadOnlyMatrixView<T>)residual).Transposed, u, eu);
        double norm = Norm(m), objective = MatrixReductions.SumOfSquares<T>(residual), scale = norm * (Norm(u) + Norm(w));
        double gradient = scale > 0 ? (Norm<T>(ew) + Norm<T>(eu)) / scale : 0;
        int rank = Rank<T>(product, u, w);
        if (gradient > (gradientTolerance ?? (single ? 1e-4 : 1e-8)))
        {
            // The negative gradient, 2 (E W, E^T U).
            Elementwise.Scale<T>(ew, T.One + T.One, ew);
            Elementwise.Scale<T>(eu, T.One + T.One, eu);
            return Point(CriticalPointKind.NotCritical, 0, ew, eu);
        }

        int p = Math.Min(m.Rows, m.Columns);
        T[,] left = new T[m.Rows, p], right = new T[m.Columns, p];
        T[] values = new T[p];
        Svd.Decompose<T>(residual, left, values, right);
        double largest = double.CreateChecked(values[0]), spectral = SpectralNorm(m);
        if (largest <= (single ? 1e-5 : 1e-12) * spectral)
        {
            return Point(CriticalPointKind.GlobalMinimum, 0, new T[m.Rows, r], new T[m.Columns, r]);
        }

        T[,] h = new T[2 * r, 2 * r];
        MatrixView<T> hv = h;
        Gemm.Multiply(w.Transposed, w, hv.Slice(0, 0, r, r));
        Gemm.Multiply(u.Transposed, u, hv.Slice(r, r, r, r));
        hv.Slice(0, r, r, r).Diagonal.Fill(-values[0]);
        hv.Slice(r, 0, r, r).Diagonal.Fill(-values[0]);

        var eigen = new SymmetricEigen<T>(h);
        double least = eigen.Values[^1];
        if (least >= -(single ? 1e-4 : 1e-9) * largest)
        {
            return Point(CriticalPointKind.GlobalMinimum, 0, new T[m.Rows, r], new T[m.Columns, r]);
        }

        ReadOnlyMatrixView<T> pair = ((ReadOnlyMatrixView<T>)eigen.Vectors).Slice(2 * r - 1, 0, 1, 2 * r);
        T[,] du = new T[m.Rows, r], dw = new T[m.Columns, r];
        Gemm.Multiply<T>(((ReadOnlyMatrixView<T>)left).Slice(0, 0, m.Rows, 1), pair.Slice(0, 0, 1, r), du);
        Gemm.Multiply<T>(((ReadOnlyMatrixView<T>)right).Slice(0, 0, m.Columns, 1), pair.Slice(0, r, 1, r), dw);
        return Point(CriticalPointKind.StrictSaddle, 2 * least, du, dw);

        CriticalPoint<T> Point(CriticalPointKind kind, double curvature, T[,] directionU, T[,] directionW)
            => new() { Kind = kind, Objective = objective, RelativeGradient = gradient, Rank = rank, Curvature = curvature, DirectionU = directionU, DirectionW = directionW };
    }

    private static double Norm<T>(ReadOnlyMatrixView<T> matrix)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Math.Sqrt(MatrixReductions.SumOfSquares(matrix));

    private static double SpectralNorm<T>(ReadOnlyMatrixView<T> matrix)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] values = new T[Math.Min(matrix.Rows, matrix.Columns)];
        Svd.SingularValues(matrix, values);
        return double.CreateChecked(values[0]);
    }

    // Singular values of the product above the rounding of its factors.
    private static int Rank<T>(ReadOnlyMatrixView<T> product, ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> w)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] values = new T[Math.Min(product.Rows, product.Columns)];
        Svd.SingularValues(product, values);
        double cut = 4 * Math.Max(product.Rows, product.Columns) * Certificate.Roundoff<T>() * Norm(u) * Norm(w);
        return values.Count(value => double.CreateChecked(value) > cut);
    }
}
