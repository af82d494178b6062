using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>Each fold, and several in one pass, against loops written here.</summary>
public class FoldTests
{
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 135), 191, 192, 193, 255, 256, 257, 300, 511, 1030];

    private delegate TResult Reduction<T, TResult>(ReadOnlySpan<T> x);

    private delegate TResult Reduction2<T, TResult>(ReadOnlySpan<T> x, T u);

    private delegate TResult Storing<T, TResult>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination);

    [GuardedFact]
    public void TheFirstOfTheBestIsFound()
    {
        Floating<float>();
        Floating<double>();
        Integers<int>();
        Integers<uint>();
        Integers<long>();
        Integers<ulong>();

        static void Floating<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            // NaN first, then by value with -0 below +0.
            static bool Before(T a, T b) => T.IsNaN(b) ? !T.IsNaN(a) : a < b || (a == b && T.IsNegative(a) && !T.IsNegative(b));
            static bool After(T a, T b) => T.IsNaN(b) ? !T.IsNaN(a) : a > b || (a == b && !T.IsNegative(a) && T.IsNegative(b));
            foreach (string suffix in EntryPoints.Suffixes)
            {
                var max = EntryPoints.Bind<Reduction<T, int>>(typeof(FoldSamples), "IndexOfMax" + suffix);
                var min = EntryPoints.Bind<Reduction<T, int>>(typeof(FoldSamples), "IndexOfMin" + suffix);
                OnInputs<T>(
                    [HardNumbers.Next<T>, HardNumbers.Finite<T>, random => random.Next(2) == 0 ? T.Zero : T.NegativeZero, _ => T.NegativeInfinity, random => random.Next(40) == 0 ? T.NaN : T.PositiveInfinity],
                    (x, context) =>
                    {
                        Assert.True(First(x, Before) == max(x), $"max {suffix} {context}");
                        Assert.True(First(x, After) == min(x), $"min {suffix} {context}");
                    });
            }
        }

        static void Integers<T>()
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        {
            foreach (string suffix in EntryPoints.Suffixes)
            {
                var max = EntryPoints.Bind<Reduction<T, int>>(typeof(FoldSamples), "IndexOfLargest" + suffix);
                var min = EntryPoints.Bind<Reduction<T, int>>(typeof(FoldSamples), "IndexOfSmallest" + suffix);
                OnInputs<T>(
                    [random => T.CreateTruncating(random.NextInt64()), random => T.CreateTruncating(random.Next(3)), _ => T.MinValue, _ => T.MaxValue, random => random.Next(30) == 0 ? T.MaxValue : T.MinValue],
                    (x, context) =>
                    {
                        Assert.True(First(x, (a, b) => a < b) == max(x), $"max {suffix} {context}");
                        Assert.True(First(x, (a, b) => a > b) == min(x), $"min {suffix} {context}");
                    });
            }
        }

        static int First<T>(ReadOnlySpan<T> x, Func<T, T, bool> worse)
        {
            int best = x.Length == 0 ? -1 : 0;
            for (int i = 1; i < x.Length; i++)
            {
                best = worse(x[best], x[i]) ? i : best;
            }

            return best;
        }
    }

    [GuardedFact]
    public void CountsExtremesAndSumsOfIntegers()
    {
        Floating<float>();
        Floating<double>();
        Integers<int>();
        Integers<ulong>();

        static void Floating<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            foreach (string suffix in EntryPoints.Suffixes)
            {
                var count = EntryPoints.Bind<Reduction2<T, int>>(typeof(FoldSamples), "Above" + suffix);
                var min = EntryPoints.Bind<Reduction<T, T>>(typeof(FoldSamples), "Least" + suffix);
                OnInputs<T>([HardNumbers.Next<T>, HardNumbers.Finite<T>], (x, context) =>
                {
                    (int expected, T least) = (0, T.CreateChecked(4));
                    foreach (T value in x)
                    {
                        expected += value > T.One || T.IsNaN(value) ? 1 : 0;
                        least = T.Min(least, value);
                    }

                    Assert.True(expected == count(x, T.One), $"count {suffix} {context}");
                    Bits.AssertSame<T>([least], [min(x)], $"min {suffix} {context}");
                });
            }
        }

        static void Integers<T>()
            where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
        {
            foreach (string suffix in EntryPoints.Suffixes)
            {
                var all = EntryPoints.Bind<Reduction<T, (T, T, T, int)>>(typeof(FoldSamples), "Whole" + suffix);
                OnInputs<T>([random => T.CreateTruncating(random.NextInt64(long.MinValue, long.MaxValue)), random => T.CreateTruncating(random.Next(9))], (x, context) =>
                {
                    (T sum, T max, T min, int odd) = (T.Zero, T.MinValue, T.MaxValue, 0);
                    foreach (T value in x)
                    {
                        sum += unchecked(value * value);
                        max = T.Max(max, value);
                        min = T.Min(min, value);
                        odd += T.IsOddInteger(value) ? 1 : 0;
                    }

                    Assert.True((sum, max, min, odd) == all(x), $"{suffix} {context}");
                });
            }
        }
    }

    [GuardedFact]
    public void SeveralFoldsAndAMapInOnePass()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            int lanes = 16 * 4 / System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
            foreach (string suffix in EntryPoints.Suffixes)
            {
                var fused = EntryPoints.Bind<Storing<T, (T, T, int, int)>>(typeof(FoldSamples), "Step" + suffix);
                var random = new Random(7);
                using var left = new GuardedMemory<T>(1100);
                using var right = new GuardedMemory<T>(1100);
                using var target = new GuardedMemory<T>(1100);
                foreach (int length in Lengths)
                {
                    for (int placement = 0; placement < 4; placement++)
                    {
                        Strip<T> x = placement == 0 ? left.First(length) : left.Last(length), y = placement == 0 ? right.First(length) : right.Last(length);
                        for (int i = 0; i < length; i++)
                        {
                            x.Span[i] = placement == 3 ? HardNumbers.Next<T>(random) : HardNumbers.Finite<T>(random);
                            y.Span[i] = HardNumbers.Finite<T>(random);
                        }

                        T[] next = new T[length], sums = new T[lanes];
                        (T max, int far, int best, T bestKey) = (T.NegativeInfinity, 0, -1, T.NegativeInfinity);
                        for (int i = 0; i < length; i++)
                        {
                            next[i] = x.Span[i] - y.Span[i];
                            sums[i % lanes] = T.FusedMultiplyAdd(next[i], next[i], sums[i % lanes]);
                            T size = T.Abs(next[i]);
                            max = T.Max(max, size);
                            far += size > T.One ? 1 : 0;
                            (best, bestKey) = best < 0 || size > bestKey || (T.IsNaN(size) && !T.IsNaN(bestKey)) ? (i, size) : (best, bestKey);
                        }

                        for (int n = lanes / 2; n > 0; n /= 2)
                        {
                            for (int i = 0; i < n; i++)
                            {
                                sums[i] += sums[i + n];
                            }
                        }

                        Span<T> destination = placement switch { 1 => x.Span, 2 => y.Span, _ => target.Last(length).Span };
                        (T sum, T largest, int count, int at) = fused(x.Span, y.Span, destination);
                        string context = $"{suffix} {length} elements, placement {placement}";
                        Bits.AssertSame<T>(next, destination, context);
                        Bits.AssertSame<T>([sums[0], max], [sum, largest], context);
                        Assert.True((far, best) == (count, at), $"{context}: expected {(far, best)}, got {(count, at)}");
                    }
                }
            }
        }
    }

    [Fact]
    public void ALongExpressionHasSixteenLanes()
    {
        // A summand of more than sixteen operations.
        static double Term(double x) => x + Math.Sqrt(Math.Abs(x + 1)) * (x - 2) / (x * x + 3) - (x + 4) * (x + 5) / (x * x + 6) + (x - 7) * (x - 8);
        var random = new Random(3);
        for (int length = 0; length < 70; length++)
        {
            double[] x = [.. Enumerable.Range(0, length).Select(_ => HardNumbers.Finite<double>(random))];
            double[] lanes = new double[8];
            for (int i = 0; i < length; i++)
            {
                lanes[i % 8] += Term(x[i]);
            }

            double expected = ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
            Assert.Equal([expected, expected, expected, expected], [FoldSamples.Long(x), FoldSamples.LongV512(x), FoldSamples.LongV256(x), FoldSamples.LongV128(x)]);
        }
    }

    private static void OnInputs<T>(Func<Random, T>[] draws, Action<ReadOnlySpan<T>, string> check)
        where T : unmanaged
    {
        using var memory = new GuardedMemory<T>(1100);
        var random = new Random(5);
        foreach (int length in Lengths)
        {
            for (int kind = 0; kind < draws.Length; kind++)
            {
                Strip<T> x = random.Next(2) == 0 ? memory.Last(length) : memory.First(length);
                for (int i = 0; i < length; i++)
                {
                    x.Span[i] = draws[kind](random);
                }

                check(x.Span, $"{length} elements of {typeof(T).Name}, kind {kind}");
            }
        }
    }
}

/// <summary>The expressions of <see cref="FoldTests"/>.</summary>
internal static partial class FoldSamples
{
    [VectorizedArgMax]
    private static T IndexOfMax<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x;

    [VectorizedArgMin]
    private static T IndexOfMin<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x;

    [VectorizedArgMax]
    private static T IndexOfLargest<T>(T x)
        where T : unmanaged, IBinaryInteger<T>
        => x;

    [VectorizedArgMin]
    private static T IndexOfSmallest<T>(T x)
        where T : unmanaged, IBinaryInteger<T>
        => x;

    [VectorizedCount]
    private static bool Above<T>(T x, [Uniform] T bound)
        where T : unmanaged, IFloatingPointIeee754<T>
        => !(x <= bound);

    [VectorizedMin(AtMost = 4)]
    private static T Least<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x;

    [VectorizedReduce(Fold.Sum, Fold.Max, Fold.Min, Fold.Count, Scalars = [typeof(int), typeof(ulong)])]
    private static (T Sum, T Largest, T Smallest, bool Odd) Whole<T>(T x)
        where T : unmanaged, IBinaryInteger<T>
        => (x * x, x, x, (x & T.One) != T.Zero);

    [VectorizedReduce(Fold.Store, Fold.Sum, Fold.Max, Fold.Count, Fold.ArgMax)]
    private static (T Next, T Change, T Largest, bool Far, T At) Step<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T next = x - y;
        T size = T.Abs(next);
        return (next, next * next, size, size > T.One, size);
    }

    [VectorizedSum(typeof(double))]
    private static T Long<T>(T x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T two = T.CreateChecked(2), three = T.CreateChecked(3), four = T.CreateChecked(4);
        T first = T.Sqrt(T.Abs(x + T.One)) * (x - two) / (x * x + three);
        T second = (x + four) * (x + T.CreateChecked(5)) / (x * x + T.CreateChecked(6));
        return x + first - second + (x - T.CreateChecked(7)) * (x - T.CreateChecked(8));
    }
}
