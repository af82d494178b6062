using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// Atoms <c>phi(u, v) = u v^T</c>, so that r units are a factorization <c>X = U V^T</c> with the columns of U (m x r) and V (n x r) as blocks 0 and 1. What is left
/// to a derived regularizer: the norm of each factor, its proximal map, the vector that a gradient is best aligned with, and an upper bound of the polar.
/// </summary>
/// <typeparam name="T">Scalar type.</typeparam>
public abstract class MatrixAtoms<T> : AtomFamily<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly SolverWorkspace<T> _memory = new();
    private readonly double[] _squares;
    private readonly int[] _order;
    private AlternatingPolar<T>? _search;
    private Units<T>? _starts;
    private double[] _values = [];
    private T[] _turned = [];

    /// <summary>Products of vectors of m and n elements.</summary>
    protected MatrixAtoms(int rows, int columns)
        : base(rows, columns, rows, columns)
        => (_squares, _order) = (new double[Math.Max(rows, columns)], new int[Math.Max(rows, columns)]);

    // Starts of the search for the polar: of each kind that the matrix suggests, and random ones.
    private protected virtual (int OfAKind, int Seeded) Starts => (32, 20);

    /// <summary>Makes a start of the search for the polar admissible, where the norm is finite on a cone only; nothing unless overridden.</summary>
    protected virtual void Admit(int block, Span<T> x)
    {
    }

    /// <inheritdoc/>
    public override void Forward(Units<T> units, MatrixView<T> output, Parallelism parallelism)
        => Gemm.Multiply<T>(T.One, units.Block(0).Transposed, units.Block(1), T.Zero, output, parallelism);

    /// <inheritdoc/>
    public override void Contract(int block, Units<T> units, ReadOnlyMatrixView<T> z, MatrixView<T> destination, Parallelism parallelism)
    {
        if (block == 1)
        {
            Gemm.Multiply<T>(T.One, units.Block(0), z, T.Zero, destination, parallelism);
            return;
        }

        // Z V, whose operands are read as they lie, and then turned: a fifth of the time of V^T Z^T for a few units.
        int length = checked(Rows * units.Count);
        if (_turned.Length < length)
        {
            _turned = new T[Math.Max(length, 2 * _turned.Length)];
        }

        MatrixView<T> turned = new(_turned, Rows, units.Count);
        Gemm.Multiply<T>(T.One, z, units.Block(1).Transposed, T.Zero, turned, parallelism);
        turned.Transposed.CopyTo(destination);
    }

    /// <inheritdoc/>
    public override void Gram(int block, Units<T> units, MatrixView<T> gram, Parallelism parallelism)
        => Gemm.Multiply<T>(T.One, units.Block(1 - block), units.Block(1 - block).Transposed, T.Zero, gram, parallelism);

    /// <inheritdoc/>
    /// <remarks>
    /// Alternates the two factors from many starts at once, which never lowers a value: both signs of the right singular vectors of Z, unit vectors, the
    /// longest rows of Z, and seeded normal vectors.
    /// </remarks>
    public override double PolarLower(ReadOnlyMatrixView<T> z, Units<T> found, Span<double> values, ulong seed)
        => (_search ??= new(this)).Search(z, StartsFor(z, seed), found, values);

    private Units<T> StartsFor(ReadOnlyMatrixView<T> z, ulong seed)
    {
        (int most, int seeded) = Starts;
        int p = Math.Min(Rows, Columns), vectors = Math.Min(p, most), axes = Math.Min(Columns, most), rows = Math.Min(Rows, most);
        Units<T> pairs = _starts ??= NewUnits();
        pairs.Resize(2 * vectors + axes + rows + seeded);
        _memory.Reserve(ThinSvd<T>.WorkspaceFor(Rows, Columns));
        var svd = new ThinSvd<T>(z, _memory, ref _values);
        MatrixView<T> right = pairs.Block(1);
        int at = 0;
        for (int i = 0; i < vectors; i++)
        {
            svd.Right.Row(i).CopyTo(right.Row(at++));
            Elementwise.Scale<T>(svd.Right.Row(i), -T.One, right.Row(at++));
        }

        foreach (int j in Longest(z.Transposed, axes))
        {
            right.Row(at).Clear();
            right[at++, j] = T.One;
        }

        foreach (int i in Longest(z, rows))
        {
            z.Slice(i, 0, 1, Columns).CopyTo(right.Slice(at++, 0, 1, Columns));
        }

        for (int i = 0; i < seeded; i++)
        {
            RandomElements.Normal(seed, 2, (ulong)i * (ulong)Columns, right.Row(at++));
        }

        for (int i = 0; i < pairs.Count; i++)
        {
            Admit(1, right.Row(i));
        }

        return pairs;
    }

    // The first longest rows, in memory that the next call overwrites.
    private ReadOnlySpan<int> Longest(ReadOnlyMatrixView<T> z, int count)
    {
        Span<double> squares = _squares.AsSpan(0, z.Rows);
        Span<int> order = _order.AsSpan(0, z.Rows);
        MatrixReductions.SumsOfSquaresOfRows(z, squares);
        Elementwise.Scale(squares, -1, squares);
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        squares.Sort(order);
        return order[..count];
    }
}
