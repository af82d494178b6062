namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>A product with one column or one row as gemv says it: y = op(X) x, where X is the stored, row-major matrix.</summary>
/// <param name="MatrixIsA">X is A and x is B; otherwise the other way round.</param>
/// <param name="Transposed">op transposes.</param>
/// <param name="Rows">Stored rows of X.</param>
/// <param name="Columns">Stored columns of X.</param>
/// <param name="Leading">Elements from one stored row of X to the next.</param>
/// <param name="StepX">Elements from one of x to the next.</param>
/// <param name="StepY">Elements from one of y to the next.</param>
internal sealed record MatrixVector(bool MatrixIsA, bool Transposed, int Rows, int Columns, int Leading, int StepX, int StepY)
{
    /// <summary>Null where neither operand is a vector.</summary>
    internal static MatrixVector? Of(GemmShape shape)
    {
        var (m, n, k, transposedA, transposedB, _, _, _) = shape;
        return n == 1 ? new(true, transposedA, transposedA ? k : m, transposedA ? m : k, shape.LeadingA, transposedB ? 1 : shape.LeadingB, shape.LeadingC)
            : m == 1 ? new(false, !transposedB, transposedB ? n : k, transposedB ? k : n, shape.LeadingB, transposedA ? shape.LeadingA : 1, 1)
            : null;
    }
}
