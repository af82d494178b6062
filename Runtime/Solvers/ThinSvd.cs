using System.Numerics;
using System.Runtime.InteropServices;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

// A thin SVD in workspace memory with the singular vectors as adjacent rows, which is how solvers scale, rotate and gather them.
internal readonly ref struct ThinSvd<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // p x m and p x n, p = min(m, n).
    internal readonly MatrixView<T> Left;
    internal readonly MatrixView<T> Right;

    // In double for the scalar formulas; they belong to the result.
    internal readonly double[] Values;

    // A closed form in the singular values proves nothing when this is false; bounds evaluated from the factors themselves still hold.
    internal readonly bool Converged;

    // Single precision is decomposed in double: rotations in float add up to some twenty units of roundoff (docs/contracts/svd-performance.md), and a
    // relative gap of 1e-6 has room for fewer.
    internal ThinSvd(ReadOnlyMatrixView<T> matrix, SolverWorkspace<T> workspace)
        : this(matrix, workspace, [])
    {
    }

    // With the values in an array that is kept where it is long enough; zeros follow them.
    internal ThinSvd(ReadOnlyMatrixView<T> matrix, SolverWorkspace<T> workspace, ref double[] values)
        : this(matrix, workspace, values)
        => values = Values;

    private ThinSvd(ReadOnlyMatrixView<T> matrix, SolverWorkspace<T> workspace, double[] values)
    {
        int p = Math.Min(matrix.Rows, matrix.Columns);
        Left = workspace.Matrix(p, matrix.Rows);
        Right = workspace.Matrix(p, matrix.Columns);
        Values = values.Length >= p ? values : new double[p];
        Values.AsSpan(p).Clear();
        if (typeof(T) == typeof(double))
        {
            Converged = Svd.Decompose<T>(matrix, Left.Transposed, MemoryMarshal.Cast<double, T>(Values.AsSpan(0, p)), Right.Transposed).Converged;
            return;
        }

        using SpanOwner<double> memory = SpanOwner<double>.Allocate(checked(matrix.Rows * matrix.Columns + p * (matrix.Rows + matrix.Columns)));
        MatrixView<double> wide = new(memory.Span, matrix.Rows, matrix.Columns);
        MatrixView<double> left = new(memory.Span[(matrix.Rows * matrix.Columns)..], p, matrix.Rows), right = new(memory.Span[^(p * matrix.Columns)..], p, matrix.Columns);
        Conversions.Convert(matrix, wide);
        Converged = Svd.Decompose(wide, left.Transposed, Values.AsSpan(0, p), right.Transposed).Converged;
        Conversions.Convert<double, T>(left, Left);
        Conversions.Convert<double, T>(right, Right);
    }

    internal static int WorkspaceFor(int rows, int columns)
    {
        int p = Math.Min(rows, columns);
        return checked(p * rows + p * columns);
    }

    internal int Above(double threshold)
    {
        int count = 0;
        while (count < Values.Length && Values[count] > threshold)
        {
            count++;
        }

        return count;
    }

    // destination (m x r) column i = factors[i] times left vector i; the same for the right one.
    internal void WriteFactor(bool left, ReadOnlySpan<double> factors, MatrixView<T> destination)
    {
        MatrixView<T> vectors = left ? Left : Right;
        for (int i = 0; i < factors.Length; i++)
        {
            Elementwise.Scale<T>(vectors.Slice(i, 0, 1, vectors.Columns), T.CreateChecked(factors[i]), destination.Slice(0, i, vectors.Columns, 1).Transposed);
        }
    }
}
