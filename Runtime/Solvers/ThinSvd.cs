using System.Numerics;

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

    internal ThinSvd(ReadOnlyMatrixView<T> matrix, SolverWorkspace<T> workspace)
    {
        int p = Math.Min(matrix.Rows, matrix.Columns);
        Left = workspace.Matrix(p, matrix.Rows);
        Right = workspace.Matrix(p, matrix.Columns);
        Span<T> values = workspace.Vector(p);
        Converged = Svd.Decompose(matrix, Left.Transposed, values, Right.Transposed).Converged;
        Values = new double[p];
        for (int i = 0; i < p; i++)
        {
            Values[i] = double.CreateChecked(values[i]);
        }
    }

    internal static int WorkspaceFor(int rows, int columns)
    {
        int p = Math.Min(rows, columns);
        return checked(p * rows + p * columns + p);
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
