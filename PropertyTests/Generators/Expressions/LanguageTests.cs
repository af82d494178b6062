using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>Each construct of the language against plain scalar code written here.</summary>
public class LanguageTests
{
    [GuardedFact]
    public void EveryConstructHasTheBitsOfScalarCode()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            static (string, MapCall<T>)[] Entries(string name, string shape) => EntryPoints.Map<T>(typeof(Samples), name, shape);
            T tenth = T.CreateChecked(0.1), half = T.CreateChecked(0.5);

            new MapCase<T>("Arithmetic", 2, 1, 1, (x, u) =>
            {
                T quotient = (x[0] + x[1]) * (x[0] - x[1]) / -(u[0] - T.One);
                return [quotient - tenth * T.CreateChecked(3) + T.Pi];
            }, Entries("Arithmetic", "ssud")).Check();

            new MapCase<T>("Functions", 2, 1, 1, (x, u) =>
            {
                T smaller = T.Min(x[0], x[1]);
                T left = T.FusedMultiplyAdd(T.Sqrt(T.Abs(x[0])), T.CopySign(u[0], x[1]), smaller);
                return [left + T.Max(T.Max(x[0], -T.One), T.Min(x[1], u[0]))];
            }, Entries("Functions", "ssud")).Check();

            new MapCase<T>("Choices", 2, 1, 1, (x, u) =>
            {
                if (x[0] < x[1])
                {
                    return [x[0] == u[0] || x[1] >= u[0] ? x[0] : x[1]];
                }

                bool uniform = x[0] != x[1] && !(x[0] > u[0]);
                return [uniform || x[1] <= x[0] ? u[0] : -x[0]];
            }, Entries("Choices", "ssud")).Check();

            T Huber(T x, T delta)
                => T.Abs(x) <= delta ? half * x * x : T.Abs(x) > delta ? delta * (T.Abs(x) - half * delta) : T.NaN;
            new MapCase<T>("Huber", 1, 1, 1, (x, u) => [Huber(x[0], u[0])], Entries("Huber", "sud")).Check();
            new MapCase<T>("Calls", 1, 1, 1, (x, u) => [(x[0] - u[0]) * (x[0] - u[0]) + Huber(x[0], u[0] * u[0])], Entries("Calls", "sud")).Check();

            new MapCase<T>("GuardedClamp", 3, 0, 1, (x, u) => [x[1] <= x[2] ? T.Clamp(x[0], x[1], x[2]) : T.NaN], Entries("GuardedClamp", "sssd")).Check();
            new MapCase<T>("Ordered", 2, 0, 2, (x, u) => x[0] < x[1] ? [x[1], x[0]] : [x[0], x[1]], Entries("Ordered", "ssdd")).Check();
            new MapCase<T>("Names", 3, 0, 1, (x, u) =>
            {
                T last = x[0] - x[1], i = last * x[2];
                return [(i + last) - i * last];
            }, Entries("Names", "sssd")).Check();
        }
    }

    [Fact]
    public void ClampThrowsLikeTheScalarFunctionWhereverItIsReached()
    {
        // Only the middle element has bounds out of order, and there the expression does not reach its clamp.
        double[] low = new double[40], high = new double[40], destination = new double[40];
        (low[20], high[20]) = (2, 1);
        Samples.GuardedClamp(new double[40], low, high, destination);
        Assert.True(double.IsNaN(destination[20]));
        Assert.Equal(39, destination.Count(value => value == 0));
        var error = Assert.Throws<ArgumentException>(() => Kernels.Prox.SoftThreshold([.. Enumerable.Repeat(1.0, 40)], low.Select((_, i) => i == 39 ? -1.0 : 1.0).ToArray(), destination));
        Assert.Contains("T.Clamp(x, -threshold, threshold): the lower bound is greater", error.Message);
    }

    [GuardedFact]
    public void FourSumsAtOnceUseSixteenLanes()
    {
        Check<float>((x, center) => Samples.MomentsV512(x.Span, center), (x, center) => Samples.MomentsV256(x.Span, center), (x, center) => Samples.MomentsV128(x.Span, center));
        Check<double>((x, center) => Samples.MomentsV512(x.Span, center), (x, center) => Samples.MomentsV256(x.Span, center), (x, center) => Samples.MomentsV128(x.Span, center));

        static void Check<T>(params Func<Strip<T>, T, (T A, T B, T C, T D)>[] entries)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            T center = T.CreateChecked(0.3);
            ReductionCall<T> Call(Func<Strip<T>, T, (T A, T B, T C, T D)> entry) => x =>
            {
                (T a, T b, T c, T d) = entry(x[0], center);
                return [a, b, c, d];
            };
            new ReductionCase<T>(
                "Moments", 1, T.Zero,
                [
                    (x, sum) => sum + (x[0] - center),
                    (x, sum) => T.FusedMultiplyAdd(x[0] - center, x[0] - center, sum),
                    (x, sum) => sum + T.Abs(x[0] - center),
                    (x, sum) => T.FusedMultiplyAdd((x[0] - center) * (x[0] - center), (x[0] - center) + (x[0] - center), sum),
                ],
                (a, b) => a + b,
                [.. entries.Select((entry, i) => (EntryPoints.Suffixes[i], Call(entry)))]).Check();
        }
    }

    [Fact]
    public void AMaximumOfNothingIsItsStart()
    {
        Assert.Equal(double.NegativeInfinity, Samples.Largest(ReadOnlySpan<double>.Empty));
        Assert.Equal(-3, Samples.Largest([-5.0, -3, -4]));
        Assert.Contains("supported: double", Assert.Throws<NotSupportedException>(() => Samples.Largest<float>([1f])).Message);
    }
}
