using System.Numerics;

namespace Kernels.Runtime;

/// <summary><c>theta(u, v) = ||u||_2 ||v||_2</c>: the regularizer is the nuclear norm, the polar the spectral norm, and both are computed exactly.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
/// <remarks>Source: Recht, Fazel, Parrilo, SIAM Review 52(3), 2010; Haeffele and Vidal, arXiv:1708.07850.</remarks>
public sealed class NuclearAtoms<T> : MatrixAtoms<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Smaller matrices are decomposed whole in no time.
    private const int SmallOrder = 64;

    private const int PowerSteps = 8;

    private readonly Compression<T> _compression = new();
    private readonly SolverWorkspace<double> _memory = new();
    private readonly double[] _all;
    private readonly T[] _u, _v;

    /// <summary>Products of vectors of m and n elements.</summary>
    public NuclearAtoms(int rows, int columns)
        : base(rows, columns)
        => (_all, _u, _v) = (new double[Math.Min(rows, columns)], new T[rows], new T[columns]);

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
    /// <remarks>Of larger matrices only the leading triplets are computed: those above nine tenths of a lower bound of the norm where one is wanted, above 1/32 where several are.</remarks>
    public override double PolarLower(ReadOnlyMatrixView<T> z, Units<T> found, Span<double> values, ulong seed)
    {
        int p = MostUnits;
        _memory.Reserve(checked(Rows * Columns + p * (Rows + Columns)));
        MatrixView<double> wide = _memory.Matrix(Rows, Columns), left = _memory.Matrix(p, Rows), right = _memory.Matrix(p, Columns);
        Conversions.Convert(z, wide);
        double threshold = p > SmallOrder ? (values.Length == 1 ? 0.9 : 1.0 / 31) * Along(z, found) : 0;
        Svd.DecomposeAbove<double>(wide, threshold, left.Transposed, _all, right.Transposed, out int computed);
        int count = Math.Min(values.Length, computed);
        found.Resize(count);
        Conversions.Convert<double, T>(left.Slice(0, 0, count, Rows), found.Block(0));
        Conversions.Convert<double, T>(right.Slice(0, 0, count, Columns), found.Block(1));
        _all.AsSpan(0, count).CopyTo(values);
        values[count..].Clear();
        return values[0];
    }

    // ||Z v|| for a unit vector v that some steps of the power method have turned towards the leading one: never above the norm.
    private double Along(ReadOnlyMatrixView<T> z, Units<T> found)
    {
        T[] v = _v, u = _u;
        if (found.Count > 0)
        {
            found.Block(1).Row(0).CopyTo(v);
        }
        else
        {
            RandomElements.Normal<T>(0, 5, 0, v);
        }

        double length = 0;
        for (int step = 0; step < PowerSteps && EuclideanBlocks.Align<T>(v) > 0; step++)
        {
            Gemm.Multiply<T>(T.One, z, new ReadOnlyMatrixView<T>(v, Columns, 1), T.Zero, new MatrixView<T>(u, Rows, 1), Parallelism.Sequential);
            length = EuclideanBlocks.Norm<T>(u);
            Gemm.Multiply<T>(T.One, z.Transposed, new ReadOnlyMatrixView<T>(u, Rows, 1), T.Zero, new MatrixView<T>(v, Columns, 1), Parallelism.Sequential);
        }

        return length;
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
            _compression.Apply(units, parallelism);
        }

        return r > 0;
    }
}
