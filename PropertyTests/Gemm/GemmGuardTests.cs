using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Gemm;

/// <summary>Operands and destination against pages that may not be touched: a tile that reads or writes one element outside faults.</summary>
public class GemmGuardTests
{
    private static readonly int[] Sizes = [1, 2, 3, 4, 5, 6, 7, 8, 12, 13, 16, 17, 31, 33, 63, 65, 70];

    // Both operands in place, one or both with k adjacent, exchanged, and a destination that is computed beside itself.
    private static readonly (Layout A, Layout B, Layout Result)[] Layouts =
    [
        (Layout.RowMajor, Layout.RowMajor, Layout.RowMajor), (Layout.ColumnMajor, Layout.ColumnMajor, Layout.RowMajor), (Layout.RowMajor, Layout.ColumnMajor, Layout.RowMajor),
        (Layout.RowMajor, Layout.RowMajor, Layout.ColumnMajor), (Layout.RowMajor, Layout.RowMajor, Layout.BothStrided),
    ];

    [GuardedFact]
    public void FloatStaysInsideItsMatrices() => Check<float>();

    [GuardedFact]
    public void DoubleStaysInsideItsMatrices() => Check<double>();

    private static void Check<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using GuardedMemory<T> a = new(5120), b = new(5120), c = new(16384);
        var random = new Random(11);
        foreach (VectorWidth width in Enum.GetValues<VectorWidth>())
        {
            foreach (int m in Sizes)
            {
                foreach (int n in Sizes)
                {
                    foreach (var (aLayout, bLayout, result) in Layouts)
                    {
                        // Each second one short: a column of such sums has a kernel of its own.
                        int k = random.Next(2) == 0 ? random.Next(1, 9) : random.Next(1, 70);
                        bool atEnd = random.Next(2) == 0;
                        Strip<T> to = At(c, result.Strides(m, n).Length, atEnd);
                        Multiply(width, m, n, k, aLayout, bLayout, result, At(a, m * k, atEnd), At(b, k * n, atEnd), to, random);
                    }
                }
            }
        }
    }

    // A vector against matrices beyond the first-level cache, which are read one row after the other.
    [GuardedFact]
    public void LargeMatricesTimesAVectorStayInsideThem()
    {
        CheckVectors<float>();
        CheckVectors<double>();
    }

    private static void CheckVectors<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using GuardedMemory<T> a = new(32768), b = new(32768), c = new(1024);
        var random = new Random(12);
        foreach (VectorWidth width in Enum.GetValues<VectorWidth>())
        {
            foreach (var (rows, k) in new[] { (19, 1000), (21, 771), (25, 769), (200, 73), (210, 79), (205, 80) })
            {
                foreach (bool atEnd in new[] { false, true })
                {
                    // A x, x^T A^T, and x^T A.
                    Multiply(width, rows, 1, k, Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, At(a, rows * k, atEnd), At(b, k, atEnd), At(c, rows, atEnd), random);
                    Multiply(width, 1, rows, k, Layout.RowMajor, Layout.ColumnMajor, Layout.RowMajor, At(a, k, atEnd), At(b, rows * k, atEnd), At(c, rows, atEnd), random);
                    Multiply(width, 1, rows, k, Layout.RowMajor, Layout.RowMajor, Layout.RowMajor, At(a, k, atEnd), At(b, rows * k, atEnd), At(c, rows, atEnd), random);
                }
            }
        }
    }

    private static Strip<T> At<T>(GuardedMemory<T> memory, int length, bool atEnd)
        where T : unmanaged
        => atEnd ? memory.Last(length) : memory.First(length);

    // The values are checked too, so that a kernel cannot stay inside by doing less.
    private static void Multiply<T>(VectorWidth width, int m, int n, int k, Layout aLayout, Layout bLayout, Layout result, Strip<T> a, Strip<T> b, Strip<T> c, Random random)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var (left, right, old) = (Draw.Matrix<T>(random, m, k), Draw.Matrix<T>(random, k, n), Draw.Matrix<T>(random, m, n));
        aLayout.Place(left, T.Zero).CopyTo(a.Span);
        bLayout.Place(right, T.Zero).CopyTo(b.Span);
        result.Place(old, T.Zero).CopyTo(c.Span);
        var destination = result.View(c.Span, m, n);
        T alpha = random.Next(3) == 0 ? T.CreateChecked(0.7) : T.One, beta = random.Next(2) == 0 ? T.Zero : T.One;
        GemmEntry.Multiply<T>(width, alpha, aLayout.View(a.Span, m, k), bLayout.View(b.Span, k, n), beta, destination, Parallelism.Sequential);
        Assert.Equal(GemmOracle.Multiply(alpha, left, right, beta, old, GemmOracle.FormOf<T>(m, n, k, aLayout, bLayout)), destination.ToArray());
    }
}
