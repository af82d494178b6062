using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.ReductionsTests;

[Trait("Category", "Dispatch")]
public class ReductionsTests
{
    [GuardedFact]
    public void SumsHaveTheDocumentedBitsAtEveryWidth()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            Type owner = typeof(Reductions);
            new ReductionCase<T>("Sum", 1, T.Zero, [(x, sum) => sum + x[0]], (a, b) => a + b, [
                .. EntryPoints.Reduction<T>(owner, "Sum", "s1"), ("generic", i => [Reductions.Sum<T>(i[0].Span)])]).Check();
            new ReductionCase<T>("SumOfMagnitudes", 1, T.Zero, [(x, sum) => sum + T.Abs(x[0])], (a, b) => a + b, [
                .. EntryPoints.Reduction<T>(owner, "SumOfMagnitudes", "s1"), ("generic", i => [Reductions.SumOfMagnitudes<T>(i[0].Span)])]).Check();
            new ReductionCase<T>("SumOfSquares", 1, T.Zero, [(x, sum) => T.FusedMultiplyAdd(x[0], x[0], sum)], (a, b) => a + b, [
                .. EntryPoints.Reduction<T>(owner, "SumOfSquares", "s1"), ("generic", i => [Reductions.SumOfSquares<T>(i[0].Span)])]).Check();
            new ReductionCase<T>("Dot", 2, T.Zero, [(x, sum) => T.FusedMultiplyAdd(x[0], x[1], sum)], (a, b) => a + b, [
                .. EntryPoints.Reduction<T>(owner, "Dot", "ss1"), ("generic", i => [Reductions.Dot<T>(i[0].Span, i[1].Span)])]).Check();
            new ReductionCase<T>("SquaredDistance", 2, T.Zero, [(x, sum) => T.FusedMultiplyAdd(x[0] - x[1], x[0] - x[1], sum)], (a, b) => a + b, [
                .. EntryPoints.Reduction<T>(owner, "SquaredDistance", "ss1"), ("generic", i => [Reductions.SquaredDistance<T>(i[0].Span, i[1].Span)])]).Check();
        }
    }

    [GuardedFact]
    public void SeveralSumsAtOnceHaveTheDocumentedBitsAtEveryWidth()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            static T[] Generic(Strip<T>[] i)
            {
                (T xx, T xy, T yy) = Reductions.GramPair<T>(i[0].Span, i[1].Span);
                return [xx, xy, yy];
            }

            new ReductionCase<T>(
                "GramPair", 2, T.Zero,
                [
                    (x, sum) => T.FusedMultiplyAdd(x[0], x[0], sum),
                    (x, sum) => T.FusedMultiplyAdd(x[0], x[1], sum),
                    (x, sum) => T.FusedMultiplyAdd(x[1], x[1], sum),
                ],
                (a, b) => a + b,
                [.. EntryPoints.Reduction<T>(typeof(Reductions), "GramPair", "ss3"), ("generic", Generic)]).Check();
        }
    }

    [GuardedFact]
    public void MaxMagnitudeIsTheMaximumAtEveryWidth()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
            => new ReductionCase<T>("MaxMagnitude", 1, T.Zero, [(x, max) => T.Max(max, T.Abs(x[0]))], T.Max, [
                .. EntryPoints.Reduction<T>(typeof(Reductions), "MaxMagnitude", "s1"), ("generic", i => [Reductions.MaxMagnitude<T>(i[0].Span)])]).Check();
    }

    [GuardedFact]
    public void MinIsTheMinimumAtEveryWidth()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
            => new ReductionCase<T>("Min", 1, T.PositiveInfinity, [(x, min) => T.Min(min, x[0])], T.Min, [
                .. EntryPoints.Reduction<T>(typeof(Reductions), "Min", "s1"), ("generic", i => [Reductions.Min<T>(i[0].Span)])]).Check();
    }

    [Fact]
    public void SumsAreNearTheExactSums()
    {
        var random = new Random(7);
        for (int length = 0; length < 700; length = length * 5 / 4 + 1)
        {
            double[] x = [.. Enumerable.Range(0, length).Select(_ => HardNumbers.Finite<double>(random))];
            double[] y = [.. Enumerable.Range(0, length).Select(_ => HardNumbers.Finite<double>(random))];
            float[] single = [.. x.Select(value => (float)value)];
            ExactSum sum = default, dot = default, squares = default, singleSum = default, singleSquares = default;
            for (int i = 0; i < length; i++)
            {
                sum.Add(x[i], 1);
                dot.Add(x[i], y[i]);
                squares.Add(x[i], x[i]);
                singleSum.Add(single[i], 1);
                singleSquares.Add(single[i], single[i]);
            }

            // No element takes part in more additions than those of its lane and the levels of the tree.
            int doubleRoundings = length / 32 + 1 + 5;
            int singleRoundings = length / 64 + 1 + 6;
            Assert.True(sum.IsNear(Reductions.Sum(x), Math.Pow(2, -53), doubleRoundings), $"Sum of {length}");
            Assert.True(dot.IsNear(Reductions.Dot(x, y), Math.Pow(2, -53), doubleRoundings), $"Dot of {length}");
            Assert.True(squares.IsNear(Reductions.SumOfSquares(x), Math.Pow(2, -53), doubleRoundings), $"SumOfSquares of {length}");
            Assert.True(singleSum.IsNear(Reductions.Sum(single), Math.Pow(2, -24), singleRoundings), $"Sum of {length}, float");
            Assert.True(singleSquares.IsNear(Reductions.SumOfSquares(single), Math.Pow(2, -24), singleRoundings), $"SumOfSquares of {length}, float");
            Assert.Equal(x.Select(Math.Abs).DefaultIfEmpty(0).Max(), Reductions.MaxMagnitude(x));
        }
    }

    [Fact]
    public void TheBoundOfTheOracleIsTight()
    {
        ExactSum sum = default;
        sum.Add(1, 1);
        sum.Add(Math.Pow(2, -40), 1);
        Assert.True(sum.IsNear(1 + Math.Pow(2, -40), Math.Pow(2, -53), 1));
        Assert.False(sum.IsNear(1, Math.Pow(2, -53), 1));
    }

    private delegate (T Squares, T Largest, int NonZeros) ExtentCall<T>(ReadOnlySpan<T> x);

    [Fact]
    public void TheExtentIsWhatItsPartsAreAtEveryWidth()
    {
        Check<float>(1e-6);
        Check<double>(1e-15);

        static void Check<T>(double tolerance)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            var random = new Random(3);
            for (int length = 0; length < 300; length++)
            {
                T[] x = [.. Enumerable.Range(0, length).Select(_ => random.Next(3) == 0 ? T.NegativeZero : HardNumbers.Finite<T>(random))];
                var found = EntryPoints.Suffixes.Select(suffix => EntryPoints.Bind<ExtentCall<T>>(typeof(Reductions), "Extent" + suffix)(x)).Distinct().ToArray();
                (T squares, T largest, int nonZeros) = Assert.Single(found);
                Assert.Equal(x.Sum(value => Math.Pow(double.CreateChecked(value), 2)), double.CreateChecked(squares), tolerance * 8 * (1 + double.CreateChecked(squares)));
                Assert.Equal(x.Select(T.Abs).Append(T.NegativeInfinity).Max(), largest);
                Assert.Equal(x.Count(value => value != T.Zero), nonZeros);
            }
        }
    }

    [Fact]
    public void TheNormIsTheRootOfTheSumOfSquares()
    {
        Assert.Equal(5, Reductions.Norm<double>([3, 0, -4]));
        Assert.Equal(13f, Reductions.Norm<float>([5, 12]));
        Assert.Equal(0, Reductions.Norm<float>([]));
        Assert.Equal(double.PositiveInfinity, Reductions.Norm<double>([1e200]));
    }

    [Fact]
    public void NothingSumsToPlusZero()
    {
        Assert.True(double.IsPositive(Reductions.Sum(ReadOnlySpan<double>.Empty)));
        Assert.Equal(0, Reductions.Sum(ReadOnlySpan<double>.Empty));
        Assert.Equal((0f, 0f, 0f), Reductions.GramPair(ReadOnlySpan<float>.Empty, []));
        Assert.Equal(0, Reductions.MaxMagnitude(ReadOnlySpan<float>.Empty));
    }

    [Fact]
    public void DifferentLengthsAreRefused()
    {
        var error = Assert.Throws<ArgumentException>("y", () => Reductions.Dot(new double[4], new double[3]));
        Assert.Contains("'y' has 3 elements and 'x' has 4; the lengths must be equal", error.Message);
        Assert.Throws<ArgumentException>("y", () => Reductions.GramPair(new float[4], new float[5]));
    }
}
