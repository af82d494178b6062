using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// A C of few elements, whose chains would wait for themselves, with adjacent columns of B: k in eight slices, whose chains run side by side. Slice l takes the products
// p = l, l + 8, l + 16, ...; then halves of the slices are added until one is left, and c = round(alpha sum) + round(beta c).
internal static unsafe class GemmSlices<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // One column has nothing beside it; of the two ways it is a row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsOriented(int m, int n, nint bColumn) => bColumn == 1 && n > 1 && m <= TTile.SliceRows && n <= TTile.SlicedElements && m * n <= TTile.SlicedElements;

    internal static GemmProblem<T> Oriented(in GemmProblem<T> problem) => IsOriented(problem.M, problem.N, problem.B.Column) ? problem : problem.Transposed;

    internal static void MultiplyOriented(
        T alpha, int m, int n, int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, nint bColumn, T beta, T* c, nint cRow, nint cColumn)
    {
        if (IsOriented(m, n, bColumn))
        {
            Multiply(alpha, m, n, k, a, aRow, aColumn, b, bRow, beta, c, cRow, cColumn);
        }
        else
        {
            // The transposed product.
            Multiply(alpha, n, m, k, b, bColumn, bRow, a, aColumn, beta, c, cColumn, cRow);
        }
    }

    internal static void Multiply(in GemmProblem<T> problem)
        => Multiply(
            problem.A.Scale * problem.B.Scale, problem.M, problem.N, problem.K, problem.A.Origin, problem.A.Row, problem.A.Column, problem.B.Origin, problem.B.Row,
            problem.Beta, problem.C, problem.CRow, problem.CColumn);

    [SkipLocalsInit]
    internal static void Multiply(T alpha, int m, int n, int k, T* a, nint aRow, nint aColumn, T* b, nint bRow, T beta, T* c, nint cRow, nint cColumn)
    {
        Unsafe.SkipInit(out GemmTileArguments<T> arguments);
        arguments.Depth = (nuint)k;
        arguments.A = a;
        arguments.ARow = aRow;
        arguments.ADepth = aColumn;
        arguments.B = b;
        arguments.BDepth = bRow;
        arguments.Alpha = alpha;
        arguments.Beta = beta;
        arguments.C = c;
        arguments.CRow = cRow;
        arguments.CColumn = cColumn;
        if (n == GemmDots<T, TTile>.QuadColumns && bRow == n && aColumn == 1 && TTile.QuadSliceRows > 0 && TTile.HasMasks)
        {
            Quads(&arguments, m);
            return;
        }

        int vectors = (n + TTile.Lanes - 1) / TTile.Lanes;
        TTile.Slices(m, vectors, n - (vectors - 1) * TTile.Lanes, &arguments);
    }

    private static void Quads(GemmTileArguments<T>* arguments, int m)
    {
        for (int rows; m > 0; m -= rows)
        {
            rows = Math.Min(TTile.QuadSliceRows, m);
            TTile.QuadSlices(rows, arguments);
            arguments->A += rows * arguments->ARow;
            arguments->C += rows * arguments->CRow;
        }
    }
}
