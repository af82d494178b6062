using System.Numerics;

namespace Kernels.PropertyTests.Gemm;

/// <summary>The entry of GEMM at a named width, for a type parameter.</summary>
internal static class GemmEntry
{
    internal static void Multiply<T>(
        VectorWidth width, T alpha, ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b, T beta, MatrixView<T> destination, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            GemmDispatch.Multiply(
                width, float.CreateChecked(alpha), Scalar.As<T, float>(a), Scalar.As<T, float>(b), float.CreateChecked(beta), Scalar.As<T, float>(destination), parallelism, []);
        }
        else
        {
            GemmDispatch.Multiply(
                width, double.CreateChecked(alpha), Scalar.As<T, double>(a), Scalar.As<T, double>(b), double.CreateChecked(beta), Scalar.As<T, double>(destination), parallelism, []);
        }
    }
}
