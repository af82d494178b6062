using System.Runtime.CompilerServices;

namespace Kernels;

// Views of a type parameter that was found to be a concrete scalar; the JIT folds the test and the cast away.
internal static class Scalar
{
    internal static ReadOnlyMatrixView<TTo> As<TFrom, TTo>(ReadOnlyMatrixView<TFrom> view)
        where TFrom : unmanaged
        where TTo : unmanaged
        => new(ref Unsafe.As<TFrom, TTo>(ref view.Origin), view.Rows, view.Columns, view.RowStride, view.ColumnStride);

    internal static MatrixView<TTo> As<TFrom, TTo>(MatrixView<TFrom> view)
        where TFrom : unmanaged
        where TTo : unmanaged
        => new(ref Unsafe.As<TFrom, TTo>(ref view.Origin), view.Rows, view.Columns, view.RowStride, view.ColumnStride);

    internal static NotSupportedException NotSupported<T>() => new($"Scalars are float and double; {typeof(T)} is neither.");
}
