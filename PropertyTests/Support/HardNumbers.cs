using System.Numerics;

namespace Kernels.PropertyTests.Support;

/// <summary>Random numbers, a third of them from the corners of the format.</summary>
internal static class HardNumbers
{
    public static T[] Corners<T>()
        where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        =>
        [
            T.Zero, T.NegativeZero, T.One, T.NegativeOne, T.NaN, -T.NaN, T.PositiveInfinity, T.NegativeInfinity,
            T.Epsilon, -T.Epsilon, T.Epsilon * T.CreateChecked(12345), T.MaxValue, T.MinValue, T.CreateChecked(0.5), T.CreateChecked(-0.5),
        ];

    public static T Next<T>(Random random)
        where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        if (random.Next(3) == 0)
        {
            T[] corners = Corners<T>();
            return corners[random.Next(corners.Length)];
        }

        return Finite<T>(random);
    }

    /// <summary>Both signs, magnitudes spread over a few powers of two.</summary>
    public static T Finite<T>(Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.CreateChecked((random.NextDouble() * 2 - 1) * Math.Pow(2, random.Next(-6, 7)));
}
