using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// A kind of unit W = (W^1, ..., W^K) with its atom phi(W), an m x n matrix, and its price theta(W) = the product of the norms of its blocks; both scale with
/// degree K. The regularizer of a matrix is the least total price of units whose atoms add up to it. Derive from it, or for products of two
/// vectors from <see cref="MatrixAtoms{T}"/>, to solve with a regularizer of your own.
/// </summary>
/// <typeparam name="T">Scalar type.</typeparam>
/// <remarks>Source: Haeffele and Vidal, "Structured low-rank matrix factorization", IEEE TPAMI 42(6), 2020 (arXiv:1708.07850), and arXiv:1506.07540.</remarks>
public abstract class AtomFamily<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly int[] _lengths;

    /// <summary>Atoms of m x n elements from blocks of the given lengths.</summary>
    protected AtomFamily(int rows, int columns, params ReadOnlySpan<int> lengths)
        => (Rows, Columns, _lengths) = (rows, columns, lengths.ToArray());

    /// <summary>m.</summary>
    public int Rows { get; }

    /// <summary>n.</summary>
    public int Columns { get; }

    /// <summary>K: blocks of a unit, and the degree of phi and theta.</summary>
    public int Blocks => _lengths.Length;

    /// <summary>Most units that a solution needs (by Caratheodory, at most the number of elements of a matrix).</summary>
    public virtual int MostUnits => checked(Rows * Columns);

    /// <summary>True when <see cref="PolarLower"/> finds the polar itself and not only a lower bound of it.</summary>
    public virtual bool PolarIsExact => false;

    /// <summary>No units yet.</summary>
    public Units<T> NewUnits() => new(_lengths);

    /// <summary>The norm of one block.</summary>
    public abstract double Norm(int block, ReadOnlySpan<T> x);

    /// <summary>The proximal map of <c>sum of thresholds[i] Norm(block, row i)</c>, in place, with exact zeros where a row is shrunk away.</summary>
    public abstract void Prox(int block, MatrixView<T> rows, ReadOnlySpan<double> thresholds);

    /// <summary>
    /// Replaces g by a vector w that attains the dual norm of a block, <c>max &lt;g, w&gt;</c> over Norm(block, w) at most 1, and returns that norm; zero when no w
    /// does better than zero, and g is then left as it may be. Asked for by the alternating search for the polar only.
    /// </summary>
    public virtual double Align(int block, Span<T> g) => throw new NotSupportedException();

    /// <summary>The sum of the atoms, m x n.</summary>
    public abstract void Forward(Units<T> units, MatrixView<T> output, Parallelism parallelism);

    /// <summary>Row i of the destination: the gradient of <c>&lt;Z, phi(W_i)&gt;</c> in one block.</summary>
    public abstract void Contract(int block, Units<T> units, ReadOnlyMatrixView<T> z, MatrixView<T> destination, Parallelism parallelism);

    /// <summary>
    /// The r x r matrix G of one block, all others fixed: <c>||sum of the atoms||_F^2 = &lt;G, W W^T&gt;</c> for the r x d matrix W of the block, in which
    /// the sum is linear. Not asked for where <see cref="IsLinear"/> is false.
    /// </summary>
    public abstract void Gram(int block, Units<T> units, MatrixView<T> gram, Parallelism parallelism);

    /// <summary>False for a block in which the sum of the atoms is not linear; its step is then found by backtracking. The sum must be linear in the last block of each unit all the same.</summary>
    public virtual bool IsLinear(int block) => true;

    /// <summary>The longest step that is tried in a block that is not linear, for a loss with Lipschitz constant 1.</summary>
    public virtual double LongestStep(int block, Units<T> units) => 1;

    /// <summary>
    /// <c>&lt;phi(W_i), phi(W_j)&gt;</c>, in the first r rows and columns of the destination; unless overridden the product of the inner products of the blocks, as for atoms that are
    /// outer products.
    /// </summary>
    public virtual void AtomGram(Units<T> units, double[,] gram)
    {
        for (int i = 0; i < units.Count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double product = 1;
                for (int k = 0; k < Blocks; k++)
                {
                    product *= EuclideanBlocks.Inner<T>(units.Block(k).Row(i), units.Block(k).Row(j));
                }

                gram[i, j] = gram[j, i] = product;
            }
        }
    }

    /// <summary>
    /// A lower bound of the polar at Z, the largest <c>&lt;Z, phi(W)&gt;</c> over units of price at most 1, and units of price 1 that show it.
    /// </summary>
    /// <param name="z">m x n without gaps.</param>
    /// <param name="found">Receives at least one unit, the best first; several only if their atoms are orthonormal.</param>
    /// <param name="values">Receives <c>&lt;Z, phi(W)&gt;</c> of each; its length is the most that are wanted.</param>
    /// <param name="seed">Seed of random starts.</param>
    /// <returns>The best value, at least zero.</returns>
    public abstract double PolarLower(ReadOnlyMatrixView<T> z, Units<T> found, Span<double> values, ulong seed);

    /// <summary>An upper bound of the polar at Z.</summary>
    /// <param name="z">m x n without gaps.</param>
    /// <param name="lower">What <see cref="PolarLower"/> returned; the answer itself where that is exact.</param>
    /// <param name="lambda">The value that the polar is to be compared with; a bound above it may be sharpened there.</param>
    public abstract double PolarUpper(ReadOnlyMatrixView<T> z, double lower, double lambda);

    /// <summary>A lower bound of <c>min over X of 1/2 ||Y - X||_F^2 + lambda Omega(X)</c> from a convex relaxation of Omega; negative infinity when there is none.</summary>
    public virtual double Relaxation(ReadOnlyMatrixView<T> y, double lambda) => double.NegativeInfinity;

    /// <summary>Random units for a start: standard normal elements.</summary>
    public virtual void Randomize(Units<T> units, ulong seed)
    {
        for (int k = 0; k < Blocks; k++)
        {
            for (int i = 0; i < units.Count; i++)
            {
                RandomElements.Normal(seed, (ulong)k, (ulong)i * (ulong)units.Length(k), units.Block(k).Row(i));
            }
        }
    }

    /// <summary>Rewrites the units as fewer or cheaper ones with the same sum of atoms; false, and nothing done, where the family has no such form.</summary>
    public virtual bool Compress(Units<T> units, Parallelism parallelism) => false;

    // Makes units that can share one do so: the same sum of atoms, at no higher price. Nothing unless overridden.
    internal virtual void Merge(Units<T> units)
    {
    }

    // For a block that is not linear: a direction better than that of its gradient, and the step to the first kink on the way; false where there is none. loss: evaluated last at the units.
    internal virtual bool TryDirection(int block, Units<T> units, ConvexLoss<T> loss, ReadOnlyMatrixView<T> residual, double lambda, MatrixView<T> direction, out double firstKink)
    {
        firstKink = double.PositiveInfinity;
        return false;
    }

    // Align for one of many rows; what is remembered of a row is used for the next one in its place.
    internal virtual double AlignRow(int block, int row, Span<T> g) => Align(block, g);

    // The alternating search goes on with the better half of its starts after each step as long as there are more than so many.
    internal virtual int LastStarts => int.MaxValue;

    // Relative rise of a value at which the alternating search for the polar ends.
    internal virtual double SearchTolerance => typeof(T) == typeof(float) ? 1e-6 : 1e-13;

    // True when theta(u, v) = ||u||_2 ||v||_2, whose descent has a better metric.
    internal virtual bool IsSpectral => false;

    /// <summary>theta of one unit.</summary>
    public double Price(Units<T> units, int unit)
    {
        double price = 1;
        for (int k = 0; k < Blocks; k++)
        {
            price *= Norm(k, units.Block(k).Row(unit));
        }

        return price;
    }

    // Theta.
    internal double Price(Units<T> units)
    {
        double price = 0;
        for (int i = 0; i < units.Count; i++)
        {
            price += Price(units, i);
        }

        return price;
    }
}
