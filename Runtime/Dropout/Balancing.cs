using System.Numerics;
using CommunityToolkit.HighPerformance;

namespace Kernels.Runtime;

/// <summary>A pair of factors with equal importance in every column; see <see cref="Balancing"/>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
/// <param name="U">Left factor, m x r.</param>
/// <param name="V">Right factor, n x r.</param>
/// <param name="Rotation">The orthogonal Q, r x r, that made the symmetric SVD factors of the product equal; determinant one.</param>
/// <param name="NuclearNorm">Nuclear norm of the product; every column has <c>||u_i|| ||v_i|| = NuclearNorm / r</c>.</param>
/// <param name="Rank">Rank of the product.</param>
public sealed record BalancedFactors<T>(Memory2D<T> U, Memory2D<T> V, Memory2D<T> Rotation, double NuclearNorm, int Rank)
    where T : unmanaged;

/// <summary>Equalization of factors: the same product with the least dropout regularizer <c>sum ||u_i||^2 ||v_i||^2</c>.</summary>
/// <remarks>Source: Mianjy, Arora, Vidal, ICML 2018; Bendel and Mickey 1978 and Davies and Higham, BIT 2000, for the tied case.</remarks>
public static class Balancing
{
    /// <summary>Factors of <c>u v^T</c> whose columns all have <c>||u_i|| = ||v_i|| = sqrt(nuclear norm / r)</c>.</summary>
    /// <param name="u">m x r, any strides, finite.</param>
    /// <param name="v">n x r, any strides, finite.</param>
    /// <param name="parallelism">Threads for the matrix products.</param>
    /// <remarks>
    /// Goes through the QR of both factors, never through the m x n product; the error is relative to <c>||u|| ||v||</c>. Cost: two QR, the SVD of one r x r
    /// matrix, about 6 (m + n) r^2 flops besides.
    /// </remarks>
    /// <exception cref="ArgumentException">A factor is empty or not finite, or they have not as many columns.</exception>
    public static BalancedFactors<T> Balance<T>(ReadOnlyMatrixView<T> u, ReadOnlyMatrixView<T> v, Parallelism parallelism = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Matrix(u, nameof(u));
        Guard.Matrix(v, v.Rows, u.Columns, nameof(v));
        int m = u.Rows, n = v.Rows, r = u.Columns, pu = Math.Min(m, r), pv = Math.Min(n, r), p = Math.Min(pu, pv);
        using var memory = new SolverWorkspace<T>();
        memory.Reserve(checked(m * pu + n * pv + (pu + pv) * r + pu * pv + ThinSvd<T>.WorkspaceFor(pu, pv) + r * (m + n)));

        // U = Q_u R_u and V = Q_v R_v, so UV^T = Q_u K Q_v^T with K = R_u R_v^T.
        MatrixView<T> leftQ = memory.Matrix(m, pu), leftR = memory.Matrix(pu, r), rightQ = memory.Matrix(n, pv), rightR = memory.Matrix(pv, r);
        Qr.Decompose(u, leftQ, leftR);
        Qr.Decompose(v, rightQ, rightR);
        MatrixView<T> core = memory.Matrix(pu, pv);
        Gemm.Multiply<T>(T.One, leftR, rightR.Transposed, T.Zero, core, parallelism);
        var middle = new ThinSvd<T>(core, memory);

        // Values that are rounding of zero would bring in arbitrary vectors.
        double cut = Math.Max(m, n) * Certificate.Roundoff<T>() * Math.Sqrt(MatrixReductions.SumOfSquares(u) * MatrixReductions.SumOfSquares(v));
        int rank = middle.Values.Count(value => value > cut);
        double[] spectrum = new double[r], roots = new double[p];
        for (int i = 0; i < rank; i++)
        {
            spectrum[i] = middle.Values[i];
            roots[i] = Math.Sqrt(spectrum[i]);
        }

        // The symmetric split Q_u A sqrt(S), Q_v B sqrt(S), transposed and with zero rows up to r.
        MatrixView<T> ut = memory.Matrix(r, m), vt = memory.Matrix(r, n);
        ut.Fill(T.Zero);
        vt.Fill(T.Zero);
        T[] scales = Array.ConvertAll(roots, T.CreateChecked);
        Elementwise.ScaleByRow<T>(middle.Left, scales, middle.Left);
        Elementwise.ScaleByRow<T>(middle.Right, scales, middle.Right);
        Gemm.Multiply<T>(T.One, middle.Left, leftQ.Transposed, T.Zero, ut.Slice(0, 0, p, m), parallelism);
        Gemm.Multiply<T>(T.One, middle.Right, rightQ.Transposed, T.Zero, vt.Slice(0, 0, p, n), parallelism);

        var rotation = new T[r, r];
        ((MatrixView<T>)rotation).Diagonal.Fill(T.One);

        double nuclear = EqualizeDiagonal(spectrum, ut, vt, ((MatrixView<T>)rotation).Transposed);
        T[,] uOut = new T[m, r], vOut = new T[n, r];
        ut.Transposed.CopyTo(uOut);
        vt.Transposed.CopyTo(vOut);
        return new(uOut, vOut, rotation, nuclear, rank);
    }

    /// <summary>
    /// Equalizes a symmetric split in place: factors whose Grams are one diagonal matrix, as <c>P sqrt(S)</c> and <c>Q sqrt(S)</c> of an SVD with zero
    /// columns up to r are. At most r - 1 plane rotations, 6 (m + n) (r - 1) flops.
    /// </summary>
    /// <param name="u">m x r; columns in descending order of length. Fastest when columns are adjacent (the transposed view of row-major memory).</param>
    /// <param name="v">n x r, columns as long as those of <paramref name="u"/>.</param>
    /// <exception cref="ArgumentException">The shapes do not fit, or the columns of u are not in descending order.</exception>
    public static void EqualizeSplit<T>(MatrixView<T> u, MatrixView<T> v)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Shape<T>(v, v.Rows, u.Columns, nameof(v));
        double[] spectrum = new double[u.Columns];
        MatrixReductions.SumsOfSquaresOfRows<T>(u.Transposed, spectrum);
        for (int i = 1; i < spectrum.Length; i++)
        {
            if (spectrum[i] > spectrum[i - 1] * (1 + 64 * Certificate.Roundoff<T>() * Math.Max(u.Rows, 16)))
            {
                throw new ArgumentException($"Columns must be in descending order of length; column {i} is longer than the one before it.", nameof(u));
            }

            spectrum[i] = Math.Min(spectrum[i], spectrum[i - 1]);
        }

        EqualizeDiagonal(spectrum, u.Transposed, v.Transposed, default);
    }

    /// <summary>
    /// Equalizes factors with a diagonal Gram by a Hadamard matrix in place, without any branch on values: <c>w</c> becomes <c>w H / sqrt(r)</c>, a butterfly of
    /// log2 r stages. Every column ends with the mean squared length.
    /// </summary>
    /// <param name="w">m x r, r a power of two, with orthogonal columns.</param>
    /// <remarks>More arithmetic than <see cref="EqualizeSplit"/> from r = 8 on; the same rotation for every spectrum.</remarks>
    /// <exception cref="ArgumentException">The number of columns is not a power of two.</exception>
    public static void EqualizeByHadamard<T>(MatrixView<T> w)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int r = w.Columns;
        if (!int.IsPow2(r))
        {
            throw new ArgumentException($"The number of columns must be a power of two, but is {r}.", nameof(w));
        }

        // A stage maps (x, y) to (x + y, x - y) / sqrt(2): the rotation by -45 degrees followed by the sign of y.
        T half = T.CreateChecked(Math.Sqrt(0.5));
        for (int span = 1; span < r; span *= 2)
        {
            for (int i = 0; i < r; i++)
            {
                if ((i & span) == 0)
                {
                    Elementwise.RotateRows(w.Transposed, i, i + span, half, -half);
                    MatrixView<T> second = w.Slice(0, i + span, w.Rows, 1).Transposed;
                    Elementwise.Scale(second, -T.One, second);
                }
            }
        }
    }

    /// <summary>Rotates the columns of a tied factor until all have the same length: <c>w</c> becomes <c>w Q</c>, <c>w w^T</c> stays.</summary>
    /// <param name="w">m x r, any strides, finite; overwritten.</param>
    /// <remarks>
    /// r - 1 rotations, each zeroing the excess of the longest remaining column against the shortest; O(m r + r^2) after the Gram matrix.
    /// </remarks>
    /// <exception cref="ArgumentException">The factor is empty or not finite.</exception>
    public static void EqualizeColumns<T>(MatrixView<T> w)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Guard.Matrix<T>(w, nameof(w));
        int r = w.Columns;
        var gram = new T[r, r];
        Gemm.Multiply<T>(T.One, w.Transposed, w, T.Zero, gram);
        EqualizeGram(gram, w);
    }

    // gram = w^T w is rotated along with w, two-sidedly.
    internal static void EqualizeGram<T>(MatrixView<T> gram, MatrixView<T> w)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int r = gram.Rows;
        T mean = T.CreateChecked(MatrixReductions.Trace<T>(gram) / r);
        bool[] done = new bool[r];
        for (int step = 1; step < r; step++)
        {
            (int i, int j) = Extremes(gram, done);
            T above = gram[i, i] - mean, below = gram[j, j] - mean;
            if (above <= T.Zero || below >= T.Zero)
            {
                return;
            }

            // The root of smaller modulus of the quadratic that makes the rotated (i, i) entry the mean.
            T off = gram[i, j];
            T t = above / (off + T.CopySign(T.Sqrt(off * off - above * below), off));
            T c = T.One / T.Sqrt(T.One + t * t), s = c * t;
            Elementwise.RotateRows(gram, i, j, c, s);
            Elementwise.RotateRows(gram.Transposed, i, j, c, s);
            Elementwise.RotateRows(w.Transposed, i, j, c, s);
            gram[i, i] = mean;
            done[i] = true;
        }
    }

    // Equalizes factors whose Grams are both diag(spectrum), descending; returns its sum. All matrices hold the r columns as rows.
    internal static double EqualizeDiagonal<T>(ReadOnlySpan<double> spectrum, MatrixView<T> ut, MatrixView<T> vt, MatrixView<T> rotationTransposed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double sum = Reductions.Sum(spectrum);
        double[] targets = new double[spectrum.Length];
        Array.Fill(targets, sum / spectrum.Length);
        SchurHorn.Equalize(spectrum, targets, ut, vt);
        if (!rotationTransposed.IsEmpty)
        {
            SchurHorn.Equalize(spectrum, targets, rotationTransposed, default);
        }

        return sum;
    }

    private static (int Longest, int Shortest) Extremes<T>(MatrixView<T> gram, bool[] done)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int longest = -1, shortest = -1;
        for (int k = 0; k < gram.Rows; k++)
        {
            if (!done[k])
            {
                longest = longest < 0 || gram[k, k] > gram[longest, longest] ? k : longest;
                shortest = shortest < 0 || gram[k, k] < gram[shortest, shortest] ? k : shortest;
            }
        }

        return (longest, shortest);
    }
}
