using FsCheck;
using FsCheck.Fluent;

namespace Kernels.PropertyTests.Benchmarks;

/// <summary>Small matrices of any finite values, denormals and signed zeros among them.</summary>
internal static class Matrices
{
    internal static Arbitrary<double[,]> Finite { get; } =
        (from rows in Gen.Choose(1, 6)
         from columns in Gen.Choose(1, 6)
         from bits in Gen.ArrayOf(ArbMap.Default.GeneratorFor<ulong>(), rows * columns)
         select ToMatrix(bits, rows, columns)).ToArbitrary();

    /// <summary>Equal shapes and equal bits.</summary>
    internal static bool Same(double[,] expected, double[,] actual)
        => expected.GetLength(0) == actual.GetLength(0)
            && expected.Cast<double>().Select(BitConverter.DoubleToInt64Bits).SequenceEqual(actual.Cast<double>().Select(BitConverter.DoubleToInt64Bits));

    private static double[,] ToMatrix(ulong[] bits, int rows, int columns)
    {
        double[,] matrix = new double[rows, columns];
        for (int e = 0; e < bits.Length; e++)
        {
            // Any bit pattern but those of infinities and NaN.
            double value = BitConverter.UInt64BitsToDouble(bits[e] * 0x9E3779B97F4A7C15);
            matrix[e / columns, e % columns] = double.IsFinite(value) ? value : BitConverter.UInt64BitsToDouble(bits[e] & 0xFFFF);
        }

        return matrix;
    }
}
