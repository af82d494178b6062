namespace Kernels.Runtime;

/// <summary>
/// First and second moments of a law of masks over r units, as far as the mean loss depends on them: the means <c>mu_i = E z_i</c> and the weights
/// <c>C_ij = Cov(z_i, z_j) / (mu_i mu_j)</c>, a positive semidefinite matrix. <see cref="MaskedObjective"/> is the mean loss.
/// </summary>
/// <remarks>Source: Pal, Lane, Vidal, Haeffele, CVPR 2020 (arXiv:1910.14186); sliding windows: Ghiasi, Lin, Le, NeurIPS 2018.</remarks>
public sealed class MaskCovariance
{
    private readonly double[] _means;
    private readonly double[,] _weights;

    private MaskCovariance(double[] means, double[,] weights, int blockSize)
        => (_means, _weights, BlockSize) = (means, weights, blockSize);

    /// <summary>Number of units r.</summary>
    public int Units => _means.Length;

    /// <summary>Probability of keeping each unit. A kept unit is divided by it.</summary>
    public ReadOnlySpan<double> Means => _means;

    /// <summary>C, r x r.</summary>
    public ReadOnlyMatrixView<double> Weights => _weights;

    // Units a decision for independent blocks of equal rate; zero when no such partition describes the law.
    internal int BlockSize { get; }

    /// <summary>Independent units: <c>C = lambda I</c>.</summary>
    /// <param name="units">r, at least one.</param>
    /// <param name="rate">Probability of keeping a unit.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no unit.</exception>
    public static MaskCovariance Dropout(int units, KeepRate rate) => DropBlock(units, 1, rate);

    /// <summary>Independent blocks on a fixed partition: <c>C = lambda (I_K x 1 1^T)</c>. The last block is smaller when the size does not divide r.</summary>
    /// <param name="units">r, at least one.</param>
    /// <param name="blockSize">Units that share a decision, at least one.</param>
    /// <param name="rate">Probability of keeping a block.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no unit, or a block has none.</exception>
    public static MaskCovariance DropBlock(int units, int blockSize, KeepRate rate)
    {
        Guard.AtLeast(units, 1, nameof(units));
        Guard.AtLeast(blockSize, 1, nameof(blockSize));
        double[] means = new double[units];
        Array.Fill(means, rate.Value);
        double[,] weights = new double[units, units];
        for (int start = 0; start < units; start += blockSize)
        {
            int size = Math.Min(blockSize, units - start);
            ((MatrixView<double>)weights).Slice(start, start, size, size).Fill(rate.DropoutWeight);
        }

        return new(means, weights, blockSize);
    }

    /// <summary>
    /// Sliding windows over a map of units (<see cref="MatrixMask.ApplySliding{T}"/>): a unit is dropped when any window over it is seeded, so
    /// <c>mu_i = (1 - gamma)^n_i</c> and <c>C_ij = (1 - gamma)^(-n_ij) - 1</c> for the n_i windows over unit i and the n_ij over both. Exact, where the
    /// usual formula for gamma only approximates the share of kept units.
    /// </summary>
    /// <param name="rows">Rows of the map; one for a vector of units.</param>
    /// <param name="columns">Columns of the map. Unit i is at row i / columns and column i mod columns.</param>
    /// <param name="windowRows">Rows of a window, 1 to <paramref name="rows"/>.</param>
    /// <param name="windowColumns">Columns of a window, 1 to <paramref name="columns"/>.</param>
    /// <param name="gamma">Probability of a seed at a position, below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A window is larger than the map, or gamma is 1.</exception>
    public static MaskCovariance Sliding(int rows, int columns, int windowRows, int windowColumns, KeepRate gamma)
    {
        Guard.AtLeast(rows, 1, nameof(rows));
        Guard.AtLeast(columns, 1, nameof(columns));
        CheckWindow(windowRows, rows, nameof(windowRows));
        CheckWindow(windowColumns, columns, nameof(windowColumns));
        if (gamma.Value >= 1)
        {
            throw new ArgumentOutOfRangeException(nameof(gamma), gamma, $"With a seed at every position nothing is kept; gamma must be below 1, not {gamma}.");
        }

        // n_ij is the number of windows over both rows times that over both columns, so -log(1 - gamma) n_ij is a Kronecker product.
        int units = checked(rows * columns);
        double cost = -double.LogP1(-gamma.Value);
        MatrixView<double> alongRows = Windows(rows, windowRows), alongColumns = Windows(columns, windowColumns);
        double[,] table = new double[units, units];
        MatrixView<double> weights = table;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < rows; j++)
            {
                Elementwise.Scale<double>(alongColumns, cost * alongRows[i, j], weights.Slice(i * columns, j * columns, columns, columns));
            }
        }

        double[] means = new double[units];
        Elementwise.Scale<double>(weights.Diagonal, -1, new(means, 1, units));
        Functions.Exp<double>(means, means);
        for (int i = 0; i < units; i++)
        {
            Functions.ExpM1<double>(weights.Row(i), weights.Row(i));
        }

        return new(means, table, 0);
    }

    // For two places of a line, the windows that cover both: their left ends lie in an interval.
    private static double[,] Windows(int length, int window)
    {
        double[,] counts = new double[length, length];
        for (int i = 0; i < length; i++)
        {
            for (int j = 0; j < length; j++)
            {
                counts[i, j] = Math.Max(0, Math.Min(Math.Min(i, j), length - window) - Math.Max(0, Math.Max(i, j) - window + 1) + 1);
            }
        }

        return counts;
    }

    private static void CheckWindow(int window, int length, string name)
    {
        if (window < 1 || window > length)
        {
            throw new ArgumentOutOfRangeException(name, window, $"{name} must lie between 1 and {length}, but is {window}.");
        }
    }
}
