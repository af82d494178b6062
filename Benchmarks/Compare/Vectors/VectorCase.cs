using System.Numerics;
using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.Benchmarks.Compare.Vectors;

/// <summary>Memory for one piece of work on vectors: inputs that stay as they are, outputs, and a few numbers.</summary>
internal sealed class VectorCase<T> : IDisposable
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Drawn once and repeated: far more than a branch predictor learns, and a large vector is filled at the speed of a copy.
    private const int Drawn = 1 << 16;

    private readonly AlignedBuffer<T>[] _inputs;
    private readonly AlignedBuffer<T>[] _outputs;

    internal VectorCase(int length, int inputs, int outputs, bool positive = false)
    {
        Length = length;
        _inputs = [.. Enumerable.Range(0, inputs).Select(_ => new AlignedBuffer<T>(length))];
        _outputs = [.. Enumerable.Range(0, outputs).Select(_ => new AlignedBuffer<T>(length))];
        for (int i = 0; i < inputs; i++)
        {
            Span<T> input = _inputs[i].Span, drawn = input[..Math.Min(Drawn, length)];
            IrwinHall.Fill(seed: 1, stream: (ulong)i + 1, start: 0, scale: 1, drawn);
            for (int k = 0; positive && k < drawn.Length; k++)
            {
                drawn[k] = T.Abs(drawn[k]);
            }

            for (int start = Drawn; start < length; start += Drawn)
            {
                drawn[..Math.Min(Drawn, length - start)].CopyTo(input[start..]);
            }
        }
    }

    internal int Length { get; }

    /// <summary>The numbers that the last work found.</summary>
    internal T[] Found { get; } = new T[3];

    internal Span<T> Input(Index index) => _inputs[index].Span;

    internal Span<T> Output(int index) => _outputs[index].Span;

    /// <summary>Spans over all of it; those that were not asked for are empty.</summary>
    internal Vectors<T> Spans() => new()
    {
        A = At(_inputs, 0),
        B = At(_inputs, 1),
        C = At(_inputs, 2),
        D = At(_outputs, 0),
        E = At(_outputs, 1),
    };

    /// <summary>Overwrites what work leaves behind, so that the next one cannot pass with it.</summary>
    internal void Forget()
    {
        Found.AsSpan().Fill(T.NaN);
        foreach (var output in _outputs)
        {
            output.Span.Fill(T.NaN);
        }
    }

    public void Dispose() => Array.ForEach([.. _inputs, .. _outputs], buffer => buffer.Dispose());

    private static Span<T> At(AlignedBuffer<T>[] buffers, int index) => index < buffers.Length ? buffers[index].Span : [];
}

/// <summary>What a piece of work sees of its <see cref="VectorCase{T}"/>: A, B, C to read, D and E to write, three numbers to find.</summary>
internal ref struct Vectors<T>
{
    internal ReadOnlySpan<T> A, B, C;
    internal Span<T> D, E;
    internal T First, Second, Third;
}
