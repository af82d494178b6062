using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Kernels.PropertyTests.Dropout;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Laws;

// Balancing leaves the product unchanged, equalizes the norms, and its objective does not change when (U, V) is first rotated to (U R, V R).
public class BalancingLaws
{
    public sealed record Case(int Seed, int M, int N, int R, int Inner, double Lambda);

    // r may exceed min(m, n), and factors of inner rank below r make the product rank-deficient.
    private static readonly Arbitrary<Case> Cases =
        (from seed in Gen.Choose(0, 1_000_000)
         from m in Gen.Choose(1, 8)
         from n in Gen.Choose(1, 8)
         from r in Gen.Choose(1, 10)
         from inner in Gen.Choose(1, 10)
         from tenths in Gen.Choose(0, 50)
         select new Case(seed, m, n, r, Math.Min(inner, r), tenths / 10.0)).ToArbitrary();

    [Fact]
    public void InDouble() => Judge<double>(1e-13, 1e-12);

    [Fact]
    public void InFloat() => Judge<float>(1e-5, 2e-5);

    private static void Judge<T>(double product, double norms)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Prop.ForAll(Cases, c =>
        {
            double[,] mix = Dense.Random(c.Inner, c.R, c.Seed + 3);
            double[,] u = Dense.Of(Dense.Random(c.M, c.Inner, c.Seed).Times(mix).As<T>()), v = Dense.Of(Dense.Random(c.N, c.Inner, c.Seed + 1).Times(mix).As<T>());
            double[,] rotation = Dense.RandomOrthogonal(c.R, c.Seed + 2), y = Dense.Random(c.M, c.N, c.Seed + 4);
            double scale = u.Norm() * v.Norm();

            (double[,] bu, double[,] bv, double share) = Balanced<T>(u, v);
            (double[,] ru, double[,] rv, _) = Balanced<T>(u.Times(rotation), v.Times(rotation));
            bool same = bu.Times(bv.T()).Minus(u.Times(v.T())).Norm() <= product * scale;
            bool equal = Importance(bu, bv).All(a => Math.Abs(a - share) <= norms * share + product * scale);
            bool invariant = Importance(bu, bv).Zip(Importance(ru, rv)).All(pair => Math.Abs(pair.First - pair.Second) <= 2 * (norms * share + product * scale));

            double before = Experiment.Objective(y, u, v, c.Lambda), after = Experiment.Objective(y, bu, bv, c.Lambda), rotated = Experiment.Objective(y, ru, rv, c.Lambda);
            double slack = 4 * (product + norms) * (1 + c.Lambda) * (1 + y.Norm() + scale) * (1 + y.Norm() + scale);
            return same && equal && invariant && after <= before + slack && Math.Abs(after - rotated) <= slack;
        }).QuickCheckThrowOnFailure();

    private static (double[,] U, double[,] V, double Share) Balanced<T>(double[,] u, double[,] v)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        BalancedFactors<T> balanced = Balancing.Balance<T>(u.As<T>(), v.As<T>());
        return (Dense.Of(balanced.U), Dense.Of(balanced.V), balanced.NuclearNorm / u.Columns());
    }

    private static double[] Importance(double[,] u, double[,] v) => [.. u.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => a * b)];
}
