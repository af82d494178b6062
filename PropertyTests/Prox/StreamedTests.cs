using System.Numerics;
using System.Runtime.CompilerServices;
using Kernels.Generators.Expressions;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.ProxTests;

// Arrays so large that stores go past the caches: as the scalar map, wherever they start, up to the guard pages.
[Trait("Category", "Dispatch")]
public class StreamedTests
{
    private delegate void Map<T>(ReadOnlySpan<T> x, Span<T> destination);

    private static int From<T>(int arrays) => MapTuning.StreamFrom / (arrays * Unsafe.SizeOf<T>());

    [GuardedFact]
    public void LargeSoftThresholdsAreTheScalarMap()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            int from = From<T>(2);
            using GuardedMemory<T> input = new(from + 200), output = new(from + 200);
            T[] expected = new T[from + 200];
            Fill(input.Last(from + 200).Span, seed: 1);
            foreach (T threshold in new[] { T.CreateChecked(0.3), T.Zero, T.NaN })
            {
                for (int i = 0; i < expected.Length; i++)
                {
                    T x = input.Last(expected.Length).Span[i];
                    expected[i] = x - T.Clamp(x, -threshold, threshold);
                }

                // Lengths around the decision and around vectors; the last case starts off the alignment of a vector.
                foreach ((int length, int shift) in new[] { (from - 1, 0), (from, 0), (from + 1, 1), (from + 131, 3), (from + 128, 63) })
                {
                    foreach ((string name, MapCall<T> call) in EntryPoints.Map<T>(typeof(Prox), "SoftThreshold", "sud"))
                    {
                        Strip<T> x = input.Last(expected.Length).Slice(expected.Length - length, length), y = output.Last(length + shift).Slice(0, length);
                        y.Span.Fill(T.CreateChecked(-77));
                        call([x], [threshold], [y]);
                        Bits.AssertSame<T>(expected.AsSpan(expected.Length - length), y.Span, $"{name}, {length}, {shift}, {threshold}");
                    }
                }
            }
        }
    }

    // Elementary functions have one body for the vectors at the ends and between. Judged by short calls, which tests of their own judge.
    [GuardedFact]
    public void LargeLogarithmsAreThoseOfShortCalls()
    {
        Check<float>(Functions.Log);
        Check<double>(Functions.Log);

        static void Check<T>(Map<T> map)
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            const int Short = 1000;
            int from = From<T>(2);
            using GuardedMemory<T> input = new(from + 200), output = new(from + 200);
            Fill(input.Last(from + 200).Span, seed: 2);
            T[] expected = new T[from + 200];
            for (int i = 0; i < expected.Length; i += Short)
            {
                int count = Math.Min(Short, expected.Length - i);
                map(input.Last(expected.Length).Span.Slice(i, count), expected.AsSpan(i, count));
            }

            foreach ((int length, int shift) in new[] { (from, 0), (from + 1, 1), (from + 131, 3), (from + 128, 63) })
            {
                foreach ((string name, MapCall<T> call) in EntryPoints.Map<T>(typeof(Functions), "Log", "sd"))
                {
                    Strip<T> x = input.Last(expected.Length).Slice(expected.Length - length, length), y = output.Last(length + shift).Slice(0, length);
                    y.Span.Fill(T.CreateChecked(-77));
                    call([x], [], [y]);
                    Bits.AssertSame<T>(expected.AsSpan(expected.Length - length), y.Span, $"{name}, {length}, {shift}");
                }
            }
        }
    }

    // Destinations that reach the alignment of a vector together, and some that do not; in place, and partly in place.
    [GuardedFact]
    public void LargeStepsAreTheScalarMap()
    {
        int from = From<double>(5), length = from + 37;
        GuardedMemory<double>[] memory = [.. Enumerable.Range(0, 5).Select(_ => new GuardedMemory<double>(length + 8))];
        double[][] values = new double[3][], expected = [new double[length], new double[length]];
        for (int i = 0; i < 3; i++)
        {
            values[i] = new double[length];
            Fill<double>(values[i], seed: i);
        }

        for (int i = 0; i < length; i++)
        {
            double at = Math.FusedMultiplyAdd(-0.25, values[1][i], values[0][i]), x = at - Math.Clamp(at, -0.3, 0.3);
            (expected[0][i], expected[1][i]) = (x, Math.FusedMultiplyAdd(0.75, x - values[2][i], x));
        }

        foreach ((string name, MapCall<double> call) in EntryPoints.Map<double>(typeof(Prox), "FistaStep", "sssuuudd"))
        {
            foreach ((int first, int second, int shift) in new[] { (3, 4, 0), (3, 4, 1), (2, 0, 0), (3, 0, 2) })
            {
                Strip<double>[] inputs = [.. Enumerable.Range(0, 3).Select(i => memory[i].Last(length))];
                for (int i = 0; i < 3; i++)
                {
                    values[i].CopyTo(inputs[i].Span);
                }

                Strip<double>[] outputs = [memory[first].Last(length), memory[second].Last(length + (second == 4 ? shift : 0)).Slice(0, length)];
                call(inputs, [0.25, 0.3, 0.75], outputs);
                Bits.AssertSame<double>(expected[0], outputs[0].Span, $"{name}, {first}, {second}, {shift}: iterate");
                Bits.AssertSame<double>(expected[1], outputs[1].Span, $"{name}, {first}, {second}, {shift}: next");
            }
        }

        Array.ForEach(memory, block => block.Dispose());
    }

    private static void Fill<T>(Span<T> values, int seed)
        where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        var random = new Random(seed);
        T[] drawn = [.. Enumerable.Range(0, 4099).Select(_ => HardNumbers.Next<T>(random))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = drawn[i % drawn.Length];
        }
    }
}
