using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Kernels.PropertyTests.Dropout;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Laws;

// The factors of each closed form against a dual bound of their problem, evaluated here from the residual: the gap is rounding.
public class DualityLaws
{
    public sealed record Case(int Seed, int M, int N, int R, double Lambda);

    private static readonly Arbitrary<Case> Cases =
        (from seed in Gen.Choose(0, 1_000_000)
         from m in Gen.Choose(1, 8)
         from n in Gen.Choose(1, 8)
         from extra in Gen.Choose(0, 4)
         from exponent in Gen.Choose(-20, 20)
         select new Case(seed, m, n, Math.Min(m, n) + extra, Math.Pow(2, exponent / 2.0))).ToArbitrary();

    [Fact]
    public void GapsInDouble() => Judge<double>(1e-13);

    [Fact]
    public void GapsInFloat() => Judge<float>(2e-5);

    private static void Judge<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(DropoutGap<T>);
        Check(TiedGap<T>);
        Check(BlockGap<T>);
        Check(RidgeGap<T>);

        void Check(Func<Case, (double Gap, double Size)> gap)
            => Prop.ForAll(Cases, c =>
            {
                (double value, double size) = gap(c);
                return value >= -tolerance * size && value <= tolerance * size;
            }).QuickCheckThrowOnFailure();
    }

    // min ||Y - X||^2 + (lambda / r) ||X||_*^2 at r >= min(m, n); of Z the dual value is 2 <Y, Z> - ||Z||^2 - (r / lambda) ||Z||_2^2.
    private static (double Gap, double Size) DropoutGap<T>(Case c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[,] y = Dense.Of(Dense.Random(c.M, c.N, c.Seed).As<T>());
        var result = FixedWidthDropout.Solve<T>(y.As<T>(), new() { Rank = c.R, Lambda = c.Lambda });
        double[,] u = Dense.Of(result.U), v = Dense.Of(result.V), z = y.Minus(u.Times(v.T()));
        double norm = z.SpectralNorm(), dual = 2 * y.Inner(z) - z.Inner(z) - c.R / c.Lambda * norm * norm;
        return (Experiment.Objective(y, u, v, c.Lambda) - dual, y.Inner(y));
    }

    // X positive semidefinite: only the largest eigenvalue of Z counts.
    private static (double Gap, double Size) TiedGap<T>(Case c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[,] a = Dense.Random(c.M, c.M, c.Seed), m = Dense.Of(a.Plus(a.T()).As<T>());
        int r = c.M + c.R;
        var result = TiedDropout.Solve<T>(m.As<T>(), new() { Rank = r, Lambda = c.Lambda });
        double[,] w = Dense.Of(result.U), z = m.Minus(w.Times(w.T()));
        double shift = 2 * z.SpectralNorm() + 1e-300, largest = Math.Max(0, z.Plus(Dense.Identity(c.M), shift).SpectralNorm() - shift);
        double dual = 2 * m.Inner(z) - z.Inner(z) - r / c.Lambda * largest * largest;
        return (Experiment.Objective(m, w, w, c.Lambda) - dual, m.Inner(m));
    }

    // The dual of the spectral s-support norm is the length of the s largest singular values.
    private static (double Gap, double Size) BlockGap<T>(Case c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int s = 1 + c.Seed % 4;
        double[,] y = Dense.Of(Dense.Random(c.M, c.N, c.Seed).As<T>());
        var result = VariableDropBlock.Solve<T>(y.As<T>(), new() { BlockSize = s, Lambda = c.Lambda });
        double[,] u = Dense.Of(result.U), v = Dense.Of(result.V), z = y.Minus(u.Times(v.T()));
        double primal = z.Inner(z);
        for (int k = 0; k < result.Blocks; k++)
        {
            double[,] block = Dense.Build(c.M, s, (i, j) => u[i, k * s + j]).Times(Dense.Build(c.N, s, (i, j) => v[i, k * s + j]).T());
            primal += result.Blocks * c.Lambda * block.Inner(block);
        }

        double dual = 2 * y.Inner(z) - z.Inner(z) - z.SquaredSingularValues().Take(s).Sum() / c.Lambda;
        return (primal - dual, y.Inner(y));
    }

    // min ||S - U V^T||^2 + lambda (||U||^2 + ||V||^2): of Z with ||Z||_2 at most lambda the dual value is 2 <S, Z> - ||Z||^2.
    private static (double Gap, double Size) RidgeGap<T>(Case c)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[,] s = Dense.Of(Dense.Random(c.M, c.N, c.Seed).As<T>());
        double lambda = Math.Min(c.Lambda, 1);
        var result = TwoLayerRidge.SolveWhitened<T>(s.As<T>(), s.Inner(s), c.R, lambda);
        double[,] u = Dense.Of(result.U), v = Dense.Of(result.V), residual = s.Minus(u.Times(v.T()));
        double norm = residual.SpectralNorm();
        double[,] z = residual.Times(norm > lambda ? lambda / norm : 1);
        return (residual.Inner(residual) + lambda * (u.Inner(u) + v.Inner(v)) - 2 * s.Inner(z) + z.Inner(z), s.Inner(s));
    }

    // As many values survive as there are units iff lambda < r sigma_r / (sum of the first r - r sigma_r).
    [Fact]
    public void AllUnitsAreUsedUpToTheStatedWeight()
    {
        int used = 0, idle = 0;
        var random = new Random(4);
        for (int trial = 0; trial < 2000; trial++)
        {
            int d = random.Next(1, 9), r = random.Next(1, d + 1);
            double[] sigma = [.. Enumerable.Range(0, d).Select(_ => random.NextDouble()).OrderDescending()];
            double lambda = Math.Pow(10, 4 * random.NextDouble() - 2), excess = sigma.Take(r).Sum() - r * sigma[r - 1];
            bool all = SquaredNuclearShrinkage.Apply(sigma, lambda / r, r, new double[d]).Survivors == r;
            Assert.Equal(lambda * excess < r * sigma[r - 1], all);
            (used, idle) = all ? (used + 1, idle) : (used, idle + 1);
        }

        Assert.True(Math.Min(used, idle) > 200);
    }
}
