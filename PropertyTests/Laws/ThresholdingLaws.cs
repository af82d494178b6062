using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Laws;

// Singular value thresholding is a proximal map: it brings no two points further apart, and it follows scalings, rotations and transposition.
public class ThresholdingLaws
{
    public sealed record Case(int Seed, int M, int N, double Lambda, double Scale);

    private static readonly Arbitrary<Case> Cases =
        (from seed in Gen.Choose(0, 1_000_000)
         from m in Gen.Choose(1, 9)
         from n in Gen.Choose(1, 9)
         from hundredths in Gen.Choose(0, 300)
         from exponent in Gen.Choose(-30, 30)
         select new Case(seed, m, n, hundredths / 100.0, Math.Pow(1.7, exponent))).ToArbitrary();

    [Fact]
    public void NonExpansiveInDouble() => NonExpansive<double>(1e-13);

    [Fact]
    public void NonExpansiveInFloat() => NonExpansive<float>(1e-5);

    private static void NonExpansive<T>(double tolerance)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Prop.ForAll(Cases, c =>
        {
            double[,] a = Dense.Of(Dense.Random(c.M, c.N, c.Seed).As<T>()), b = Dense.Of(a.Plus(Dense.Random(c.M, c.N, c.Seed + 1), c.Scale * 1e-3).As<T>());
            double apart = Threshold<T>(a, c.Lambda).Minus(Threshold<T>(b, c.Lambda)).Norm();
            return apart <= a.Minus(b).Norm() + tolerance * (a.Norm() + b.Norm());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ScalesWithItsData()
        => Prop.ForAll(Cases, c =>
        {
            double[,] y = Dense.Random(c.M, c.N, c.Seed);
            return Close(Threshold<double>(y.Times(c.Scale), c.Lambda * c.Scale), Threshold<double>(y, c.Lambda).Times(c.Scale), c.Scale * y.Norm());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FollowsTransposition()
        => Prop.ForAll(Cases, c =>
        {
            double[,] y = Dense.Random(c.M, c.N, c.Seed);
            return Close(Threshold<double>(y.T(), c.Lambda), Threshold<double>(y, c.Lambda).T(), y.Norm());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FollowsRotations()
        => Prop.ForAll(Cases, c =>
        {
            double[,] y = Dense.Random(c.M, c.N, c.Seed), p = Dense.RandomOrthogonal(c.M, c.Seed + 1), q = Dense.RandomOrthogonal(c.N, c.Seed + 2);
            return Close(Threshold<double>(p.Times(y).Times(q.T()), c.Lambda), p.Times(Threshold<double>(y, c.Lambda)).Times(q.T()), y.Norm());
        }).QuickCheckThrowOnFailure();

    private static double[,] Threshold<T>(double[,] y, double lambda)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Dense.Of(SingularValueThresholding.Solve<T>(y.As<T>(), new() { Lambda = lambda }).X);

    private static bool Close(double[,] a, double[,] b, double scale) => a.Minus(b).Norm() <= 1e-13 * scale;
}
