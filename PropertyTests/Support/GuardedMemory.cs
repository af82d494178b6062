using System.Runtime.InteropServices;

namespace Kernels.PropertyTests.Support;

/// <summary>
/// Memory between two pages that may not be touched, so that a kernel that reads or writes one element outside its spans faults.
/// Linux only: use <see cref="GuardedFactAttribute"/>.
/// </summary>
internal sealed unsafe partial class GuardedMemory<T> : IDisposable
    where T : unmanaged
{
    private readonly byte* _map;
    private readonly nuint _mapped;
    private readonly nuint _page = (nuint)Environment.SystemPageSize;

    /// <summary>Room for at least <paramref name="capacity"/> elements.</summary>
    public GuardedMemory(int capacity)
    {
        nuint inner = ((nuint)(capacity * sizeof(T)) + _page - 1) / _page * _page;
        _mapped = inner + 2 * _page;
        _map = (byte*)GuardedMemory.Map(_mapped);
        Capacity = (int)(inner / (nuint)sizeof(T));
        GuardedMemory.Forbid(_map, _page);
        GuardedMemory.Forbid(_map + _page + inner, _page);
    }

    /// <summary>Number of elements between the guards.</summary>
    public int Capacity { get; }

    /// <summary>The first elements: one before them faults.</summary>
    public Strip<T> First(int length) => new((T*)(_map + _page), length);

    /// <summary>The last elements: one after them faults.</summary>
    public Strip<T> Last(int length) => new((T*)(_map + _page) + (Capacity - length), length);

    public void Dispose() => GuardedMemory.Unmap(_map, _mapped);
}

/// <summary>A span's worth of native memory that a delegate or an array can hold.</summary>
internal readonly unsafe struct Strip<T>(T* start, int length)
    where T : unmanaged
{
    public Span<T> Span => new(start, length);

    public int Length => length;

    public Strip<T> Slice(int offset, int count) => new(start + offset, count);
}

/// <summary>The system calls behind <see cref="GuardedMemory{T}"/>.</summary>
internal static unsafe class GuardedMemory
{
    private const int ReadWrite = 1 | 2;
    private const int PrivateAnonymous = 0x02 | 0x20;

    public static void* Map(nuint bytes)
    {
        void* map = mmap(null, bytes, ReadWrite, PrivateAnonymous, -1, 0);
        return (nint)map != -1 ? map : throw new OutOfMemoryException($"mmap of {bytes} bytes failed with error {Marshal.GetLastPInvokeError()}.");
    }

    public static void Forbid(byte* start, nuint bytes)
    {
        if (mprotect(start, bytes, 0) != 0)
        {
            throw new InvalidOperationException($"mprotect failed with error {Marshal.GetLastPInvokeError()}.");
        }
    }

    public static void Unmap(void* start, nuint bytes) => _ = munmap(start, bytes);

    [DllImport("libc", SetLastError = true)]
    private static extern void* mmap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", SetLastError = true)]
    private static extern int mprotect(void* address, nuint length, int protection);

    [DllImport("libc", SetLastError = true)]
    private static extern int munmap(void* address, nuint length);
}

/// <summary>A fact that needs <see cref="GuardedMemory{T}"/>.</summary>
internal sealed class GuardedFactAttribute : FactAttribute
{
    public GuardedFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "Guard pages are mapped by Linux system calls.";
        }
    }
}
