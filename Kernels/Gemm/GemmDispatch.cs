using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// One decision a call: the width chooses the tile. Tests name the width, the public API passes the live one, which is a constant to the
// JIT: inlined, the switch is gone and a small product pays for one call less.
internal static class GemmDispatch
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Multiply(VectorWidth width, ReadOnlyMatrixView<float> a, ReadOnlyMatrixView<float> b, MatrixView<float> destination, Parallelism parallelism)
    {
        switch (width)
        {
            case VectorWidth.V512:
                GemmCall<float, GemmTiles.Tile6x4V512Single>.Run(a, b, destination, parallelism);
                break;
            case VectorWidth.V256:
                GemmCall<float, GemmTiles.Tile6x2V256Single>.Run(a, b, destination, parallelism);
                break;
            default:
                GemmCall<float, GemmTiles.Tile6x2V128Single>.Run(a, b, destination, parallelism);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Multiply(VectorWidth width, ReadOnlyMatrixView<double> a, ReadOnlyMatrixView<double> b, MatrixView<double> destination, Parallelism parallelism)
    {
        switch (width)
        {
            case VectorWidth.V512:
                GemmCall<double, GemmTiles.Tile6x4V512Double>.Run(a, b, destination, parallelism);
                break;
            case VectorWidth.V256:
                GemmCall<double, GemmTiles.Tile6x2V256Double>.Run(a, b, destination, parallelism);
                break;
            default:
                GemmCall<double, GemmTiles.Tile6x2V128Double>.Run(a, b, destination, parallelism);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Multiply(
        VectorWidth width, float alpha, ReadOnlyMatrixView<float> a, ReadOnlyMatrixView<float> b, float beta, MatrixView<float> destination, Parallelism parallelism, Span<float> workspace)
    {
        switch (width)
        {
            case VectorWidth.V512:
                GemmCall<float, GemmTiles.Tile6x4V512Single>.Run(alpha, a, b, beta, destination, parallelism, workspace);
                break;
            case VectorWidth.V256:
                GemmCall<float, GemmTiles.Tile6x2V256Single>.Run(alpha, a, b, beta, destination, parallelism, workspace);
                break;
            default:
                GemmCall<float, GemmTiles.Tile6x2V128Single>.Run(alpha, a, b, beta, destination, parallelism, workspace);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Multiply(
        VectorWidth width, double alpha, ReadOnlyMatrixView<double> a, ReadOnlyMatrixView<double> b, double beta, MatrixView<double> destination, Parallelism parallelism, Span<double> workspace)
    {
        switch (width)
        {
            case VectorWidth.V512:
                GemmCall<double, GemmTiles.Tile6x4V512Double>.Run(alpha, a, b, beta, destination, parallelism, workspace);
                break;
            case VectorWidth.V256:
                GemmCall<double, GemmTiles.Tile6x2V256Double>.Run(alpha, a, b, beta, destination, parallelism, workspace);
                break;
            default:
                GemmCall<double, GemmTiles.Tile6x2V128Double>.Run(alpha, a, b, beta, destination, parallelism, workspace);
                break;
        }
    }

    internal static nuint RequiredScratch<T>(VectorWidth width, int m, int n, int k)
        => (width, typeof(T) == typeof(float)) switch
        {
            (VectorWidth.V512, true) => RequiredScratch<float, GemmTiles.Tile6x4V512Single>(m, n, k),
            (VectorWidth.V256, true) => RequiredScratch<float, GemmTiles.Tile6x2V256Single>(m, n, k),
            (_, true) => RequiredScratch<float, GemmTiles.Tile6x2V128Single>(m, n, k),
            (VectorWidth.V512, false) => RequiredScratch<double, GemmTiles.Tile6x4V512Double>(m, n, k),
            (VectorWidth.V256, false) => RequiredScratch<double, GemmTiles.Tile6x2V256Double>(m, n, k),
            (_, false) => RequiredScratch<double, GemmTiles.Tile6x2V128Double>(m, n, k),
        };

    // Of either form of the product, and of either operand times alpha.
    internal static nuint RequiredScratch<T, TTile>(int m, int n, int k)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TTile : struct, IGemmTile<T>
        => Math.Max(GemmScratch<T, TTile>.Required(m, n, k) + Math.Max(GemmBeside<T, TTile>.RequiredScratch(m, n), GemmBeside<T, TTile>.RequiredScratch(n, m)), GemmDots<T, TTile>.RequiredScratch(m, n, k))
        + (GemmScaling<T>.IsWhole(m, n, k) ? GemmScaling<T>.Length(Math.Min(m, n), k) : 0);
}
