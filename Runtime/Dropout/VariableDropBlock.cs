using System.Diagnostics;
using System.Numerics;
using CommunityToolkit.HighPerformance;

namespace Kernels.Runtime;

/// <summary>Options of <see cref="VariableDropBlock"/>.</summary>
public sealed record VariableDropBlockOptions : SolverOptions
{
    /// <summary>Units of a block s, at least one.</summary>
    public required int BlockSize { get; init; }

    /// <summary>The weight lambda_1 of one block; K blocks have K lambda_1. Finite, zero or more.</summary>
    public required double Lambda { get; init; }

    /// <summary>Number of blocks K: a power of two, at least as large as the construction needs; null takes the smallest such one.</summary>
    public int? Blocks { get; init; }

    internal override void Validate()
    {
        base.Validate();
        Guard.AtLeast(BlockSize, 1, nameof(BlockSize));
        Guard.NotNegative(Lambda, nameof(Lambda));
        if (Blocks is int blocks && (blocks < 1 || !int.IsPow2(blocks)))
        {
            throw new ArgumentOutOfRangeException(nameof(Blocks), blocks, $"{nameof(Blocks)} must be a power of two, but is {blocks}.");
        }
    }
}

/// <summary>Answer of <see cref="VariableDropBlock"/>.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record VariableDropBlockResult<T> : SolverResult<T>
    where T : unmanaged
{
    /// <summary>Number of blocks K; the factors have K s columns.</summary>
    public required int Blocks { get; init; }

    /// <summary>Rank of the optimal product.</summary>
    public required int Rank { get; init; }

    /// <summary>Leading singular values that shrink as by a ridge (p).</summary>
    public required int Full { get; init; }

    /// <summary>Shrinkage of the others that survive.</summary>
    public required double Tau { get; init; }

    /// <summary><c>||U_k V_k^T||_F</c>, the same for every block: the spectral s-support norm of the product divided by K.</summary>
    public required double BlockNorm { get; init; }

    /// <summary>Largest relative deviation of a block's norm from <see cref="BlockNorm"/>.</summary>
    public required double NormSpread { get; init; }

    /// <summary>The global optimum by formula from the singular values.</summary>
    public required double ClosedForm { get; init; }

    /// <summary>Singular values of the data, descending.</summary>
    public required IReadOnlyList<double> SingularValues { get; init; }
}

/// <summary>
/// DropBlock with a rate that follows the number of blocks, factors included:
/// <c>min over K, U, V of ||Y - U V^T||_F^2 + K lambda_1 sum over k of ||U_k V_k^T||_F^2</c>, which is
/// <c>min over X of ||Y - X||_F^2 + lambda_1 ||X||_(s)^2</c> with the spectral s-support norm (<see cref="SpectralKSupport"/>).
/// </summary>
/// <remarks>
/// The optimal product shrinks singular values. Its leading values are shared by all blocks; the tail is spread by a Schur-Horn rotation over p columns
/// and its signs alternate from block to block as the columns of a Hadamard matrix do, so that the blocks add up to the product and all have one norm.
/// Cost: one thin SVD, 2 (m + n) K s d flops for the factors. Source: Pal, Lane, Vidal, Haeffele, CVPR 2020 (arXiv:1910.14186), for the envelope.
/// </remarks>
public static class VariableDropBlock
{
    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite; not changed.</param>
    /// <param name="options">Block size, lambda_1 and tolerances.</param>
    /// <param name="workspace">Memory for the SVD; null rents from the pool for this call.</param>
    /// <param name="progress">Told after the SVD and at the end.</param>
    /// <param name="cancellationToken">Looked at before and after the SVD.</param>
    /// <exception cref="ArgumentException">The data are empty or not finite, or a caller's workspace is too small.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range, or there are too few blocks for the construction.</exception>
    /// <exception cref="OperationCanceledException">Cancelled: a closed form has no partial answer.</exception>
    public static VariableDropBlockResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        VariableDropBlockOptions options,
        SolverWorkspace<T>? workspace = null,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Guard.Matrix(y, nameof(y));
        cancellationToken.ThrowIfCancellationRequested();
        long start = Stopwatch.GetTimestamp();
        int m = y.Rows, n = y.Columns, s = options.BlockSize;
        using SolverWorkspace<T>? own = workspace is null ? new() : null;
        SolverWorkspace<T> memory = workspace ?? own!;
        memory.Reserve(RequiredWorkspace(m, n));
        var svd = new ThinSvd<T>(y, memory);
        cancellationToken.ThrowIfCancellationRequested();
        double[] sigma = svd.Values, x = new double[sigma.Length];
        SpectralKSupport shrunk = SpectralKSupport.Shrink(sigma, options.Lambda, s, x);
        progress?.Report(new(1, 2, double.NaN, double.NegativeInfinity, Stopwatch.GetElapsedTime(start)));

        int rank = Array.FindLastIndex(x, value => value > 0) + 1;
        var plan = new Splitting(x.AsSpan(0, rank), s);
        int blocks = options.Blocks ?? plan.LeastBlocks;
        if (blocks < plan.LeastBlocks)
        {
            throw new ArgumentOutOfRangeException(nameof(options), blocks, $"{nameof(options.Blocks)} must be at least {plan.LeastBlocks} for these data, but is {blocks}.");
        }

        T[,] u = new T[m, checked(blocks * s)], v = new T[n, blocks * s];
        if (rank > 0)
        {
            T[,] coefficients = plan.Coefficients<T>(blocks);
            Gemm.Multiply<T>(svd.Left.Slice(0, 0, rank, m).Transposed, ((MatrixView<T>)coefficients).Transposed, u, options.Parallelism);
            Gemm.Multiply<T>(svd.Right.Slice(0, 0, rank, n).Transposed, ((MatrixView<T>)coefficients).Transposed, v, options.Parallelism);
        }

        double objective = DropBlockObjective.Evaluate<T>(y, u, v, s, blocks * options.Lambda, options.Parallelism);
        double bound = options.Lambda > 0 ? DualBound(y, svd, x, options, memory) : 0;
        double[] norms = new double[blocks];
        DropBlockObjective.BlockNorms<T>(u, v, s, norms);
        double norm = Math.Sqrt(shrunk.SquaredNorm) / blocks;
        var result = new VariableDropBlockResult<T>
        {
            U = u,
            V = v,
            Blocks = blocks,
            Rank = rank,
            Full = shrunk.Full,
            Tau = shrunk.Tau,
            BlockNorm = norm,
            NormSpread = norm > 0 ? norms.Max(value => Math.Abs(value - norm)) / norm : 0,
            SingularValues = sigma,
            Objective = objective,
            ClosedForm = shrunk.Objective,
            LowerBound = bound,
            Status = Certificate.Status(objective, bound, options.GapToleranceFor<T>(), 16 * Certificate.Roundoff<T>() * MatrixReductions.SumOfSquares(y)),
            Stop = StopReason.ClosedForm,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
        progress?.Report(new(2, 2, objective, bound, result.Elapsed));
        return result;
    }

    /// <summary>Elements of workspace that an m x n problem needs.</summary>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public static int RequiredWorkspace(int rows, int columns)
    {
        int p = Math.Min(rows, columns);
        return checked(ThinSvd<double>.WorkspaceFor(rows, columns) + p * columns + 2 * p * p);
    }

    // 2 <Y, Z> - ||Z||_F^2 - D(Z)^2 / lambda at the best multiple of Z = P^T diag(z) Q, z = sigma - x, with the dual norm D, the length of the s largest
    // singular values. With p = P P^T - I and q = Q Q^T - I from the computed vectors, sigma_i(Z)^2 <= (1 + ||p||) (1 + ||q||) z_i^2.
    private static double DualBound<T>(ReadOnlyMatrixView<T> y, ThinSvd<T> svd, ReadOnlySpan<double> x, VariableDropBlockOptions options, SolverWorkspace<T> memory)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int p = x.Length;
        double[] z = new double[p];
        Elementwise.Subtract(svd.Values, x, z);
        double[] largest = [.. z];
        Array.Sort(largest, (a, b) => b.CompareTo(a));
        T[] weights = Array.ConvertAll(z, T.CreateChecked);
        MatrixView<T> py = memory.Matrix(p, y.Columns), pp = memory.Matrix(p, p), qq = memory.Matrix(p, p);
        Gemm.Multiply(svd.Left, y, py, options.Parallelism);
        Elementwise.ScaleByRow<T>(py, weights, py);
        double alongData = MatrixReductions.Inner<T>(py, svd.Right);
        Gemm.Multiply(svd.Left, svd.Left.Transposed, pp, options.Parallelism);
        Gemm.Multiply(svd.Right, svd.Right.Transposed, qq, options.Parallelism);
        double stretch = (1 + FromIdentity(pp)) * (1 + FromIdentity(qq));

        // ||Z||_F^2 = sum over i, j of z_i z_j (P P^T)_ij (Q Q^T)_ij.
        Elementwise.ScaleByRow<T>(pp, weights, pp);
        Elementwise.ScaleByRow<T>(qq, weights, qq);
        double squared = MatrixReductions.Inner<T>(pp, qq.Transposed), dual = SpectralKSupport.DualNormOf(largest, options.BlockSize);
        double curvature = squared + stretch * dual * dual / options.Lambda;
        return alongData > 0 && curvature > 0 ? alongData / curvature * alongData : 0;
    }

    // ||G - I||_F; the diagonal is near one, so taking one off and adding it again is exact.
    private static double FromIdentity<T>(MatrixView<T> gram)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        MatrixView<T> diagonal = gram.Diagonal;
        Elementwise.Shift(diagonal, -T.One, diagonal);
        double squared = MatrixReductions.SumOfSquares<T>(gram);
        Elementwise.Shift(diagonal, T.One, diagonal);
        return Math.Sqrt(squared);
    }

    // How a spectrum is split into K blocks of rank s with one norm.
    private readonly ref struct Splitting
    {
        private readonly ReadOnlySpan<double> _x;
        private readonly int _size, _head, _spread;
        private readonly double _tail;

        internal Splitting(ReadOnlySpan<double> x, int size)
        {
            int used = Math.Min(size, x.Length);
            _x = x;
            _size = size;
            _head = Math.Max(SpectralKSupport.Index(x, size, out _) - 1, 0);
            _spread = used - _head;
            for (int i = x.Length - 1; i >= _head; i--)
            {
                _tail += x[i];
            }
        }

        internal int LeastBlocks => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(_x.Length - _head, 1));

        // Row k s + j holds the coefficients of column j of block k in the singular vectors: head columns sqrt(x_i / K) e_i, tail columns
        // sqrt(T / (p K)) diag(H_k) y with the first p rows y of a rotation whose squared columns are p x_i / T.
        internal T[,] Coefficients<T>(int blocks)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            int length = _x.Length - _head;
            double[] ones = new double[length], shares = new double[length];
            Array.Fill(ones, 1, 0, _spread);
            Elementwise.Scale(_x[_head..], _spread / _tail, shares);
            double scale = Math.Sqrt(_tail / (_spread * (double)blocks));
            double[,] rotation = SchurHorn.Rotation(ones, shares);
            Elementwise.Scale<double>(rotation, scale, rotation);
            T[,] tail = new T[length, length];
            Conversions.Convert<double, T>(rotation, tail);
            var coefficients = new T[blocks * _size, _x.Length];
            MatrixView<T> rows = coefficients, rotated = tail;
            T[] signs = new T[length];
            for (int k = 0; k < blocks; k++)
            {
                for (int i = 0; i < _head; i++)
                {
                    rows[k * _size + i, i] = T.CreateChecked(Math.Sqrt(_x[i] / blocks));
                }

                // A row of Sylvester's Hadamard matrix.
                for (int i = 0; i < length; i++)
                {
                    signs[i] = int.PopCount(k & i) % 2 == 0 ? T.One : -T.One;
                }

                for (int a = 0; a < _spread; a++)
                {
                    Elementwise.Multiply<T>(signs, rotated.Row(a), rows.Row(k * _size + _head + a)[_head..]);
                }
            }

            return coefficients;
        }
    }
}
