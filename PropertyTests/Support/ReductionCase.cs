using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels.PropertyTests.Support;

/// <summary>A call of a reduction: spans in, one value for each result.</summary>
internal delegate T[] ReductionCall<T>(Strip<T>[] inputs)
    where T : unmanaged;

/// <summary>
/// One reduction, its entry points by name, and what it must be, to the bit: element i takes one step on lane i mod N, then lane i
/// takes lane i + n/2 while n halves. Written with one scalar at a time.
/// </summary>
/// <param name="Name">For messages.</param>
/// <param name="Inputs">Number of spans.</param>
/// <param name="Start">What every lane starts from.</param>
/// <param name="Steps">For each result, the step of a lane: elements, lane before, lane after.</param>
/// <param name="Combine">How two lanes become one.</param>
/// <param name="Entries">The entry points.</param>
internal sealed record ReductionCase<T>(
    string Name, int Inputs, T Start, Func<T[], T, T>[] Steps, Func<T, T, T> Combine, params (string Name, ReductionCall<T> Call)[] Entries)
    where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
{
    // The documented rule: 64, 32 or 16 lanes of float for one, two or three, and more results; half of that for double.
    private int Lanes => (Steps.Length == 1 ? 64 : Steps.Length <= 3 ? 32 : 16) * 4 / Unsafe.SizeOf<T>();

    public static IEnumerable<int> Lengths => [.. Enumerable.Range(0, 133), 191, 192, 193, 255, 256, 257, 300, 511];

    public void Check()
    {
        var random = new Random(20250602);
        GuardedMemory<T>[] memory = [.. Enumerable.Range(0, Inputs).Select(_ => new GuardedMemory<T>(600))];
        foreach (int length in Lengths)
        {
            CheckOn(() => HardNumbers.Finite<T>(random), length, "finite", i => memory[i].Last(length));
            CheckOn(() => HardNumbers.Finite<T>(random), length, "finite, off alignment", i => memory[i].First(length + i + 1).Slice(i + 1, length));
            CheckOn(() => random.Next(20) == 0 ? HardNumbers.Next<T>(random) : HardNumbers.Finite<T>(random), length, "with corners", i => memory[i].First(length));
            CheckOn(() => random.Next(2) == 0 ? T.Zero : T.NegativeZero, length, "zeros", i => memory[i].Last(length));
        }

        foreach (GuardedMemory<T> block in memory)
        {
            block.Dispose();
        }
    }

    private void CheckOn(Func<T> draw, int length, string kind, Func<int, Strip<T>> place)
    {
        Strip<T>[] inputs = [.. Enumerable.Range(0, Inputs).Select(place)];
        foreach (Strip<T> input in inputs)
        {
            for (int i = 0; i < length; i++)
            {
                input.Span[i] = draw();
            }
        }

        T[] expected = [.. Steps.Select(step => Reference(step, inputs, length))];
        foreach ((string entry, ReductionCall<T> call) in Entries)
        {
            Bits.AssertSame<T>(expected, call(inputs), $"{Name} {entry}, {length} elements, {kind}");
        }
    }

    private T Reference(Func<T[], T, T> step, Strip<T>[] inputs, int length)
    {
        T[] lanes = [.. Enumerable.Repeat(Start, Lanes)];
        for (int i = 0; i < length; i++)
        {
            T[] elements = [.. inputs.Select(input => input.Span[i])];
            lanes[i % Lanes] = step(elements, lanes[i % Lanes]);
        }

        for (int n = Lanes / 2; n > 0; n /= 2)
        {
            for (int i = 0; i < n; i++)
            {
                lanes[i] = Combine(lanes[i], lanes[i + n]);
            }
        }

        return lanes[0];
    }
}
