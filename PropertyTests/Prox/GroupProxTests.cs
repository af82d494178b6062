using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Kernels.PropertyTests.ReductionsTests;
using Kernels.PropertyTests.Solvers;

namespace Kernels.PropertyTests.ProxTests;

[Trait("Category", "Dispatch")]
public class GroupProxTests
{
    private sealed record Case(int Seed, int Length, double Weight);

    private static readonly Arbitrary<Case> Cases =
        (from seed in Gen.Choose(0, 1_000_000)
         from length in Gen.Choose(1, 90)
         from hundredths in Gen.Choose(0, 3000)
         select new Case(seed, length, hundredths / 100.0)).ToArbitrary();

    // Strong convexity: the objective grows from its least value by at least half the squared distance.
    [Fact]
    public void ShrinkMinimizes()
        => Prop.ForAll(Cases, c =>
        {
            double[] x = Vector(c.Length, c.Seed), p = new double[c.Length];
            double length = GroupProx.Shrink<double>(x, c.Weight, p);
            return Near(length, Length(p)) && Minimizes(z => c.Weight * Length(z), x, p, c.Seed);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ShrinkLargestMinimizes()
        => Prop.ForAll(Cases, c =>
        {
            double[] x = Vector(c.Length, c.Seed), p = new double[c.Length];
            double level = GroupProx.ShrinkLargest<double>(x, c.Weight, p);
            return level == p.Max(Math.Abs) && Minimizes(z => c.Weight * z.Max(Math.Abs), x, p, c.Seed);
        }).QuickCheckThrowOnFailure();

    // Moreau: what is cut off is the nearest point of the ball of the conjugate norm.
    [Fact]
    public void WhatTheMapsTakeAwayLiesInTheBallsOfTheConjugateNorms()
        => Prop.ForAll(Cases, c =>
        {
            double[] x = Vector(c.Length, c.Seed), shrunk = new double[c.Length], cut = new double[c.Length];
            GroupProx.Shrink<double>(x, c.Weight, shrunk);
            GroupProx.ShrinkLargest<double>(x, c.Weight, cut);
            double taken = Length([.. x.Zip(shrunk, (a, b) => a - b)]), taken1 = x.Zip(cut, (a, b) => Math.Abs(a - b)).Sum();
            return Near(taken, Math.Min(c.Weight, Length(x))) && Near(taken1, Math.Min(c.Weight, x.Sum(Math.Abs)));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(0, 5)]
    [InlineData(2, 3)]
    [InlineData(6, 1)]
    [InlineData(9.5, 0.05)]
    [InlineData(9.75, 0)]
    [InlineData(100, 0)]
    public void ShrinkLargestOfAVectorByHand(double weight, double level)
    {
        double[] x = [5, -2, 0.5, 0.25, -2], p = new double[5];
        Assert.Equal(level, GroupProx.ShrinkLargest<double>(x, weight, p), 1e-15);
        Assert.Equal(x.Select(value => Math.Clamp(value, -level, level)), p, (a, b) => Math.Abs(a - b) <= 1e-15);
    }

    [Fact]
    public void ALengthAtTheThresholdGivesExactlyZero()
    {
        double[] to = [7, 7];
        Assert.Equal(0, GroupProx.Shrink<double>([-3, 4], 5, to));
        Assert.All(to, value => Assert.Equal(0, BitConverter.DoubleToInt64Bits(value)));
        Assert.Equal(0, GroupProx.Shrink<double>([0, 0], 0, to));
        Assert.Equal(2.5, GroupProx.Shrink<double>([-3, 4], 2.5, to));
        Assert.Equal([-1.5, 2], to);
    }

    // spec, K4: the soft threshold first, the shrinkage last; and what the other order would give.
    [Fact]
    public void TheSparseGroupMapIsTheThresholdThenTheShrinkage()
    {
        double[] w = [3, -1, 0.2], right = new double[3], reversed = new double[3];
        Prox.SoftThreshold(w, 0.2, right);
        GroupProx.Shrink<double>(right, 0.5, right);
        Assert.Equal([2.3192380262, -0.6626394361, 0], right, (a, b) => Math.Abs(a - b) <= 1e-10);
        GroupProx.Shrink<double>(w, 0.5, reversed);
        Prox.SoftThreshold(reversed, 0.2, reversed);
        Assert.Equal([2.3266041977, -0.6422013992, 0], reversed, (a, b) => Math.Abs(a - b) <= 1e-10);
        Assert.True(Minimizes(z => 0.2 * z.Sum(Math.Abs) + 0.5 * Length(z), w, right, seed: 1));
    }

    [Fact]
    public void RowsAndColumnsOfAnyStridesShrinkOneByOne()
    {
        Check<double>(1e-15);
        Check<float>(1e-6);

        static void Check<T>(double tolerance)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            // More rows than one block of factors.
            double[,] a = Dense.Random(300, 7, 5);
            T[] thresholds = [.. Enumerable.Range(0, 300).Select(i => T.CreateChecked(i % 50 * 0.125))];
            T[,] rowMajor = a.As<T>(), columnMajor = a.T().As<T>();
            double[] lengths = new double[300];
            for (int layout = 0; layout < 4; layout++)
            {
                T[,] rows = new T[300, 7], columns = new T[7, 300];
                MatrixView<T> destination = layout % 2 == 0 ? rows : ((MatrixView<T>)columns).Transposed;
                ReadOnlyMatrixView<T> matrix = layout < 2 ? (ReadOnlyMatrixView<T>)rowMajor : ((ReadOnlyMatrixView<T>)columnMajor).Transposed;
                GroupProx.ShrinkRows(matrix, thresholds, destination, lengths);
                for (int i = 0; i < 300; i++)
                {
                    double length = Length([.. Enumerable.Range(0, 7).Select(j => a[i, j])]), less = double.CreateChecked(thresholds[i]);
                    Assert.Equal(Math.Max(length - less, 0), lengths[i], tolerance * 10 * (1 + length));
                    for (int j = 0; j < 7; j++)
                    {
                        Assert.Equal(Math.Max(1 - less / length, 0) * a[i, j], double.CreateChecked(destination[i, j]), tolerance * 10 * (1 + length));
                    }
                }
            }
        }
    }

    [Fact]
    public void ShrinkingInPlaceIsTheSame()
    {
        double[,] a = Dense.Random(5, 4, 3), apart = new double[5, 4], columns = (double[,])a.Clone();
        double[] thresholds = [0.5, 0, 10, 1], lengths = new double[4];
        GroupProx.ShrinkRows<double>(((MatrixView<double>)a).Transposed, thresholds, ((MatrixView<double>)apart).Transposed, lengths);
        GroupProx.ShrinkRows<double>(((MatrixView<double>)columns).Transposed, thresholds, ((MatrixView<double>)columns).Transposed, lengths);
        Assert.Equal(apart, columns);
        Assert.Equal(0, lengths[2]);
        double[] strided = new double[5];
        ReadOnlyMatrixView<double> spread = MatrixReductionsTests.Spread(a);
        GroupProx.ShrinkRows(spread.Slice(0, 1, 5, 1), new double[5], new MatrixView<double>(strided, 5, 1), new double[5]);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => a[i, 1]), strided);
    }

    [Fact]
    public void WhatIsNotANumberStaysVisible()
    {
        float[] to = new float[3];
        Assert.True(double.IsNaN(GroupProx.Shrink<float>([1, float.NaN, 0], 1, to)));
        Assert.All(to, value => Assert.True(float.IsNaN(value)));
        Assert.True(float.IsNaN(GroupProx.ShrinkLargest<float>([1, float.NaN, 0], 1, to)));
        Assert.All(to, value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void BadArgumentsAreNamed()
    {
        double[,] a = new double[2, 3];
        Assert.Contains("-1", Assert.Throws<ArgumentOutOfRangeException>("threshold", () => GroupProx.Shrink<double>([1], -1, new double[1])).Message);
        Assert.Throws<ArgumentOutOfRangeException>("weight", () => GroupProx.ShrinkLargest<double>([1], -1, new double[1]));
        Assert.Throws<ArgumentException>("destination", () => GroupProx.Shrink<double>([1, 2], 1, new double[1]));
        Assert.Throws<ArgumentOutOfRangeException>("thresholds", () => GroupProx.ShrinkRows<double>(a, [1, -1], a, new double[2]));
        Assert.Throws<ArgumentException>("thresholds", () => GroupProx.ShrinkRows<double>(a, [1], a, new double[2]));
        Assert.Throws<ArgumentException>("lengths", () => GroupProx.ShrinkRows<double>(a, [1, 1], a, new double[3]));
        Assert.Throws<ArgumentException>("destination", () => GroupProx.ShrinkRows<double>(a, [1, 1], new double[3, 2], new double[2]));
        Assert.Equal(0, GroupProx.Shrink<double>([], 1, []));
        Assert.Equal(0, GroupProx.ShrinkLargest<double>([], 1, []));
    }

    private static bool Minimizes(Func<double[], double> norm, double[] x, double[] p, int seed)
    {
        double Distance(double[] a, double[] b) => a.Zip(b, (s, t) => (s - t) * (s - t)).Sum() / 2;
        double Objective(double[] z) => norm(z) + Distance(z, x);
        double least = Objective(p), room = 1e-12 * (1 + least + Distance(x, new double[x.Length]));
        var random = new Random(seed);
        IEnumerable<double[]> others =
        [
            x, new double[x.Length],
            .. Enumerable.Range(0, 8).Select(k => p.Select(value => value + (random.NextDouble() - 0.5) * Math.Pow(10, -k)).ToArray()),
            .. Enumerable.Range(0, 4).Select(_ => p.Select(value => value * random.NextDouble() * 1.5).ToArray()),
        ];
        return others.All(z => Objective(z) >= least + Distance(z, p) - room);
    }

    private static double[] Vector(int length, int seed)
    {
        double[,] row = Dense.Random(1, length, seed);
        return [.. Enumerable.Range(0, length).Select(i => 3 * row[0, i])];
    }

    private static double Length(double[] x) => Math.Sqrt(x.Sum(value => value * value));

    private static bool Near(double a, double b) => Math.Abs(a - b) <= 1e-12 * (1 + Math.Abs(a) + Math.Abs(b));
}
