using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Kernels.PropertyTests.SvdTests;

[Trait("Category", "Dispatch")]
public class SvdWidthTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(7, 7)]
    [InlineData(8, 8)]
    [InlineData(9, 13)]
    [InlineData(20, 17)]
    [InlineData(24, 24)]
    [InlineData(32, 32)]
    [InlineData(41, 22)]
    [InlineData(45, 29)]
    [InlineData(17, 70)]
    [InlineData(60, 51)]
    [InlineData(130, 100)]
    [InlineData(300, 64)]
    public void EveryWidthGivesTheSameBits(int m, int n)
    {
        foreach (double[,] a in (double[][,])[TestMatrices.Normal<double>(m, n, 1), TestMatrices.WithSpectrum(m, n, TestMatrices.Spectrum("half zero", Math.Min(m, n), 1, 1), 2)])
        {
            Compare<double, V128Double, V256Double, V512Double>(a);
            Compare<float, V128Single, V256Single, V512Single>(TestMatrices.Convert<double, float>(a));
        }
    }

    [Theory]
    [InlineData(60, 51, 9)]
    [InlineData(70, 130, 12)]
    public void LeavingVectorsOutGivesTheSameBitsAtEveryWidth(int m, int n, double threshold)
    {
        double[,] a = TestMatrices.Normal<double>(m, n, 3);
        float[,] single = TestMatrices.Convert<double, float>(a);
        double[] narrow = Above<double, V128Double>(a, threshold), narrowSingle = Above<float, V128Single>(single, (float)threshold);
        Assert.Equal(narrow, Above<double, V256Double>(a, threshold));
        Assert.Equal(narrow, Above<double, V512Double>(a, threshold));
        Assert.Equal(narrowSingle, Above<float, V256Single>(single, (float)threshold));
        Assert.Equal(narrowSingle, Above<float, V512Single>(single, (float)threshold));
    }

    private static double[] Above<T, TKernels>(T[,] a, T threshold)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        int m = a.GetLength(0), n = a.GetLength(1), p = Math.Min(m, n);
        T[,] u = new T[m, p], v = new T[n, p];
        var s = new T[p];
        JacobiSvd.DecomposeAbove<T, TKernels>(a, threshold, u, s, v, new T[Svd.RequiredWorkspace<T>(m, n)], out int computed);
        Assert.InRange(computed, 1, p - 1);
        return [.. s.Select(double.CreateChecked), .. Leading(u), .. Leading(v)];

        IEnumerable<double> Leading(T[,] vectors)
            => Enumerable.Range(0, vectors.GetLength(0) * computed).Select(at => double.CreateChecked(vectors[at / computed, at % computed]));
    }

    // What every host with fused multiply-add must find, and every later version that does not announce other bits.
    [Theory]
    [InlineData(9, 5, "d42da78ce767594e")]
    [InlineData(24, 22, "6283c2ec1865127a")]
    [InlineData(33, 40, "3f3a4e4bde7870be")]
    [InlineData(100, 70, "4fcbedba47c4ff87")]
    public void TheBitsAreTheGoldenOnes(int m, int n, string expected)
    {
        Thin<double> svd = Thin<double>.Of(TestMatrices.Of(m, n, (i, j) => (Philox4x32.Word(1, 2, (ulong)((i * n) + j)) - 2147483648.0) / 4294967296.0));
        double[] all = [.. svd.U.Cast<double>(), .. svd.S, .. svd.V.Cast<double>()];
        byte[] bytes = new byte[all.Length * sizeof(double)];
        for (int i = 0; i < all.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(i * sizeof(double)), all[i]);
        }

        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
    }

    private static void Compare<T, T128, T256, T512>(T[,] a)
        where T : unmanaged, IFloatingPointIeee754<T>
        where T128 : struct, IFactorKernels<T>
        where T256 : struct, IFactorKernels<T>
        where T512 : struct, IFactorKernels<T>
    {
        Thin<T> live = Thin<T>.Of(a), narrow = Decompose<T, T128>(a), wide = Decompose<T, T256>(a), widest = Decompose<T, T512>(a);
        foreach (Thin<T> other in (Thin<T>[])[narrow, wide, widest])
        {
            Assert.Equal(live.S, other.S);
            Assert.Equal(live.U, other.U);
            Assert.Equal(live.V, other.V);
            Assert.Equal(live.Info, other.Info);
        }
    }

    private static Thin<T> Decompose<T, TKernels>(T[,] a)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TKernels : struct, IFactorKernels<T>
    {
        int m = a.GetLength(0), n = a.GetLength(1), p = Math.Min(m, n);
        T[,] u = new T[m, p], v = new T[n, p];
        var s = new T[p];
        SvdInfo info = JacobiSvd.Decompose<T, TKernels>(a, u, s, v, vectors: true, new T[Svd.RequiredWorkspace<T>(m, n)]);
        return new(u, s, v, info);
    }

    private readonly struct V128Double : IFactorKernels<double>
    {
        public static VectorWidth Width => VectorWidth.V128;

        public static (double XX, double XY, double YY) GramPair(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Kernels.Reductions.GramPairV128(x, y);

        public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Kernels.Reductions.DotV128(x, y);

        public static void AddScaled(ReadOnlySpan<double> x, double factor, Span<double> y) => Kernels.Elementwise.AddScaledV128(y, x, factor, y);

        public static void Rotate(Span<double> x, Span<double> y, double c, double s) => Kernels.Elementwise.RotateV128(x, y, c, s, x, y);

        public static void Multiply(ReadOnlyMatrixView<double> a, ReadOnlyMatrixView<double> b, double beta, MatrixView<double> destination)
            => GemmDispatch.Multiply(VectorWidth.V128, 1, a, b, beta, destination, Parallelism.Sequential, []);
    }

    private readonly struct V256Double : IFactorKernels<double>
    {
        public static VectorWidth Width => VectorWidth.V256;

        public static (double XX, double XY, double YY) GramPair(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Kernels.Reductions.GramPairV256(x, y);

        public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Kernels.Reductions.DotV256(x, y);

        public static void AddScaled(ReadOnlySpan<double> x, double factor, Span<double> y) => Kernels.Elementwise.AddScaledV256(y, x, factor, y);

        public static void Rotate(Span<double> x, Span<double> y, double c, double s) => Kernels.Elementwise.RotateV256(x, y, c, s, x, y);

        public static void Multiply(ReadOnlyMatrixView<double> a, ReadOnlyMatrixView<double> b, double beta, MatrixView<double> destination)
            => GemmDispatch.Multiply(VectorWidth.V256, 1, a, b, beta, destination, Parallelism.Sequential, []);
    }

    private readonly struct V512Double : IFactorKernels<double>
    {
        public static VectorWidth Width => VectorWidth.V512;

        public static (double XX, double XY, double YY) GramPair(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Kernels.Reductions.GramPairV512(x, y);

        public static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => Kernels.Reductions.DotV512(x, y);

        public static void AddScaled(ReadOnlySpan<double> x, double factor, Span<double> y) => Kernels.Elementwise.AddScaledV512(y, x, factor, y);

        public static void Rotate(Span<double> x, Span<double> y, double c, double s) => Kernels.Elementwise.RotateV512(x, y, c, s, x, y);

        public static void Multiply(ReadOnlyMatrixView<double> a, ReadOnlyMatrixView<double> b, double beta, MatrixView<double> destination)
            => GemmDispatch.Multiply(VectorWidth.V512, 1, a, b, beta, destination, Parallelism.Sequential, []);
    }

    private readonly struct V128Single : IFactorKernels<float>
    {
        public static VectorWidth Width => VectorWidth.V128;

        public static (float XX, float XY, float YY) GramPair(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Kernels.Reductions.GramPairV128(x, y);

        public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Kernels.Reductions.DotV128(x, y);

        public static void AddScaled(ReadOnlySpan<float> x, float factor, Span<float> y) => Kernels.Elementwise.AddScaledV128(y, x, factor, y);

        public static void Rotate(Span<float> x, Span<float> y, float c, float s) => Kernels.Elementwise.RotateV128(x, y, c, s, x, y);

        public static void Multiply(ReadOnlyMatrixView<float> a, ReadOnlyMatrixView<float> b, float beta, MatrixView<float> destination)
            => GemmDispatch.Multiply(VectorWidth.V128, 1, a, b, beta, destination, Parallelism.Sequential, []);
    }

    private readonly struct V256Single : IFactorKernels<float>
    {
        public static VectorWidth Width => VectorWidth.V256;

        public static (float XX, float XY, float YY) GramPair(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Kernels.Reductions.GramPairV256(x, y);

        public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Kernels.Reductions.DotV256(x, y);

        public static void AddScaled(ReadOnlySpan<float> x, float factor, Span<float> y) => Kernels.Elementwise.AddScaledV256(y, x, factor, y);

        public static void Rotate(Span<float> x, Span<float> y, float c, float s) => Kernels.Elementwise.RotateV256(x, y, c, s, x, y);

        public static void Multiply(ReadOnlyMatrixView<float> a, ReadOnlyMatrixView<float> b, float beta, MatrixView<float> destination)
            => GemmDispatch.Multiply(VectorWidth.V256, 1, a, b, beta, destination, Parallelism.Sequential, []);
    }

    private readonly struct V512Single : IFactorKernels<float>
    {
        public static VectorWidth Width => VectorWidth.V512;

        public static (float XX, float XY, float YY) GramPair(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Kernels.Reductions.GramPairV512(x, y);

        public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => Kernels.Reductions.DotV512(x, y);

        public static void AddScaled(ReadOnlySpan<float> x, float factor, Span<float> y) => Kernels.Elementwise.AddScaledV512(y, x, factor, y);

        public static void Rotate(Span<float> x, Span<float> y, float c, float s) => Kernels.Elementwise.RotateV512(x, y, c, s, x, y);

        public static void Multiply(ReadOnlyMatrixView<float> a, ReadOnlyMatrixView<float> b, float beta, MatrixView<float> destination)
            => GemmDispatch.Multiply(VectorWidth.V512, 1, a, b, beta, destination, Parallelism.Sequential, []);
    }
}
