using System.Numerics;

namespace Kernels.Runtime;

/// <summary><c>theta(u, v) = ||u||_2 ||v||_2</c> for u and v without negative elements, else infinite. The polar is NP-hard in general and bracketed.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
/// <remarks>Source: Bach, Mairal, Ponce, arXiv:0812.1869; Haeffele and Vidal, arXiv:1708.07850.</remarks>
public sealed class NonNegativeAtoms<T> : MatrixAtoms<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int SearchSteps = 18, MostAlternations = 500;

    private readonly T[] _sum, _negative, _values;

    /// <summary>Products of vectors of m and n elements.</summary>
    public NonNegativeAtoms(int rows, int columns)
        : base(rows, columns)
        => (_sum, _negative, _values) = (new T[checked(rows * columns)], new T[rows * columns], new T[Math.Min(rows, columns)]);

    /// <inheritdoc/>
    public override double Norm(int block, ReadOnlySpan<T> x) => EuclideanBlocks.Norm(x);

    /// <inheritdoc/>
    public override void Prox(int block, MatrixView<T> rows, ReadOnlySpan<double> thresholds)
    {
        for (int i = 0; i < rows.Rows; i++)
        {
            Activations.Relu<T>(rows.Row(i), rows.Row(i));
        }

        EuclideanBlocks.Shrink(rows, thresholds);
    }

    /// <inheritdoc/>
    public override void Randomize(Units<T> units, ulong seed)
    {
        base.Randomize(units, seed);
        for (int k = 0; k < Blocks; k++)
        {
            Elementwise.Magnitude<T>(units.Elements(k), units.Elements(k));
        }
    }

    /// <inheritdoc/>
    public override double Align(int block, Span<T> g)
    {
        Activations.Relu<T>(g, g);
        return EuclideanBlocks.Align(g);
    }

    /// <inheritdoc/>
    protected override void Admit(int block, Span<T> x) => Activations.Relu<T>(x, x);

    /// <inheritdoc/>
    /// <remarks>
    /// <c>||Z + c max(-Z, 0)||_2</c> for every c in [0, 1], since what is added can only raise <c>u^T Z v</c>; it is convex in c, and the least value is
    /// searched by golden section.
    /// </remarks>
    public override double PolarUpper(ReadOnlyMatrixView<T> z, double lower, double lambda)
    {
        Elementwise.Scale(z, -T.One, new MatrixView<T>(_negative, Rows, Columns));
        Activations.Relu<T>(_negative, _negative);
        double best = double.PositiveInfinity;

        double At(ReadOnlyMatrixView<T> z, double c)
        {
            var sum = new MatrixView<T>(_sum, Rows, Columns);
            Elementwise.AddScaled(z, new ReadOnlyMatrixView<T>(_negative, Rows, Columns), T.CreateChecked(c), sum);
            Svd.SingularValues<T>(sum, _values);
            double norm = double.CreateChecked(_values[0]);
            best = Math.Min(best, norm);
            return norm;
        }

        At(z, 0);
        At(z, 1);
        double golden = (Math.Sqrt(5) - 1) / 2, low = 0, high = 1;
        double left = 1 - golden, right = golden, atLeft = At(z, left), atRight = At(z, right);
        for (int step = 0; step < SearchSteps; step++)
        {
            if (atLeft < atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                atLeft = At(z, left = high - golden * (high - low));
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                atRight = At(z, right = low + golden * (high - low));
            }
        }

        return Math.Max(lower, best);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// <c>min over X at least 0 of 1/2 ||Y - X||_F^2 + lambda ||X||_*</c> by alternating projections in its dual, <c>Z = A + B</c> with <c>||A||_2</c> at most lambda
    /// and B at most 0; every step is feasible. A is extrapolated while the bound rises.
    /// </remarks>
    public override double Relaxation(ReadOnlyMatrixView<T> y, double lambda)
        => new DualAlternation<T>(Rows, Columns, static (rest, b, _, _) =>
        {
            // min(rest, 0) = rest - max(rest, 0).
            Activations.Relu<T>(rest, b);
            Elementwise.Subtract<T>(rest, b, b);
        }).Run(y, lambda, MostAlternations);
}
