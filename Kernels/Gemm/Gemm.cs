using System.Runtime.CompilerServices;

namespace Kernels;

/// <summary>The general matrix product.</summary>
public static class Gemm
{
    /// <summary><c>destination = a b</c>.</summary>
    /// <inheritdoc cref="Multiply(double, ReadOnlyMatrixView{double}, ReadOnlyMatrixView{double}, double, MatrixView{double}, Parallelism)"/>
    public static void Multiply(ReadOnlyMatrixView<double> a, ReadOnlyMatrixView<double> b, MatrixView<double> destination, Parallelism parallelism = default)
        => Multiply(1, a, b, 0, destination, parallelism);

    /// <inheritdoc cref="Multiply(ReadOnlyMatrixView{double}, ReadOnlyMatrixView{double}, MatrixView{double}, Parallelism)"/>
    public static void Multiply(ReadOnlyMatrixView<float> a, ReadOnlyMatrixView<float> b, MatrixView<float> destination, Parallelism parallelism = default)
        => Multiply(1, a, b, 0, destination, parallelism);

    /// <summary><c>destination = alpha a b + beta destination</c>.</summary>
    public static void Multiply(
        double alpha, ReadOnlyMatrixView<double> a, ReadOnlyMatrixView<double> b, double beta, MatrixView<double> destination, Parallelism parallelism = default)
        => GemmReference.Multiply(alpha, a, b, beta, destination);

    /// <inheritdoc cref="Multiply(double, ReadOnlyMatrixView{double}, ReadOnlyMatrixView{double}, double, MatrixView{double}, Parallelism)"/>
    public static void Multiply(
        float alpha, ReadOnlyMatrixView<float> a, ReadOnlyMatrixView<float> b, float beta, MatrixView<float> destination, Parallelism parallelism = default)
        => GemmReference.Multiply(alpha, a, b, beta, destination);

    /// <summary>The same for a type parameter, which must be <see cref="float"/> or <see cref="double"/>.</summary>
    /// <inheritdoc cref="Multiply(double, ReadOnlyMatrixView{double}, ReadOnlyMatrixView{double}, double, MatrixView{double}, Parallelism)"/>
    public static void Multiply<T>(T alpha, ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b, T beta, MatrixView<T> destination, Parallelism parallelism = default)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            Multiply(
                Unsafe.BitCast<T, double>(alpha), Scalar.As<T, double>(a), Scalar.As<T, double>(b), Unsafe.BitCast<T, double>(beta), Scalar.As<T, double>(destination), parallelism);
        }
        else if (typeof(T) == typeof(float))
        {
            Multiply(
                Unsafe.BitCast<T, float>(alpha), Scalar.As<T, float>(a), Scalar.As<T, float>(b), Unsafe.BitCast<T, float>(beta), Scalar.As<T, float>(destination), parallelism);
        }
        else
        {
            throw Scalar.NotSupported<T>();
        }
    }
}
