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

    // Single precision is decomposed as it is. At 700 x 512 balanced norms then spread by 4e-7 (in double and rounded: 1.5e-7), objectives at the factors are within 6e-8 of the closed forms,
    // and duality gaps are 1e-5, where 1e-4 is allowed.
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

        using SpanOwner<T> memory = SpanOwner<T>.Allocate(p);
        Converged = Svd.Decompose(matrix, Left.Transposed, memory.Span, Right.Transposed).Converged;
        Conversions.Convert<T, double>(new ReadOnlyMatrixView<T>(memory.Span, 1, p), new MatrixView<double>(Values, 1, p));
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
