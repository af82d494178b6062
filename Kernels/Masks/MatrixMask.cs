using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kernels;

/// <summary>
/// Masks on matrices: by element (dropout of activations, DropConnect of weights), by row, by column, by tile (DropBlock), and by sliding windows.
/// Ids of decisions are logical, row-major, and independent of strides; one decision serves a whole row, column or tile.
/// </summary>
/// <remarks>
/// Several maps under one stream, such as samples or channels, are told apart by <c>start</c>: map number times the number of decisions of a map.
/// A dropped element becomes +0 by selection. Nothing is allocated.
/// </remarks>
public static class MatrixMask
{
    /// <summary>A decision an element, id <c>row * columns + column</c>: a kept one is multiplied by <see cref="KeepRate.Scale"/>.</summary>
    /// <remarks>On an n x r matrix of weights this is DropConnect.</remarks>
    /// <inheritdoc cref="ApplyTiles{T}"/>
    public static int Apply<T>(
        ReadOnlyMatrixView<T> x, ulong seed, ulong stream, ulong start, KeepRate rate, MatrixView<T> destination, MaskMapping mapping = MaskMapping.BytePlanes)
        where T : unmanaged, IFloatingPointIeee754<T>
        => ApplyTiles(x, 1, 1, seed, stream, start, rate, destination, false, mapping);

    /// <summary>A decision a row, id <c>row</c>.</summary>
    /// <inheritdoc cref="ApplyTiles{T}"/>
    public static int ApplyRows<T>(
        ReadOnlyMatrixView<T> x, ulong seed, ulong stream, ulong start, KeepRate rate, MatrixView<T> destination, MaskMapping mapping = MaskMapping.BytePlanes)
        where T : unmanaged, IFloatingPointIeee754<T>
        => ApplyTiles(x, 1, Math.Max(x.Columns, 1), seed, stream, start, rate, destination, false, mapping);

    /// <summary>A decision a column, id <c>column</c>.</summary>
    /// <inheritdoc cref="ApplyTiles{T}"/>
    public static int ApplyColumns<T>(
        ReadOnlyMatrixView<T> x, ulong seed, ulong stream, ulong start, KeepRate rate, MatrixView<T> destination, MaskMapping mapping = MaskMapping.BytePlanes)
        where T : unmanaged, IFloatingPointIeee754<T>
        => ApplyTiles(x, Math.Max(x.Rows, 1), 1, seed, stream, start, rate, destination, false, mapping);

    /// <summary>
    /// DropBlock on a fixed partition: a decision a tile, id <c>(row / tileRows) * ceil(columns / tileColumns) + column / tileColumns</c>; blocks of a vector
    /// are tiles of a matrix of one row.
    /// </summary>
    /// <param name="x">m x n, any strides; in the backward pass, the gradient with respect to the output.</param>
    /// <param name="tileRows">Rows of a tile, at least 1.</param>
    /// <param name="tileColumns">Columns of a tile, at least 1.</param>
    /// <param name="seed">Names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <param name="start">Index of the decision with id 0.</param>
    /// <param name="rate">Probability of keeping.</param>
    /// <param name="destination">m x n; may be <paramref name="x"/> itself, but not overlap it otherwise.</param>
    /// <param name="ragged">Allows smaller tiles at the lower and right edge.</param>
    /// <param name="mapping">Which random bits decide.</param>
    /// <returns>The number of decisions that kept.</returns>
    /// <exception cref="ArgumentException">
    /// The shapes differ, the views overlap without being the same, or the matrix is not made of whole tiles and <paramref name="ragged"/> is false.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A tile has no row or column, the decisions pass index 2^64 - 1, or there is no such mapping.</exception>
    public static int ApplyTiles<T>(
        ReadOnlyMatrixView<T> x, int tileRows, int tileColumns, ulong seed, ulong stream, ulong start, KeepRate rate, MatrixView<T> destination, bool ragged = false,
        MaskMapping mapping = MaskMapping.BytePlanes)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(x, destination, tileRows, tileColumns);
        if (!ragged && (x.Rows % tileRows != 0 || x.Columns % tileColumns != 0))
        {
            throw new ArgumentException($"A {x.Rows} x {x.Columns} matrix is not made of whole {tileRows} x {tileColumns} tiles; pass ragged: true to cut the last ones.", nameof(tileRows));
        }

        if (x.IsEmpty)
        {
            return 0;
        }

        int bands = (x.Rows - 1) / tileRows + 1, across = (x.Columns - 1) / tileColumns + 1;
        CheckRange(start, (ulong)bands * (ulong)across);
        var request = new MaskRequest(seed, stream, start, rate, mapping);
        T scale = T.CreateChecked(rate.Scale);
        bool isLine = tileRows == 1 && tileColumns == 1 && IsTight(x.RowStride, x.ColumnStride, x.Columns) && IsTight(destination.RowStride, destination.ColumnStride, x.Columns);
        return isLine && (long)x.Rows * x.Columns <= int.MaxValue
            ? BernoulliMask.ApplyScaled(KernelInfo.Width, MemoryMarshal.CreateReadOnlySpan(ref x.Origin, x.Rows * x.Columns), request, scale, MemoryMarshal.CreateSpan(ref destination.Origin, x.Rows * x.Columns))
            : TileMask.Apply(x, tileRows, tileColumns, request, scale, destination);
    }

    /// <summary>
    /// DropBlock with sliding windows: every position of a window inside the matrix is a seed with its probability, id row-major among these positions,
    /// and what any seeded window covers is dropped. A kept element is divided by its probability of being kept, <c>(1 - gamma)^n</c> for the n windows
    /// that cover it, so that every mean is one.
    /// </summary>
    /// <remarks>G. Ghiasi, T.-Y. Lin, Q. V. Le, "DropBlock", NeurIPS 2018. Its memory is kept for the thread, so that later calls allocate nothing.</remarks>
    /// <param name="x">m x n, any strides; in the backward pass, the gradient with respect to the output.</param>
    /// <param name="windowRows">Rows of a window, 1 to m.</param>
    /// <param name="windowColumns">Columns of a window, 1 to n.</param>
    /// <param name="seed">Names the run.</param>
    /// <param name="stream">Names the purpose within the run.</param>
    /// <param name="start">Index of the seed with id 0.</param>
    /// <param name="gamma">Probability of a seed, below 1; <see cref="SeedRate"/> finds one for a wanted share of kept elements.</param>
    /// <param name="destination">m x n; may be <paramref name="x"/> itself, but not overlap it otherwise.</param>
    /// <param name="mapping">Which random bits decide.</param>
    /// <returns>The number of elements that were kept.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or the views overlap without being the same.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A window is larger than the matrix, gamma is 1, the seeds pass index 2^64 - 1, or there is no such mapping.
    /// </exception>
    public static int ApplySliding<T>(
        ReadOnlyMatrixView<T> x, int windowRows, int windowColumns, ulong seed, ulong stream, ulong start, KeepRate gamma, MatrixView<T> destination,
        MaskMapping mapping = MaskMapping.BytePlanes)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(x, destination, windowRows, windowColumns);
        CheckWindow(x.Rows, x.Columns, windowRows, windowColumns);
        if (gamma.Threshold > uint.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(gamma), gamma, $"With a seed at every position nothing is kept; gamma must be below 1, not {gamma}.");
        }

        CheckRange(start, (ulong)(x.Rows - windowRows + 1) * (ulong)(x.Columns - windowColumns + 1));
        return new SlidingMask(x.Rows, x.Columns, windowRows, windowColumns, 1 - gamma.Value).Apply(x, new(seed, stream, start, gamma, mapping), destination);
    }

    /// <summary>
    /// The probability of a seed that keeps about a wanted share of the elements: <c>(1 - keep) / (window size) * (matrix size) / (number of positions)</c>
    /// (Ghiasi et al., equation 1).
    /// </summary>
    /// <param name="keep">Wanted share, in (0, 1).</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="windowRows">Rows of a window, 1 to <paramref name="rows"/>.</param>
    /// <param name="windowColumns">Columns of a window, 1 to <paramref name="columns"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A window is larger than the matrix, or no probability below 1 gives so small a share.</exception>
    public static KeepRate SeedRate(double keep, int rows, int columns, int windowRows, int windowColumns)
    {
        CheckWindow(rows, columns, windowRows, windowColumns);
        double gamma = (1 - keep) / ((double)windowRows * windowColumns) * ((double)rows * columns) / ((rows - windowRows + 1.0) * (columns - windowColumns + 1.0));
        return keep is > 0 and < 1 && gamma < 1 ? KeepRate.Of(gamma)
            : throw new ArgumentOutOfRangeException(nameof(keep), keep, $"Keeping {keep} asks for seeds with probability {gamma}; it must lie in (0, 1).");
    }

    private static bool IsTight(int rowStride, int columnStride, int columns) => columnStride == 1 && rowStride == columns;

    private static void Check<T>(ReadOnlyMatrixView<T> x, MatrixView<T> destination, int rows, int columns, [CallerArgumentExpression(nameof(rows))] string rowsName = "", [CallerArgumentExpression(nameof(columns))] string columnsName = "")
        where T : unmanaged
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw Scalar.NotSupported<T>();
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1, rowsName);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1, columnsName);
        ViewShape.CheckSame(x.Rows, x.Columns, destination.Rows, destination.Columns, nameof(destination));
        ViewOverlap.RefuseUnlessSame(x, destination, nameof(x));
    }

    private static void CheckWindow(int rows, int columns, int windowRows, int windowColumns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(windowColumns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(windowRows, rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(windowColumns, columns);
    }

    private static void CheckRange(ulong start, ulong count)
    {
        if (count - 1 > ulong.MaxValue - start)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, $"{count} decisions from index {start} pass the last index, 2^64 - 1.");
        }
    }
}
