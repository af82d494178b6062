using System.Numerics;

using Kernels.PropertyTests.SvdTests;

namespace Kernels.PropertyTests.Factor;

public class PivotedQrTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(6, 6)]
    [InlineData(30, 9)]
    [InlineData(25, 21)]
    [InlineData(90, 75)]
    [InlineData(40, 40)]
    public void TheProductIsTheMatrixAndTheDiagonalFallsOff(int m, int n)
    {
        Check(TestMatrices.Normal<double>(m, n, 1), n);
        Check(TestMatrices.Normal<float>(m, n, 2), n);
        double[,] normal = TestMatrices.Normal<double>(m, n, 3);
        Check(TestMatrices.Of(m, n, (i, j) => normal[i, j] * Math.Pow(10, -Math.Min(7.0, 120.0 / n) * (j * 5 % n))), n);
    }

    [Theory]
    [InlineData(9, 6, 0)]
    [InlineData(9, 6, 2)]
    [InlineData(12, 12, 5)]
    [InlineData(70, 66, 37)]
    [InlineData(80, 70, 1)]
    public void WhatDependsOnEarlierColumnsBecomesZero(int m, int n, int rank)
    {
        double[,] left = TestMatrices.Normal<double>(m, Math.Max(rank, 1), 4), right = TestMatrices.Normal<double>(Math.Max(rank, 1), n, 5);
        Check(TestMatrices.Of(m, n, (i, j) => Enumerable.Range(0, rank).Sum(k => left[i, k] * right[k, j])), rank);
    }

    // A P = Q R with orthonormal Q, R triangular with a diagonal that falls off and dominates what is right of and below it; `rank` rows of R are not zero.
    private static void Check<T>(T[,] a, int rank)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int m = a.GetLength(0), n = a.GetLength(1);
        double tolerance = 10 * Math.Sqrt(m * n) * double.CreateChecked(T.BitIncrement(T.One) - T.One);
        (double[,] q, double[,] r, double[,] p) = Factor(a);
        for (int i = 0; i < n; i++)
        {
            Assert.Equal(i < rank, r[i, i] != 0);
            for (int j = 0; j < n; j++)
            {
                Assert.Equal(i == j ? 1 : 0, Sum(m, k => q[k, i] * q[k, j]), tolerance);
                Assert.True(j >= i ? Math.Abs(r[i, j]) <= Math.Abs(r[i, i]) * (1 + tolerance) : r[i, j] == 0, $"R[{i}, {j}] = {r[i, j]}, R[{i}, {i}] = {r[i, i]}");
            }

            Assert.True(i == 0 || Math.Abs(r[i, i]) <= Math.Abs(r[i - 1, i - 1]) * (1 + tolerance));
        }

        for (int j = 0; j < n; j++)
        {
            double length = Math.Sqrt(Sum(m, i => double.CreateChecked(a[i, j] * a[i, j])));
            for (int i = 0; i < m; i++)
            {
                double product = Sum(n, k => q[i, k] * Sum(n, l => r[k, l] * p[j, l]));
                Assert.Equal(double.CreateChecked(a[i, j]), product, tolerance * (length + double.Epsilon));
            }
        }
    }

    private static (double[,] Q, double[,] R, double[,] P) Factor<T>(T[,] a)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int m = a.GetLength(0), n = a.GetLength(1);
        Span<T> memory = new T[PivotedQr<T>.Length(m, n) + (2 * ColumnBlock<T>.Length(n, n))];
        var qr = new PivotedQr<T>(m, n, ref memory);
        ColumnBlock<T> identity = new(n, n, ref memory), triangle = new(n, n, ref memory);
        ((ReadOnlyMatrixView<T>)TestMatrices.Of(n, n, (i, j) => i == j ? T.One : T.Zero)).CopyTo(identity.View);
        ((ReadOnlyMatrixView<T>)a).CopyTo(qr.Columns.View);
        qr.Factor<LiveFactorKernels<T>>(m);
        qr.Reflectors.CopyTriangleTransposed(triangle.View);
        T[,] q = new T[m, n], p = new T[n, n];
        qr.Reflectors.MultiplyQ<LiveFactorKernels<T>>(identity.View, q);
        qr.Unpivot(identity.View, p);
        return (TestMatrices.Convert<T, double>(q), TestMatrices.Transposed(TestMatrices.Convert<T, double>(triangle.View.ToArray())), TestMatrices.Convert<T, double>(p));
    }

    private static double Sum(int count, Func<int, double> term) => Enumerable.Range(0, count).Sum(term);
}
