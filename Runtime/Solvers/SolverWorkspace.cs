using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

/// <summary>
/// The memory that a solver computes in. Pass one to solve repeatedly without allocating it anew: either it rents from the shared pool and
/// grows to what the largest solve needs, or it is a caller's block and never grows. Not for two solves at a time.
/// </summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed class SolverWorkspace<T> : IDisposable
    where T : unmanaged
{
    // Vectors start on these boundaries while elements are left over: a load across one costs two, and a product that reads rows of 800 bytes 6 % of its time.
    private const int Alignment = 64;

    // Pooled memory is rented with room for as many boundaries.
    private const int Boundaries = 32;

    private readonly bool _pooled;
    private MemoryOwner<T> _owner = MemoryOwner<T>.Empty;
    private Memory<T> _memory;
    private int _used, _spare;
    private SolverWorkspace<double>? _wide;

    /// <summary>Memory from the shared pool, rented when a solver asks for it and returned by <see cref="Dispose"/>.</summary>
    public SolverWorkspace() => _pooled = true;

    /// <summary>The caller's memory.</summary>
    /// <param name="memory">As many elements as the solver's <c>RequiredWorkspace</c> says; contents are overwritten.</param>
    public SolverWorkspace(Memory<T> memory) => _memory = memory;

    /// <summary>Elements at hand.</summary>
    public int Capacity => _memory.Length;

    /// <summary>Gives pooled memory back. Results do not live in it and stay valid.</summary>
    public void Dispose()
    {
        _wide?.Dispose();
        if (_pooled)
        {
            _owner.Dispose();
            _owner = MemoryOwner<T>.Empty;
            _memory = default;
        }
    }

    // For solvers that compute in double: itself, or pooled memory beside it.
    internal SolverWorkspace<double> Wide => this as SolverWorkspace<double> ?? (_wide ??= new());

    // Starts a solve: everything handed out before is void.
    internal void Reserve(int elements)
    {
        _used = 0;
        if (elements <= _memory.Length)
        {
            _spare = _memory.Length - elements;
            return;
        }

        if (!_pooled)
        {
            throw new ArgumentException($"The solver needs {elements} elements; the workspace has {_memory.Length}.", "workspace");
        }

        Dispose();
        _spare = Boundaries * (Alignment / Unsafe.SizeOf<T>());
        _owner = MemoryOwner<T>.Allocate(checked(elements + _spare));
        _memory = _owner.Memory;
    }

    // Contents are whatever was there.
    internal Span<T> Vector(int length)
    {
        Skip();
        Span<T> span = _memory.Span.Slice(_used, length);
        _used += length;
        return span;
    }

    // To the next boundary. The collector may move the memory; then only time is lost.
    private void Skip()
    {
        if (_used < _memory.Length)
        {
            ref byte next = ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(_memory.Span[_used..]));
            long past = Unsafe.ByteOffset(ref Unsafe.NullRef<byte>(), ref next) & (Alignment - 1);
            int skipped = past % Unsafe.SizeOf<T>() == 0 ? (int)(-past & (Alignment - 1)) / Unsafe.SizeOf<T>() : 0;
            if (skipped <= _spare)
            {
                _used += skipped;
                _spare -= skipped;
            }
        }
    }

    internal MatrixView<T> Matrix(int rows, int columns) => new(Vector(checked(rows * columns)), rows, columns);
}
