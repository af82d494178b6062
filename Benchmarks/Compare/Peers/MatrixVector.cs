namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>A product with one column or one row as gemv says it: y = op(X) x, where X is the stored, row-major matrix.</summary>
/// <param name="MatrixIsA">X is A and x is B; otherwise the other way round.</param>
/// <param name="Transposed">op transposes.</param>
/// <param name="Rows">Stored rows of X.</param>
/// <param name="Columns">Stored columns of X, also its leading dimension.</param>
internal sealed record MatrixVector(bool MatrixIsA, bool Transposed, int Rows, int Columns)
{
    /// <summary>Null where neither operand is a vector.</summary>
    internal static MatrixVector? Of(GemmShape shape)
    {
        var (m, n, k, transposedA, transposedB, _, _) = shape;
        return n == 1 ? new(true, transposedA, transposedA ? k : m, transposedA ? m : k)
            : m == 1 ? new(false, !transposedB, transposedB ? n : k, transposedB ? k : n)
            : null;
    }
}
