using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels.PropertyTests.Support;

/// <summary>Equality of floating-point numbers to the last bit, any NaN being equal to any other.</summary>
internal static class Bits
{
    public static bool Same<T>(T a, T b)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.IsNaN(a) ? T.IsNaN(b) : Of(a) == Of(b);

    public static void AssertSame<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string context)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            if (!Same(expected[i], actual[i]))
            {
                Assert.Fail($"{context}, element {i} of {expected.Length}: expected {expected[i]:R}, got {actual[i]:R}");
            }
        }
    }

    private static ulong Of<T>(T value)
        where T : unmanaged
        => Unsafe.SizeOf<T>() == 4 ? Unsafe.BitCast<T, uint>(value) : Unsafe.BitCast<T, ulong>(value);
}
