using Kernels.PropertyTests.Solvers;

namespace Kernels.PropertyTests.Dropout;

// Data, masks and objective of the dropout experiments by definition: Philox4x32-10 one block at a time, the Irwin-Hall matrix, the loss
// of one mask. Shares no code with the library.
internal static class Experiment
{
    public const ulong Seed = 0x0123456789ABCDEF;

    public static uint Word(ulong seed, ulong stream, ulong index)
    {
        (uint c0, uint c1, uint c2, uint c3) = ((uint)(index >> 2), (uint)(index >> 34), (uint)stream, (uint)(stream >> 32));
        (uint k0, uint k1) = ((uint)seed, (uint)(seed >> 32));
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * c0, p1 = 0xCD9E8D57UL * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += 0x9E3779B9;
            k1 += 0xBB67AE85;
        }

        return (index & 3) switch { 0 => c0, 1 => c1, 2 => c2, _ => c3 };
    }

    // GM(p, q, seed, stream).
    public static double[,] Gaussian(int rows, int columns, ulong stream)
        => Dense.Build(rows, columns, (i, j) =>
        {
            ulong first = 4 * ((ulong)i * (ulong)columns + (ulong)j), sum = 0;
            for (ulong l = 0; l < 4; l++)
            {
                sum += Word(Seed, stream, first + l) >> 8;
            }

            return (sum * Math.Pow(2, -24) - 2) * 1.7320508075688772;
        });

    public static bool[] Mask(int r, ulong threshold, ulong stream, int step)
        => [.. Enumerable.Range(0, r).Select(i => Word(Seed, stream, (ulong)step * (ulong)r + (ulong)i) < threshold)];

    public static double WeightOf(ulong threshold) => ((1UL << 32) - threshold) / (double)threshold;

    // ||Y - (1/theta) U diag(z) V^T||_F^2
    public static double Loss(double[,] y, double[,] u, double[,] v, double theta, Func<int, bool> z)
    {
        double[,] masked = Dense.Build(u.Rows(), u.Columns(), (i, j) => z(j) ? u[i, j] / theta : 0);
        double[,] residual = y.Minus(masked.Times(v.T()));
        return residual.Inner(residual);
    }

    // ||Y - U V^T||_F^2 + lambda sum ||u_i||^2 ||v_i||^2
    public static double Objective(double[,] y, double[,] u, double[,] v, double lambda)
    {
        double[,] residual = y.Minus(u.Times(v.T()));
        return residual.Inner(residual) + lambda * u.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => a * a * b * b).Sum();
    }

    // 6.1: 100 x 100, spectral norm one.
    public static double[,] FixedSizeData() => Gaussian(100, 160, 0).Times(Gaussian(100, 160, 1).T()).Times(1 / 297.58381216838694);

    // 6.2: rank 10 and noise.
    public static double[,] VariableSizeData()
        => Gaussian(100, 10, 10).Times(Gaussian(100, 10, 11).T()).Times(0.01).Plus(Gaussian(100, 100, 12), 0.004);

    // 6.3
    public static double[,] SyntheticData() => Gaussian(120, 80, 20).Times(1 / 19.41217610287118);

    // 6.5: 40 x 30 of rank 8, spectral norm one.
    public static double[,] DropBlockData()
    {
        double[,] y = Gaussian(40, 8, 40).Times(Gaussian(30, 8, 41).T());
        return y.Times(1 / y.SpectralNorm());
    }
}
