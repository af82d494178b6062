using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Laws;

// Equalization where the columns are spread over sixteen decades, some of them zero or dependent: of one factor, and of two.
public class TiedBalancingLaws
{
    public sealed record Case(int Seed, int M, int R, int Inner, int Exponent, int ZeroColumn);

    private static readonly Arbitrary<Case> Cases =
        (from seed in Gen.Choose(0, 1_000_000)
         from m in Gen.Choose(1, 8)
         from r in Gen.Choose(1, 9)
         from inner in Gen.Choose(1, 9)
         from exponent in Gen.Elements(-8, -3, 0, 3, 8)
         from zero in Gen.Choose(-1, 8)
         select new Case(seed, m, r, Math.Min(inner, r), exponent, zero)).ToArbitrary();

    [Fact]
    public void OneFactorInDouble() => OneFactor<double>(1e-13, 1e-12);

    [Fact]
    public void OneFactorInFloat() => OneFactor<float>(1e-5, 2e-5);

    // W W^T stays, all columns get the length sqrt(||W||^2 / r), also after any rotation, and a second time changes no length.
    private static void OneFactor<T>(double product, double norms)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Prop.ForAll(Cases, c =>
        {
            double[,] w = Dense.Of(Columns(c, c.M, c.Seed, c.Exponent).As<T>()), rotated = w.Times(Dense.RandomOrthogonal(c.R, c.Seed + 5));
            double squared = w.Inner(w), share = squared / c.R;
            double[,] once = Equalized(w), twice = Equalized(once), other = Equalized(rotated);
            return Same(once) && Same(other) && Equal(once) && Equal(twice) && Equal(other);

            bool Same(double[,] found) => found.Times(found.T()).Minus(w.Times(w.T())).Norm() <= 2 * product * squared;
            bool Equal(double[,] found) => found.ColumnNorms().All(norm => Math.Abs(norm * norm - share) <= norms * share + product * squared);
            double[,] Equalized(double[,] matrix)
            {
                T[,] cast = matrix.As<T>();
                Balancing.EqualizeColumns<T>(cast);
                return Dense.Of(cast);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TwoFactorsInDouble() => TwoFactors<double>(1e-13, 1e-12, 1e-14);

    [Fact]
    public void TwoFactorsInFloat() => TwoFactors<float>(1e-5, 2e-5, 4e-6);

    // Lengths that grow in one factor fall in the other.
    private static void TwoFactors<T>(double product, double norms, double orthogonality)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Prop.ForAll(Cases, c =>
        {
            int n = 1 + c.Seed % 7;
            double[,] u = Dense.Of(Columns(c, c.M, c.Seed, c.Exponent).As<T>()), v = Dense.Of(Columns(c, n, c.Seed + 1, -c.Exponent).As<T>());
            double scale = u.Norm() * v.Norm();
            (double[,] bu, double[,] bv, double[,] q, double share) = Balanced(u, v);
            (double[,] au, double[,] av, _, _) = Balanced(bu, bv);
            bool orthogonal = q.T().Times(q).Minus(Dense.Identity(c.R)).Max() <= orthogonality * c.R;
            return orthogonal && bu.Times(bv.T()).Minus(u.Times(v.T())).Norm() <= product * scale && Equal(bu, bv) && Equal(au, av);

            bool Equal(double[,] a, double[,] b)
                => a.ColumnNorms().Zip(b.ColumnNorms()).All(pair => Math.Abs(pair.First * pair.Second - share) <= norms * share + product * scale
                    && Math.Abs(pair.First * pair.First - share) <= norms * share + product * scale);
            static (double[,] U, double[,] V, double[,] Q, double Share) Balanced(double[,] left, double[,] right)
            {
                BalancedFactors<T> balanced = Balancing.Balance<T>(left.As<T>(), right.As<T>());
                return (Dense.Of(balanced.U), Dense.Of(balanced.V), Dense.Of(balanced.Rotation), balanced.NuclearNorm / left.Columns());
            }
        }).QuickCheckThrowOnFailure();

    private static double[,] Columns(Case c, int rows, int seed, int exponent)
    {
        double[,] low = Dense.Random(rows, c.Inner, seed).Times(Dense.Random(c.Inner, c.R, seed + 3));
        return Dense.Build(rows, c.R, (i, j) => j == c.ZeroColumn ? 0 : low[i, j] * Math.Pow(10, exponent * j / Math.Max(1.0, c.R - 1)));
    }
}
