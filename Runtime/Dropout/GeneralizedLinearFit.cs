using System.Numerics;

namespace Kernels.Runtime;

/// <summary>Answer of <see cref="GeneralizedLinearFit"/>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
/// <param name="Beta">The coefficients.</param>
/// <param name="Objective">Loss plus penalty there.</param>
/// <param name="GradientNorm">Length of the gradient there.</param>
/// <param name="Iterations">Iterations done.</param>
/// <param name="Converged">Whether the gradient met its tolerance.</param>
public sealed record GeneralizedLinearFitResult<T>(T[] Beta, double Objective, double GradientNorm, int Iterations, bool Converged);

/// <summary>
/// A generalized linear model under dropout of its features: minimizes <see cref="GeneralizedLinearDropout.Loss"/> plus the penalty, exact or quadratic, by L-BFGS.
/// </summary>
/// <remarks>The exact objective is convex; the quadratic one of the logistic family is not. Source: Wager, Wang, Liang, NIPS 2013; Liu and Nocedal 1989.</remarks>
public static class GeneralizedLinearFit
{
    private const int Memory = 8;

    /// <summary>Fits the coefficients, from zero.</summary>
    /// <param name="family">The model.</param>
    /// <param name="x">Features, N x d; for the exact penalty d is at most 16.</param>
    /// <param name="y">N labels.</param>
    /// <param name="delta">Probability of dropping a feature, in [0, 1).</param>
    /// <param name="exact">The mean over all masks instead of its quadratic approximation.</param>
    /// <param name="tolerance">Length of the gradient, relative to its length at zero, at which it has converged.</param>
    /// <param name="iterations">Iterations at most.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, an entry is not finite, or a label is impossible.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public static GeneralizedLinearFitResult<T> Solve<T>(
        GeneralizedLinearFamily family, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> y, double delta, bool exact, double? tolerance = null, int iterations = 500)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.AtLeast(iterations, 0, nameof(iterations));
        double limit = tolerance ?? (typeof(T) == typeof(float) ? 1e-4 : 1e-9);
        Guard.Positive(limit, nameof(tolerance));
        int d = x.Columns;
        T[] beta = new T[d], next = new T[d], memory = new T[checked(4 * x.Rows + 2 * d)];
        double[] position = new double[d], nextPosition = new double[d], gradient = new double[d], nextGradient = new double[d], direction = new double[d], scratch = new double[d];
        var steps = new History(d);
        double objective = Value(family, x, y, beta, delta, exact, gradient, scratch, memory), first = Reductions.Norm<double>(gradient), norm = first;
        int t = 0;
        for (; t < iterations && norm > limit * first; t++)
        {
            steps.Direction(gradient, direction);
            double slope = Reductions.Dot<double>(gradient, direction), length = 1;
            if (steps.Count == 0)
            {
                length = Math.Min(1, 1 / norm);
            }

            // Halving until the decrease is a part of what the slope promises (Armijo), or, where rounding hides the decrease, until the slope has fallen.
            double value = double.PositiveInfinity;
            bool accepted = false;
            for (int trial = 0; trial < 60 && !accepted; trial++, length /= 2)
            {
                Elementwise.AddScaled<double>(position, direction, length, nextPosition);
                Conversions.Convert<double, T>(Row<double>(nextPosition), Row<T>(next));
                value = Value(family, x, y, next, delta, exact, nextGradient, scratch, memory);
                double rounding = 8 * Certificate.Roundoff<T>() * (1 + Math.Abs(objective));
                accepted = value <= objective + 1e-4 * length * slope
                    || (value <= objective + rounding && Math.Abs(Reductions.Dot<double>(nextGradient, direction)) < 0.9 * Math.Abs(slope));
            }

            if (!accepted)
            {
                break;
            }

            // The step that was made, after rounding.
            Conversions.Convert<T, double>(Row<T>(next), Row<double>(nextPosition));
            steps.Remember(position, nextPosition, gradient, nextGradient);
            (beta, next) = (next, beta);
            (position, nextPosition) = (nextPosition, position);
            (gradient, nextGradient) = (nextGradient, gradient);
            (objective, norm) = (value, Reductions.Norm<double>(gradient));
        }

        return new(beta, objective, norm, t, norm <= limit * first);
    }

    /// <summary>
    /// Least squares under dropout in closed form: <c>(X^T X + delta/(1-delta) diag(X^T X)) beta = X^T y</c> minimizes <c>1/2 ||y - X beta||^2 + R</c>.
    /// </summary>
    /// <param name="x">Features, N x d.</param>
    /// <param name="y">N labels.</param>
    /// <param name="delta">Probability of dropping a feature, in [0, 1).</param>
    /// <returns>d coefficients, of least length where several minimize.</returns>
    /// <exception cref="ArgumentException">Lengths do not fit, or an entry is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Delta is outside [0, 1).</exception>
    public static T[] SolveLinear<T>(ReadOnlyMatrixView<T> x, ReadOnlySpan<T> y, double delta)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Matrix(x, nameof(x));
        GeneralizedLinearModel.CheckLabels(GeneralizedLinearFamily.Linear, y, x.Rows);
        GeneralizedLinearModel.CheckDelta(delta);
        int d = x.Columns;
        T[] beta = new T[d], product = new T[d];
        T[,] gram = new T[d, d], inverse = new T[d, d];
        Gemm.Multiply<T>(x.Transposed, x, gram);
        MatrixView<T> diagonal = ((MatrixView<T>)gram).Diagonal;
        Elementwise.Scale(diagonal, T.CreateChecked(1 / (1 - delta)), diagonal);
        GeneralizedLinearModel.Project(x, y, product);
        Svd.PseudoInverse<T>(gram, inverse, Certificate.ConsistentRank<T>());
        GeneralizedLinearModel.Predict<T>(inverse, product, beta);
        return beta;
    }

    private static double Value<T>(
        GeneralizedLinearFamily family, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> y, T[] beta, double delta, bool exact, double[] gradient, double[] wide, Span<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int n = x.Rows, d = x.Columns;
        Span<T> z = memory[..n], mean = memory.Slice(n, n), scratch = memory.Slice(2 * n, n), other = memory.Slice(3 * n, n), slope = memory.Slice(4 * n, d), penalty = memory.Slice(4 * n + d, d);
        penalty.Clear();
        GeneralizedLinearModel.Predict<T>(x, beta, z);
        GeneralizedLinearModel.Derivatives<T>(family, z, mean, scratch, other);
        Array.Clear(gradient);
        double value;
        if (exact)
        {
            // E sum A(x~ . beta) - y . X beta; the noise is unbiased, so the labels see X.
            GeneralizedLinearModel.CheckLabels(family, y, n);
            value = FeatureMasks.MeanPartition<T>(family, x, beta, delta, gradient) - double.CreateChecked(Reductions.Dot<T>(y, z));
            Elementwise.Scale<T>(y, -T.One, mean);
        }
        else
        {
            value = GeneralizedLinearDropout.Loss<T>(family, x, y, beta) + GeneralizedLinearDropout.QuadraticPenalty<T>(family, x, beta, delta, penalty);
            Elementwise.Subtract<T>(mean, y, mean);
        }

        GeneralizedLinearModel.Project<T>(x, mean, slope);
        Conversions.Convert<T, double>(Row(slope), Row<double>(wide));
        Elementwise.Add<double>(gradient, wide, gradient);
        Conversions.Convert<T, double>(Row(penalty), Row<double>(wide));
        Elementwise.Add<double>(gradient, wide, gradient);

        return value;
    }

    private static MatrixView<T> Row<T>(Span<T> vector)
        where T : unmanaged
        => new(vector, 1, vector.Length);

    // The last steps and changes of the gradient, a row each in a ring, and what the two loops of L-BFGS make of them.
    private sealed class History(int length)
    {
        private readonly double[,] _steps = new double[Memory, length], _changes = new double[Memory, length];
        private readonly double[] _rho = new double[Memory], _alpha = new double[Memory];
        private int _next;

        internal int Count { get; private set; }

        internal void Direction(double[] gradient, double[] direction)
        {
            MatrixView<double> steps = _steps, changes = _changes;
            Elementwise.Scale<double>(gradient, -1, direction);
            for (int age = 0; age < Count; age++)
            {
                int i = Slot(age);
                _alpha[i] = _rho[i] * Reductions.Dot<double>(steps.Row(i), direction);
                Elementwise.AddScaled<double>(direction, changes.Row(i), -_alpha[i], direction);
            }

            if (Count > 0)
            {
                int last = Slot(0);
                Elementwise.Scale<double>(direction, 1 / (_rho[last] * Reductions.SumOfSquares<double>(changes.Row(last))), direction);
            }

            for (int age = Count - 1; age >= 0; age--)
            {
                int i = Slot(age);
                double b = _rho[i] * Reductions.Dot<double>(changes.Row(i), direction);
                Elementwise.AddScaled<double>(direction, steps.Row(i), _alpha[i] - b, direction);
            }
        }

        // Only where the curvature along the step is positive beyond rounding.
        internal void Remember(double[] position, double[] nextPosition, double[] gradient, double[] nextGradient)
        {
            Span<double> s = ((MatrixView<double>)_steps).Row(_next), y = ((MatrixView<double>)_changes).Row(_next);
            Elementwise.Subtract<double>(nextPosition, position, s);
            Elementwise.Subtract<double>(nextGradient, gradient, y);
            double product = Reductions.Dot<double>(s, y);
            if (product > 1e-12 * Reductions.Norm<double>(s) * Reductions.Norm<double>(y))
            {
                _rho[_next] = 1 / product;
                _next = (_next + 1) % Memory;
                Count = Math.Min(Count + 1, Memory);
            }
        }

        private int Slot(int age) => (_next - 1 - age + 2 * Memory) % Memory;
    }
}
