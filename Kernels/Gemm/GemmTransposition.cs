using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Kernels;

// destination[p, j] = source[j, p]: blocks of 8 x 8 or 4 x 4 floats and 4 x 4 doubles in registers, the rest element by element. Bits are
// moved, never computed with.
internal static unsafe class GemmTransposition<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int SmallBlock = 4;

    private static int Block => !Avx.IsSupported ? 1 : sizeof(T) == sizeof(float) ? 8 : SmallBlock;

    internal static void Copy(T* source, nint sourceRow, int rows, int columns, T* destination, nint destinationRow)
    {
        int blockRows = 0, blockColumns = 0;
        if (Block > 1)
        {
            blockRows = rows / Block * Block;
            blockColumns = columns / Block * Block;
            CopyBlocks(source, sourceRow, blockRows, blockColumns, destination, destinationRow);
            if (Block > SmallBlock)
            {
                // The strips that large blocks leave at the right and below.
                int smallRows = rows / SmallBlock * SmallBlock, smallColumns = columns / SmallBlock * SmallBlock;
                CopySmallBlocks(source + blockColumns, sourceRow, smallRows, smallColumns - blockColumns, destination + blockColumns * destinationRow, destinationRow);
                CopySmallBlocks(source + blockRows * sourceRow, sourceRow, smallRows - blockRows, blockColumns, destination + blockRows, destinationRow);
                (blockRows, blockColumns) = (smallRows, smallColumns);
            }
        }

        CopyElements(source, sourceRow, 0, blockRows, blockColumns, columns, destination, destinationRow);
        CopyElements(source, sourceRow, blockRows, rows, 0, columns, destination, destinationRow);
    }

    private static void CopyBlocks(T* source, nint sourceRow, int rows, int columns, T* destination, nint destinationRow)
    {
        for (int j = 0; j < rows; j += Block)
        {
            for (int p = 0; p < columns; p += Block)
            {
                CopyBlock(source + j * sourceRow + p, sourceRow, destination + p * destinationRow + j, destinationRow);
            }
        }
    }

    private static void CopySmallBlocks(T* source, nint sourceRow, int rows, int columns, T* destination, nint destinationRow)
    {
        for (int p = 0; p < columns; p += SmallBlock)
        {
            int j = 0;
            for (; j + 2 * SmallBlock <= rows; j += 2 * SmallBlock)
            {
                Copy8x4((float*)(source + j * sourceRow + p), sourceRow, (float*)(destination + p * destinationRow + j), destinationRow);
            }

            for (; j < rows; j += SmallBlock)
            {
                Copy4x4((float*)(source + j * sourceRow + p), sourceRow, (float*)(destination + p * destinationRow + j), destinationRow);
            }
        }
    }

    private static void CopyElements(
        T* source, nint sourceRow, int firstRow, int endRow, int firstColumn, int endColumn, T* destination, nint destinationRow)
    {
        for (int j = firstRow; j < endRow; j++)
        {
            for (int p = firstColumn; p < endColumn; p++)
            {
                destination[p * destinationRow + j] = source[j * sourceRow + p];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyBlock(T* source, nint sourceRow, T* destination, nint destinationRow)
    {
        if (sizeof(T) == sizeof(float))
        {
            Copy8x8((float*)source, sourceRow, (float*)destination, destinationRow);
        }
        else
        {
            Copy4x4((double*)source, sourceRow, (double*)destination, destinationRow);
        }
    }

    // Pairs, then pairs of pairs, then halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy8x8(float* source, nint row, float* destination, nint destinationRow)
    {
        Vector256<float> s0 = Vector256.Load(source), s1 = Vector256.Load(source + row);
        Vector256<float> s2 = Vector256.Load(source + 2 * row), s3 = Vector256.Load(source + 3 * row);
        source += 4 * row;
        Vector256<float> s4 = Vector256.Load(source), s5 = Vector256.Load(source + row);
        Vector256<float> s6 = Vector256.Load(source + 2 * row), s7 = Vector256.Load(source + 3 * row);

        Vector256<double> p01 = Avx.UnpackLow(s0, s1).AsDouble(), q01 = Avx.UnpackHigh(s0, s1).AsDouble();
        Vector256<double> p23 = Avx.UnpackLow(s2, s3).AsDouble(), q23 = Avx.UnpackHigh(s2, s3).AsDouble();
        Vector256<double> p45 = Avx.UnpackLow(s4, s5).AsDouble(), q45 = Avx.UnpackHigh(s4, s5).AsDouble();
        Vector256<double> p67 = Avx.UnpackLow(s6, s7).AsDouble(), q67 = Avx.UnpackHigh(s6, s7).AsDouble();

        Vector256<float> a0 = Avx.UnpackLow(p01, p23).AsSingle(), a1 = Avx.UnpackHigh(p01, p23).AsSingle();
        Vector256<float> a2 = Avx.UnpackLow(q01, q23).AsSingle(), a3 = Avx.UnpackHigh(q01, q23).AsSingle();
        Vector256<float> b0 = Avx.UnpackLow(p45, p67).AsSingle(), b1 = Avx.UnpackHigh(p45, p67).AsSingle();
        Vector256<float> b2 = Avx.UnpackLow(q45, q67).AsSingle(), b3 = Avx.UnpackHigh(q45, q67).AsSingle();

        Avx.Permute2x128(a0, b0, 0x20).Store(destination);
        Avx.Permute2x128(a1, b1, 0x20).Store(destination + destinationRow);
        Avx.Permute2x128(a2, b2, 0x20).Store(destination + 2 * destinationRow);
        Avx.Permute2x128(a3, b3, 0x20).Store(destination + 3 * destinationRow);
        destination += 4 * destinationRow;
        Avx.Permute2x128(a0, b0, 0x31).Store(destination);
        Avx.Permute2x128(a1, b1, 0x31).Store(destination + destinationRow);
        Avx.Permute2x128(a2, b2, 0x31).Store(destination + 2 * destinationRow);
        Avx.Permute2x128(a3, b3, 0x31).Store(destination + 3 * destinationRow);
    }

    // Two blocks of four rows, one in each half.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy8x4(float* source, nint row, float* destination, nint destinationRow)
    {
        float* below = source + 4 * row;
        Vector256<float> s0 = Vector256.Create(Vector128.Load(source), Vector128.Load(below));
        Vector256<float> s1 = Vector256.Create(Vector128.Load(source + row), Vector128.Load(below + row));
        Vector256<float> s2 = Vector256.Create(Vector128.Load(source + 2 * row), Vector128.Load(below + 2 * row));
        Vector256<float> s3 = Vector256.Create(Vector128.Load(source + 3 * row), Vector128.Load(below + 3 * row));
        Vector256<double> p01 = Avx.UnpackLow(s0, s1).AsDouble(), q01 = Avx.UnpackHigh(s0, s1).AsDouble();
        Vector256<double> p23 = Avx.UnpackLow(s2, s3).AsDouble(), q23 = Avx.UnpackHigh(s2, s3).AsDouble();
        Avx.UnpackLow(p01, p23).AsSingle().Store(destination);
        Avx.UnpackHigh(p01, p23).AsSingle().Store(destination + destinationRow);
        Avx.UnpackLow(q01, q23).AsSingle().Store(destination + 2 * destinationRow);
        Avx.UnpackHigh(q01, q23).AsSingle().Store(destination + 3 * destinationRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy4x4(float* source, nint row, float* destination, nint destinationRow)
    {
        Vector128<float> s0 = Vector128.Load(source), s1 = Vector128.Load(source + row);
        Vector128<float> s2 = Vector128.Load(source + 2 * row), s3 = Vector128.Load(source + 3 * row);
        Vector128<float> p01 = Sse.UnpackLow(s0, s1), q01 = Sse.UnpackHigh(s0, s1), p23 = Sse.UnpackLow(s2, s3), q23 = Sse.UnpackHigh(s2, s3);
        Sse.MoveLowToHigh(p01, p23).Store(destination);
        Sse.MoveHighToLow(p23, p01).Store(destination + destinationRow);
        Sse.MoveLowToHigh(q01, q23).Store(destination + 2 * destinationRow);
        Sse.MoveHighToLow(q23, q01).Store(destination + 3 * destinationRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy4x4(double* source, nint row, double* destination, nint destinationRow)
    {
        Vector256<double> s0 = Vector256.Load(source), s1 = Vector256.Load(source + row);
        Vector256<double> s2 = Vector256.Load(source + 2 * row), s3 = Vector256.Load(source + 3 * row);
        Vector256<double> p01 = Avx.UnpackLow(s0, s1), q01 = Avx.UnpackHigh(s0, s1);
        Vector256<double> p23 = Avx.UnpackLow(s2, s3), q23 = Avx.UnpackHigh(s2, s3);
        Avx.Permute2x128(p01, p23, 0x20).Store(destination);
        Avx.Permute2x128(q01, q23, 0x20).Store(destination + destinationRow);
        Avx.Permute2x128(p01, p23, 0x31).Store(destination + 2 * destinationRow);
        Avx.Permute2x128(q01, q23, 0x31).Store(destination + 3 * destinationRow);
    }
}
