using System.Numerics;

namespace Kernels.PropertyTests.Gemm;

/// <summary>The entry of GEMM at a named width, for a type parameter. Factors of one and zero take the call without factors, which has a short way of its own.</summary>
internal static class GemmEntry
{
    internal static void Multiply<T>(
        VectorWidth width, T alpha, ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> b, T beta, MatrixView<T> destination, Parallelism parallelism)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool plain = alpha == T.One && T.IsPositive(beta) && beta == T.Zero;
        if (plain && typeof(T) == typeof(float))
        {
            GemmDispatch.Multiply(width, Scalar.As<T, float>(a), Scalar.As<T, float>(b), Scalar.As<T, float>(destination), parallelism);
        }
        else if (plain)
        {
            GemmDispatch.Multiply(width, Scalar.As<T, double>(a), Scalar.As<T, double>(b), Scalar.As<T, double>(destination), parallelism);
        }
        else if (typeof(T) == typeof(float))
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
