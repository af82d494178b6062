using System.Numerics;

namespace Kernels.PropertyTests.Support;

/// <summary>A call of an element-wise kernel: spans in, uniform values, spans out.</summary>
internal delegate void MapCall<T>(Strip<T>[] inputs, T[] uniforms, Strip<T>[] outputs)
    where T : unmanaged;

/// <summary>
/// One element-wise kernel, its entry points by name, and the scalar function that says what each element must be, to the bit.
/// <see cref="Check"/> runs every entry point at every length around the unroll, between guard pages, off alignment and in place.
/// </summary>
internal sealed record MapCase<T>(string Name, int Inputs, int Uniforms, int Outputs, Func<T[], T[], T[]> Scalar, params (string Name, MapCall<T> Call)[] Entries)
    where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
{
    private const int Longest = 16 * 16 + 11;

    /// <summary>Makes a drawn number fit to be the value of an input (by its number) or a uniform (by ~number).</summary>
    public Func<int, T, T> Fit { get; init; } = (_, value) => value;

    // L is at most 16 here, so 0 .. 67 is 0 .. 4L+3 at every width.
    private static IEnumerable<int> Lengths => [.. Enumerable.Range(0, 68), 79, 80, 81, 127, 128, 129, 130, 193, Longest];

    public void Check()
    {
        var random = new Random(20250601);
        GuardedMemory<T>[] memory = [.. Enumerable.Range(0, Inputs + Outputs).Select(_ => new GuardedMemory<T>(Longest + 8))];
        foreach (int length in Lengths)
        {
            foreach ((string entry, MapCall<T> call) in Entries)
            {
                CheckPlacement(random, call, $"{Name} {entry}, last", length, i => memory[i].Last(length));
                CheckPlacement(random, call, $"{Name} {entry}, first", length, i => memory[i].First(length));
                CheckPlacement(random, call, $"{Name} {entry}, off alignment", length, i => memory[i].First(length + i + 1).Slice(i + 1, length));
                for (int output = 0; output < Outputs; output++)
                {
                    for (int input = 0; input < Inputs && Outputs <= Inputs; input++)
                    {
                        // Output 'output' is the input; the next output, if there is one, is the next input.
                        CheckPlacement(random, call, $"{Name} {entry}, in place {input} -> {output}", length, i =>
                            i < Inputs ? memory[i].Last(length) : memory[(i - Inputs - output + input + Inputs * Outputs) % Inputs].Last(length));
                    }
                }
            }
        }

        foreach (GuardedMemory<T> block in memory)
        {
            block.Dispose();
        }
    }

    private void CheckPlacement(Random random, MapCall<T> call, string context, int length, Func<int, Strip<T>> place)
    {
        Strip<T>[] inputs = [.. Enumerable.Range(0, Inputs).Select(place)];
        Strip<T>[] outputs = [.. Enumerable.Range(Inputs, Outputs).Select(place)];
        T[] uniforms = [.. Enumerable.Range(0, Uniforms).Select(i => Fit(~i, HardNumbers.Next<T>(random)))];
        foreach (Strip<T> output in outputs)
        {
            output.Span.Fill(T.CreateChecked(-77));
        }

        T[][] values = [.. Enumerable.Range(0, Inputs).Select(input => Enumerable.Range(0, length).Select(_ => Fit(input, HardNumbers.Next<T>(random))).ToArray())];
        for (int i = 0; i < Inputs; i++)
        {
            values[i].CopyTo(inputs[i].Span);
        }

        T[][] expected = [.. Enumerable.Range(0, Outputs).Select(_ => new T[length])];
        for (int i = 0; i < length; i++)
        {
            T[] results = Scalar([.. values.Select(input => input[i])], uniforms);
            for (int output = 0; output < Outputs; output++)
            {
                expected[output][i] = results[output];
            }
        }

        call(inputs, uniforms, outputs);
        for (int output = 0; output < Outputs; output++)
        {
            Bits.AssertSame<T>(expected[output], outputs[output].Span, $"{context}, output {output}, uniforms [{string.Join(' ', uniforms)}]");
        }
    }
}
