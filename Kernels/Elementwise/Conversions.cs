using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Kernels;

/// <summary>From one scalar type to another.</summary>
public static class Conversions
{
    /// <summary><c>destination = x</c> in double precision, exactly.</summary>
    /// <param name="x">Numbers.</param>
    /// <param name="destination">As many; must not overlap x.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public static void Widen(ReadOnlySpan<float> x, Span<double> destination)
    {
        CheckLength(x.Length, destination.Length);
        int i = 0;
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(Vector256.Create(x.Slice(i, Vector256<float>.Count)));
            lower.CopyTo(destination[i..]);
            upper.CopyTo(destination[(i + Vector256<double>.Count)..]);
        }

        for (; i < x.Length; i++)
        {
            destination[i] = x[i];
        }
    }

    /// <summary><c>destination = x</c> in single precision, rounded to the nearest; what is out of range becomes infinite.</summary>
    /// <param name="x">Numbers.</param>
    /// <param name="destination">As many; must not overlap x.</param>
    /// <exception cref="ArgumentException">Lengths differ.</exception>
    public static void Narrow(ReadOnlySpan<double> x, Span<float> destination)
    {
        CheckLength(x.Length, destination.Length);
        int i = 0;
        for (; i <= x.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256.Narrow(Vector256.Create(x.Slice(i, Vector256<double>.Count)), Vector256.Create(x.Slice(i + Vector256<double>.Count, Vector256<double>.Count))).CopyTo(destination[i..]);
        }

        for (; i < x.Length; i++)
        {
            destination[i] = (float)x[i];
        }
    }

    /// <summary><c>destination = x</c>, exactly to double precision and rounded to the nearest to single precision.</summary>
    /// <typeparam name="TFrom"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TTo"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">m x n, any strides.</param>
    /// <param name="destination">m x n, any strides; must not overlap x.</param>
    /// <exception cref="ArgumentException">Shapes differ.</exception>
    public static void Convert<TFrom, TTo>(ReadOnlyMatrixView<TFrom> x, MatrixView<TTo> destination)
        where TFrom : unmanaged, IFloatingPointIeee754<TFrom>
        where TTo : unmanaged, IFloatingPointIeee754<TTo>
    {
        ViewShape.CheckSame(x.Rows, x.Columns, destination.Rows, destination.Columns, nameof(destination));
        if (typeof(TFrom) == typeof(TTo))
        {
            x.CopyTo(Scalar.As<TTo, TFrom>(destination));
        }
        else if (x.ColumnStride == 1 && destination.ColumnStride == 1)
        {
            ConvertRows(x, destination);
        }
        else if (x.RowStride == 1 && destination.RowStride == 1)
        {
            ConvertRows(x.Transposed, destination.Transposed);
        }
        else
        {
            for (int i = 0; i < x.Rows; i++)
            {
                for (int j = 0; j < x.Columns; j++)
                {
                    destination[i, j] = TTo.CreateTruncating(x[i, j]);
                }
            }
        }
    }

    /// <summary>One where a flag is set, zero elsewhere.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="flags">m x n, any strides.</param>
    /// <param name="destination">m x n, any strides.</param>
    /// <exception cref="ArgumentException">Shapes differ.</exception>
    public static void Indicate<T>(ReadOnlyMatrixView<bool> flags, MatrixView<T> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ViewShape.CheckSame(flags.Rows, flags.Columns, destination.Rows, destination.Columns, nameof(destination));
        for (int i = 0; i < flags.Rows; i++)
        {
            for (int j = 0; j < flags.Columns; j++)
            {
                destination[i, j] = flags[i, j] ? T.One : T.Zero;
            }
        }
    }

    private static void ConvertRows<TFrom, TTo>(ReadOnlyMatrixView<TFrom> x, MatrixView<TTo> destination)
        where TFrom : unmanaged, IFloatingPointIeee754<TFrom>
        where TTo : unmanaged, IFloatingPointIeee754<TTo>
    {
        for (int i = 0; i < x.Rows; i++)
        {
            if (typeof(TFrom) == typeof(float))
            {
                Widen(MemoryMarshal.Cast<TFrom, float>(x.Row(i)), MemoryMarshal.Cast<TTo, double>(destination.Row(i)));
            }
            else
            {
                Narrow(MemoryMarshal.Cast<TFrom, double>(x.Row(i)), MemoryMarshal.Cast<TTo, float>(destination.Row(i)));
            }
        }
    }

    private static void CheckLength(int length, int destination)
    {
        if (length != destination)
        {
            throw new ArgumentException($"Must have {length} elements, but has {destination}.", nameof(destination));
        }
    }
}
