using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// Sweeps over a small matrix itself, in lanes from the first element to the last: A W = U diag(sigma), V = W. Singular values closer together than 2^16 only, so
// that nothing needs to be scaled pair by pair; other matrices are left to a QR with pivoting.
internal static unsafe class DirectSvd<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Up to so many columns sweeps cost less than a start from the Gram matrix.
    private static int MostColumns => typeof(T) == typeof(double) ? 24 : 32;

    // Sweeps over columns this many times longer than R's pay for any QR.
    private const int TallRatio = 2;

    // Eight are usual.
    private const int MaxSweeps = 16;

    private static T LeastRatio => T.ScaleB(T.One, -16);

    // No column is ever shorter than the smallest singular value, and the longest has an element of at least one.
    private static T Shortest => T.ScaleB(T.One, -17);

    // By shape alone: the same steps for the same shape on every host.
    internal static bool Suits(int rows, int columns) => columns >= 2 && columns <= MostColumns && rows / TallRatio < columns;

    internal static long Length(int rows, int columns) => ((long)(rows + columns + 4) * StrideOf(columns)) + AlignedMemory.Slack<T>();

    // Whole cache lines, and so whole vectors.
    private static int StrideOf(int columns) => (columns + (64 / sizeof(T)) - 1) / (64 / sizeof(T)) * (64 / sizeof(T));

    // False, and nothing is written, when the values spread further or there are more sweeps to do. The arguments are those of JacobiSvd.
    [SkipLocalsInit]
    internal static bool TryDecompose<TKernels>(
        ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, bool vectors, Span<T> memory, out SvdInfo info)
        where TKernels : struct, IFactorKernels<T>
    {
        int rows = a.Rows, columns = a.Columns, all = vectors ? rows + columns : rows, stride = StrideOf(columns);
        fixed (T* start = memory)
        {
            // Below the rows of A are those of V.
            T* x = AlignedMemory.Align<T>(start), right = x + (rows * stride), numbers = x + (all * stride);
            new Span<T>(x, all * stride).Clear();
            Load(a, x, stride);
            if (!TryScale(x, rows * stride, out int exponent))
            {
                info = default;
                return false;
            }

            for (int j = 0; vectors && j < columns; j++)
            {
                right[(j * stride) + j] = T.One;
            }

            info = Sweeps<TKernels>(x, stride, rows, all, columns, numbers);
            int* places = stackalloc int[columns];
            T* lengths = numbers, factors = numbers + stride;
            if (!info.Converged || !TrySort(x, stride, rows, columns, lengths, factors, places))
            {
                return false;
            }

            for (int k = 0; k < columns; k++)
            {
                singularValues[k] = T.ScaleB(lengths[k], exponent);
                factors[k] = T.One / lengths[k];
            }

            if (vectors)
            {
                Store(x, stride, places, factors, u);
                Store(right, stride, places, null, v);
            }

            return true;
        }
    }

    private static void Load(ReadOnlyMatrixView<T> a, T* x, int stride)
    {
        ref T from = ref a.Origin;
        nint row = a.RowStride, column = a.ColumnStride;
        for (int i = 0; i < a.Rows; i++, x += stride)
        {
            for (int j = 0; j < a.Columns; j++)
            {
                x[j] = Unsafe.Add(ref from, (i * row) + (j * column));
            }
        }
    }

    // To a largest element in [1, 2), by a power of two; false when all are zero.
    private static bool TryScale(T* elements, int count, out int exponent)
    {
        Span<T> all = new(elements, count);
        T largest = Reductions.MaxMagnitude(all);
        exponent = largest == T.Zero ? 0 : T.ILogB(largest);
        int first = Math.Clamp(-exponent, -SvdScaling.LargestExponent<T>(), SvdScaling.LargestExponent<T>()), second = -exponent - first;
        Elementwise.Scale(all, T.ScaleB(T.One, first), all);
        if (second != 0)
        {
            Elementwise.Scale(all, T.ScaleB(T.One, second), all);
        }

        return largest != T.Zero;
    }

    // Until a sweep finds nothing to rotate.
    private static SvdInfo Sweeps<TKernels>(T* x, int stride, int rows, int all, int columns, T* numbers)
        where TKernels : struct, IFactorKernels<T>
    {
        T* c = numbers, s = c + stride, largest = s + stride, counts = largest + stride;
        double tolerance = JacobiSweeps.Tolerance<T>(rows), rotations = 0;
        for (int sweep = 1; ; sweep++)
        {
            new Span<T>(largest, 2 * stride).Clear();
            JacobiDispatch<T>.Sweep(TKernels.Width, x, stride, rows, all, columns, largest, counts, T.CreateChecked(tolerance), Shortest, c, s);
            T square = T.Zero, count = T.Zero;
            for (int j = 0; j < columns; j++)
            {
                square = T.Max(square, largest[j]);
                count += counts[j];
            }

            bool accurate = T.IsFinite(count), converged = count == T.Zero;
            rotations += accurate ? double.CreateChecked(count) : 0;
            if (converged || !accurate || sweep == MaxSweeps)
            {
                return new(converged, sweep, (long)rotations, double.CreateChecked(T.Sqrt(square)));
            }
        }
    }

    // Lengths of the columns in descending order and which column each is; false when they spread too far.
    private static bool TrySort(T* x, int stride, int rows, int columns, T* lengths, T* squares, int* places)
    {
        new Span<T>(squares, columns).Clear();
        for (int i = 0; i < rows; i++, x += stride)
        {
            for (int j = 0; j < columns; j++)
            {
                squares[j] = T.FusedMultiplyAdd(x[j], x[j], squares[j]);
            }
        }

        for (int j = 0; j < columns; j++)
        {
            T length = T.Sqrt(squares[j]);
            int k = j;
            for (; k > 0 && lengths[k - 1] < length; k--)
            {
                lengths[k] = lengths[k - 1];
                places[k] = places[k - 1];
            }

            lengths[k] = length;
            places[k] = j;
        }

        return lengths[columns - 1] >= LeastRatio * lengths[0];
    }

    // Columns in the order of their places, each times its factor if there are any.
    private static void Store(T* rows, nint stride, int* places, T* factors, MatrixView<T> destination)
    {
        ref T to = ref destination.Origin;
        nint row = destination.RowStride, column = destination.ColumnStride;
        for (int k = 0; k < destination.Columns; k++)
        {
            T factor = factors == null ? T.One : factors[k];
            T* from = rows + places[k];
            for (int i = 0; i < destination.Rows; i++, from += stride)
            {
                Unsafe.Add(ref to, (i * row) + (k * column)) = factor * *from;
            }
        }
    }
}
