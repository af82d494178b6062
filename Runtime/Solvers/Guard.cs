using System.Globalization;
using System.Numerics;

namespace Kernels.Runtime;

// One clear error for each kind of bad input; it names the argument and the value.
internal static class Guard
{
    internal static void Matrix<T>(ReadOnlyMatrixView<T> matrix, string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        NotEmpty(matrix, name);
        if (FiniteCheck.TryFindNonFinite(matrix, out int row, out int column))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Must be finite, but is {matrix[row, column]} at row {row}, column {column} (counted from 0)."), name);
        }
    }

    internal static void NotEmpty<T>(ReadOnlyMatrixView<T> matrix, string name)
        where T : unmanaged
    {
        if (matrix.IsEmpty)
        {
            throw new ArgumentException($"Must have at least one row and one column, but is {matrix.Rows} x {matrix.Columns}.", name);
        }
    }

    internal static void Matrix<T>(ReadOnlyMatrixView<T> matrix, int rows, int columns, string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Shape(matrix, rows, columns, name);
        Matrix(matrix, name);
    }

    internal static void Shape<T>(ReadOnlyMatrixView<T> matrix, int rows, int columns, string name)
        where T : unmanaged
    {
        if (matrix.Rows != rows || matrix.Columns != columns)
        {
            throw new ArgumentException($"Must be {rows} x {columns}, but is {matrix.Rows} x {matrix.Columns}.", name);
        }
    }

    internal static void RankAtMost(int rank, int rows, int columns, string name)
        => Require(rank >= 1 && rank <= Math.Min(rows, columns), rank, $"must lie between 1 and {Math.Min(rows, columns)} for a {rows} x {columns} matrix", name);

    internal static void NotNegative(double value, string name)
        => Require(value >= 0 && double.IsFinite(value), value, "must be finite and not negative", name);

    internal static void Positive(double value, string name)
        => Require(value > 0 && double.IsFinite(value), value, "must be finite and positive", name);

    internal static void AtLeast(long value, long least, string name)
        => Require(value >= least, value, $"must be at least {least}", name);

    internal static void AtMost(long value, long most, string name)
        => Require(value <= most, value, $"must be at most {most} for data of this shape", name);

    internal static void Probability(double theta, string name)
        => Require(theta is > 0 and <= 1, theta, "is a probability of keeping and must lie in (0, 1]", name);

    // At 2^-33 and below the drawn rate rounds to zero and nothing would ever be kept.
    internal static void KeepRate(double theta, string name)
        => Require(theta > 1.0 / (1L << 33) && theta <= 1, theta, "is a probability of keeping and must lie in (0, 1], above 2^-33", name);

    private static void Require<TValue>(bool holds, TValue value, string rule, string name)
        where TValue : IFormattable
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} {rule}, but is {value}."));
        }
    }
}
