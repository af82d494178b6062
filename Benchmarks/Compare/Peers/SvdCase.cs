using System.Numerics;
using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>Matrices of one shape, random normal unless filled otherwise, by columns as LAPACK wants them, and room for what is computed from one.</summary>
internal sealed unsafe class SvdCase<T> : IDisposable
    where T : unmanaged
{
    private readonly AlignedBuffer<T> _source;
    private readonly AlignedBuffer<T> _a;
    private readonly AlignedBuffer<T> _values;
    private readonly AlignedBuffer<T> _u;
    private readonly AlignedBuffer<T> _v;
    private readonly AlignedBuffer<int> _integers;
    private AlignedBuffer<T> _work = new(64);

    internal SvdCase(int m, int n, int threads, int count = 1)
    {
        (M, N, Threads, Count) = (m, n, threads, count);
        int p = Math.Min(m, n);
        _source = new(m * n * count);
        _a = new(m * n);
        _values = new(p);
        _u = new(m * p);
        _v = new(n * p);
        _integers = new(Math.Max(8 * p, m + 3 * n) + 64);
    }

    internal int M { get; }

    internal int N { get; }

    /// <summary>That a contender may use.</summary>
    internal int Threads { get; }

    internal int Count { get; }

    internal T* A => _a.Pointer;

    internal T* Values => _values.Pointer;

    internal T* U => _u.Pointer;

    internal T* V => _v.Pointer;

    internal T* Work => _work.Pointer;

    internal int* Integers => _integers.Pointer;

    internal Span<T> Singular => _values.Span;

    /// <summary>The first matrix, or the only one.</summary>
    internal MatrixView<T> Matrix => At(0);

    internal MatrixView<T> At(int index) => new(_source.Span.Slice(index * M * N, M * N), M, N, 1, M);

    internal void Fill<TNumber>(Func<double, TNumber> convert)
        where TNumber : unmanaged, INumber<TNumber>
    {
        double[] normal = new double[M * N * Count];
        IrwinHall.Fill(seed: 1, stream: 1, start: 0, scale: 1, normal);
        var to = System.Runtime.InteropServices.MemoryMarshal.Cast<T, TNumber>(_source.Span);
        for (int i = 0; i < normal.Length; i++)
        {
            to[i] = convert(normal[i]);
        }
    }

    /// <summary>LAPACK overwrites its input: the matrices take turns.</summary>
    internal void Restore(int turn) => _source.Span.Slice(turn % Count * (M * N), M * N).CopyTo(_a.Span);

    /// <summary>Returns the length that there is now.</summary>
    internal int ReserveWork(int length)
    {
        if (length > _work.Span.Length)
        {
            _work.Dispose();
            _work = new(length);
        }

        return _work.Span.Length;
    }

    public void Dispose()
    {
        foreach (var buffer in new[] { _source, _a, _values, _u, _v, _work })
        {
            buffer.Dispose();
        }

        _integers.Dispose();
    }
}
