using System.Numerics;

namespace Kernels.Runtime;

/// <summary><c>theta(u, v) = ||u||_2 ||v||_2</c>: the regularizer is the nuclear norm, the polar the spectral norm, and both are computed exactly.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
/// <remarks>Source: Recht, Fazel, Parrilo, SIAM Review 52(3), 2010; Haeffele and Vidal, arXiv:1708.07850.</remarks>
public sealed class NuclearAtoms<T> : MatrixAtoms<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>Products of vectors of m and n elements.</summary>
    public NuclearAtoms(int rows, int columns)
        : base(rows, columns)
    {
    }

    /// <inheritdoc/>
    public override int MostUnits => Math.Min(Rows, Columns);

    /// <inheritdoc/>
    public override bool PolarIsExact => true;

    internal override bool IsSpectral => true;

    /// <inheritdoc/>
    public override double Norm(int block, ReadOnlySpan<T> x) => EuclideanBlocks.Norm(x);

    /// <inheritdoc/>
    public override void Prox(int block, MatrixView<T> rows, ReadOnlySpan<double> thresholds) => EuclideanBlocks.Shrink(rows, thresholds);

    /// <inheritdoc/>
    public override double Align(int block, Span<T> g) => EuclideanBlocks.Align(g);

    /// <inheritdoc/>
    public override double PolarLower(ReadOnlyMatrixView<T> z, Units<T> found, Span<double> values, ulong seed)
    {
        using var memory = new SolverWorkspace<T>();
        memory.Reserve(ThinSvd<T>.WorkspaceFor(Rows, Columns));
        var svd = new ThinSvd<T>(z, memory);
        int count = Math.Min(values.Length, svd.Values.Length);
        found.Resize(count);
        svd.Left.Slice(0, 0, count, Rows).CopyTo(found.Block(0));
        svd.Right.Slice(0, 0, count, Columns).CopyTo(found.Block(1));
        svd.Values.AsSpan(0, count).CopyTo(values);
        values[count..].Clear();
        return values[0];
    }

    /// <inheritdoc/>
    public override double PolarUpper(ReadOnlyMatrixView<T> z, double lower, double lambda) => lower;

    /// <inheritdoc/>
    /// <remarks>From SVDs <c>U = P_1 S_1 W_1^T</c>, <c>V = P_2 S_2 W_2^T</c> and of the small product <c>S_1 W_1^T W_2 S_2</c>; the price becomes the nuclear norm of the product.</remarks>
    public override bool Compress(Units<T> units, Parallelism parallelism)
    {
        int r = units.Count;
        if (r > 0)
        {
            new Compression<T>(units, parallelism).Apply();
        }

        return r > 0;
    }
}
