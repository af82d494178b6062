using System.Diagnostics;
using System.Numerics;

namespace Kernels.Runtime;

/// <summary>Answer of <see cref="TwoLayerRidge"/>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record TwoLayerRidgeResult<T> : SolverResult<T>
    where T : unmanaged
{
    /// <summary>Singular values of the product W_2 W_1, descending.</summary>
    public required IReadOnlyList<double> Values { get; init; }
}

/// <summary>
/// A linear network with one hidden layer and weight decay, <c>E ||W_2 W_1 x - y||^2 + lambda (||W_1||_F^2 + ||W_2||_F^2)</c>. The penalty of the best factors of
/// a product Z is <c>2 lambda ||Z||_*</c>. U of the result is W_2 (m x r) and V is W_1^T (n x r).
/// </summary>
/// <remarks>Source: Freeman and Bruna, ICLR 2017 (arXiv:1611.01540); Beck and Teboulle 2009 for the iteration.</remarks>
public static class TwoLayerRidge
{
    /// <summary>Whitened inputs (Sxx = I): the singular values of Syx are reduced by lambda and the first r kept.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="syx">Moments of labels and inputs, m x n, finite.</param>
    /// <param name="labelTrace">tr Syy, at least ||Syx||_F^2 for moments of a joint law; the objective is relative to it.</param>
    /// <param name="units">Hidden units r, at least one; fewer than the rank are allowed.</param>
    /// <param name="lambda">Weight decay, finite, zero or more.</param>
    /// <exception cref="ArgumentException">The matrix is empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static TwoLayerRidgeResult<T> SolveWhitened<T>(ReadOnlyMatrixView<T> syx, double labelTrace, int units, double lambda)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Matrix(syx, nameof(syx));
        Guard.NotNegative(labelTrace, nameof(labelTrace));
        Guard.AtLeast(units, 1, nameof(units));
        Guard.NotNegative(lambda, nameof(lambda));
        long start = Stopwatch.GetTimestamp();
        using var memory = new SolverWorkspace<T>();
        memory.Reserve(ThinSvd<T>.WorkspaceFor(syx.Rows, syx.Columns));
        var svd = new ThinSvd<T>(syx, memory);
        double[] z = new double[svd.Values.Length];
        Span<double> kept = z.AsSpan(0, Math.Min(units, z.Length));
        Prox.NonNegativeSoftThreshold<double>(svd.Values.AsSpan(0, kept.Length), lambda, kept);
        double total = Reductions.SumOfSquares<double>(svd.Values);
        double optimum = labelTrace - total + Reductions.SquaredDistance<double>(svd.Values, z) + 2 * lambda * Reductions.Sum<double>(z);
        (T[,] u, T[,] v) = Factors(svd, z, units);
        T[,] product = new T[syx.Rows, syx.Columns];
        Gemm.Multiply<T>((ReadOnlyMatrixView<T>)u, ((ReadOnlyMatrixView<T>)v).Transposed, product);
        double objective = labelTrace - 2 * MatrixReductions.Inner<T>(syx, product) + MatrixReductions.SumOfSquares<T>(product)
            + lambda * (MatrixReductions.SumOfSquares<T>(u) + MatrixReductions.SumOfSquares<T>(v));
        double bound = svd.Converged ? optimum : double.NegativeInfinity;
        return new()
        {
            U = u,
            V = v,
            Values = z,
            Objective = objective,
            LowerBound = bound,
            Status = Certificate.Status(objective, bound, typeof(T) == typeof(float) ? 1e-4 : 1e-6, 16 * Certificate.Roundoff<T>() * (labelTrace + total)),
            Stop = StopReason.ClosedForm,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    /// <summary>
    /// Any moments of the inputs: FISTA on <c>G(Z) = tr(Syy - 2 Syx Z^T + Z Sxx Z^T) + 2 lambda ||Z||_*</c>, which is convex, then balanced factors.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="sxx">n x n, symmetric positive semidefinite.</param>
    /// <param name="syx">m x n.</param>
    /// <param name="syy">m x m, symmetric.</param>
    /// <param name="lambda">Weight decay, positive.</param>
    /// <param name="iterations">Steps at most, one SVD each.</param>
    /// <returns>min(m, n) hidden units. The bound is the dual value of the residual scaled into the ball of the spectral norm.</returns>
    /// <exception cref="ArgumentException">A shape does not fit or Sxx is not positive semidefinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static TwoLayerRidgeResult<T> Solve<T>(ReadOnlyMatrixView<T> sxx, ReadOnlyMatrixView<T> syx, ReadOnlyMatrixView<T> syy, double lambda, int iterations = 5000)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        SymmetricEigen<T>.Check(syy, nameof(syy));
        Guard.Positive(lambda, nameof(lambda));
        Guard.AtLeast(iterations, 1, nameof(iterations));
        long start = Stopwatch.GetTimestamp();
        var whitened = new Whitening<T>(sxx, syx, default);
        int m = syx.Rows, n = syx.Columns, p = Math.Min(m, n);
        double trace = MatrixReductions.Trace(syy), step = whitened.LargestEigenvalue > 0 ? 0.5 / whitened.LargestEigenvalue : 1;
        double reachable = MatrixReductions.SumOfSquares<T>(whitened.M), kkt = typeof(T) == typeof(float) ? 1e-5 : 1e-10;
        T[,] z = new T[m, n], point = new T[m, n], moved = new T[m, n], zs = new T[m, n];
        using var memory = new SolverWorkspace<T>();
        double[] values = new double[p], sigma = new double[p];
        T[] scales = new T[p], spectrum = new T[p];
        double momentum = 1, bound = double.NegativeInfinity, objective = 0;
        (int t, StopReason stop) = (0, StopReason.IterationLimit);
        while (t < iterations && stop != StopReason.Converged)
        {
            // moved = point - step 2 (point Sxx - Syx), thresholded.
            Gemm.Multiply<T>(T.CreateChecked(-2 * step), (ReadOnlyMatrixView<T>)point, sxx, T.Zero, moved);
            Elementwise.AddScaled<T>(moved, syx, T.CreateChecked(2 * step), moved);
            Elementwise.AddScaled<T>(moved, point, T.One, moved);
            memory.Reserve(ThinSvd<T>.WorkspaceFor(m, n));
            var svd = new ThinSvd<T>(moved, memory, ref sigma);
            Prox.NonNegativeSoftThreshold<double>(sigma, 2 * lambda * step, values);
            Conversions.Convert<double, T>(new(values, 1, p), new(scales, 1, p));
            MatrixView<T> left = svd.Left;
            Elementwise.ScaleByRow<T>(left, scales, left);
            Gemm.Multiply<T>(left.Transposed, svd.Right, moved);
            double next = (1 + Math.Sqrt(1 + 4 * momentum * momentum)) / 2, weight = (momentum - 1) / next;
            Elementwise.Scale<T>(z, T.CreateChecked(-weight), z);
            Elementwise.AddScaled<T>(z, moved, T.CreateChecked(1 + weight), point);
            (z, moved, momentum) = (moved, z, next);
            t++;

            Gemm.Multiply<T>((ReadOnlyMatrixView<T>)z, sxx, zs);
            double alongLabels = MatrixReductions.Inner<T>(syx, z), curvature = MatrixReductions.Inner<T>(zs, z), nuclear = Reductions.Sum<double>(values);
            objective = trace - 2 * alongLabels + curvature + 2 * lambda * nuclear;

            // D = Syx - Z Sxx, the dual point; optimal when ||D||_2 is at most lambda and <D, Z> = lambda ||Z||_*.
            Elementwise.AddScaled<T>(syx, zs, -T.One, zs);
            Svd.SingularValues<T>(zs, spectrum);
            double norm = double.CreateChecked(spectrum[0]), scale = norm > lambda ? lambda / norm : 1;
            bound = Math.Max(bound, trace - ((1 - scale) * (1 - scale) * reachable + 2 * scale * (1 - scale) * alongLabels + scale * scale * curvature));
            bool stationary = Math.Abs(alongLabels - curvature - lambda * nuclear) <= kkt * Math.Max(lambda * nuclear, kkt * trace);
            stop = norm <= lambda * (1 + kkt) && stationary ? StopReason.Converged : stop;
        }

        memory.Reserve(ThinSvd<T>.WorkspaceFor(m, n));
        (T[,] u, T[,] v) = Factors(new ThinSvd<T>(z, memory), values, p);
        return new()
        {
            U = u,
            V = v,
            Values = values,
            Objective = OneHiddenLayer.Risk<T>(sxx, syx, trace, u, v, default) + lambda * (MatrixReductions.SumOfSquares<T>(u) + MatrixReductions.SumOfSquares<T>(v)),
            LowerBound = bound,
            Status = Certificate.Status(objective, bound, typeof(T) == typeof(float) ? 1e-4 : 1e-6, 16 * Certificate.Roundoff<T>() * trace),
            Stop = stop,
            Iterations = t,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    /// <summary>
    /// A point on a path between two networks along which the objective never exceeds the line between their values, for every convex loss of the product:
    /// the hidden units hold <c>[sqrt(1-t) U_A, sqrt(t) U_B]</c> and the same of W. Both layers together have r_A + r_B units; a network of at least twice the
    /// smaller dimension can be brought into each half by a rotation of its hidden units, which changes nothing.
    /// </summary>
    /// <param name="from">U_A, m x r_A.</param>
    /// <param name="to">U_B, m x r_B.</param>
    /// <param name="t">Place on the path, in [0, 1].</param>
    /// <param name="destination">Receives the point, m x (r_A + r_B).</param>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">t is outside [0, 1].</exception>
    public static void LevelSetPath<T>(ReadOnlyMatrixView<T> from, ReadOnlyMatrixView<T> to, double t, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Shape(to, from.Rows, to.Columns, nameof(to));
        Guard.Shape<T>(destination, from.Rows, from.Columns + to.Columns, nameof(destination));
        if (!(t is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(t), t, "A place on the path lies in [0, 1].");
        }

        Elementwise.Scale(from, T.CreateChecked(Math.Sqrt(1 - t)), destination.Slice(0, 0, from.Rows, from.Columns));
        Elementwise.Scale(to, T.CreateChecked(Math.Sqrt(t)), destination.Slice(0, from.Columns, to.Rows, to.Columns));
    }

    // Left sqrt(z) and right sqrt(z), zero columns up to the units.
    private static (T[,] U, T[,] V) Factors<T>(ThinSvd<T> svd, double[] z, int units)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[,] u = new T[svd.Left.Columns, units], v = new T[svd.Right.Columns, units];
        double[] roots = [.. z.TakeWhile(value => value > 0).Take(units).Select(Math.Sqrt)];
        svd.WriteFactor(true, roots, u);
        svd.WriteFactor(false, roots, v);
        return (u, v);
    }
}
