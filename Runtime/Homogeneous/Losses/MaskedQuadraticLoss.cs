using System.Numerics;

namespace Kernels.Runtime;

/// <summary><c>l(X) = 1/2 ||P(Y - X)||_F^2</c>, where P keeps the elements that were seen. What Y holds elsewhere is never computed with.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed class MaskedQuadraticLoss<T> : ConvexLoss<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly T[] _y;
    private readonly T[] _seen;

    /// <summary>The loss of the seen elements of Y.</summary>
    /// <param name="y">Y, m x n, finite where it was seen; copied.</param>
    /// <param name="seen">m x n, true where Y was seen; copied.</param>
    /// <exception cref="ArgumentException">Shapes differ, nothing was seen, or a seen element is not finite.</exception>
    public MaskedQuadraticLoss(ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<bool> seen)
        : base(y.Rows, y.Columns)
    {
        Guard.Shape(seen, y.Rows, y.Columns, nameof(seen));
        _y = new T[checked(y.Rows * y.Columns)];
        _seen = new T[_y.Length];
        y.CopyTo(new MatrixView<T>(_y, Rows, Columns));
        Conversions.Indicate(seen, new MatrixView<T>(_seen, Rows, Columns));
        SeenCount = _seen.Length - _seen.AsSpan().Count(T.Zero);
        if (SeenCount == 0)
        {
            throw new ArgumentException($"Must show at least one element, but all {y.Rows} x {y.Columns} are hidden.", nameof(seen));
        }

        // y - 0 where it was seen: zeros, and no NaN, elsewhere.
        Losses.MaskedDifference<T>(_y, new T[_y.Length], _seen, _y);
        Guard.Matrix(Target, nameof(y));
        Scale = Math.Sqrt(MatrixReductions.SumOfSquares(Target));
    }

    /// <summary>Number of elements that were seen.</summary>
    public int SeenCount { get; }

    /// <inheritdoc/>
    public override double Lipschitz => 1;

    /// <inheritdoc/>
    public override double Scale { get; }

    /// <summary>True when a whole row or column was hidden; there X is zero.</summary>
    public bool HasHiddenLines
    {
        get
        {
            double[] rows = new double[Rows], columns = new double[Columns];
            var seen = new ReadOnlyMatrixView<T>(_seen, Rows, Columns);
            MatrixReductions.SumsOfSquaresOfRows(seen, rows);
            MatrixReductions.SumsOfSquaresOfRows(seen.Transposed, columns);
            return rows.Contains(0) || columns.Contains(0);
        }
    }

    /// <summary>Y with zeros where it was not seen.</summary>
    public ReadOnlyMatrixView<T> Target => new(_y, Rows, Columns);

    /// <inheritdoc/>
    public override double Evaluate(ReadOnlyMatrixView<T> x, MatrixView<T> residual)
    {
        for (int i = 0; i < Rows; i++)
        {
            Losses.MaskedDifference(Target.Row(i), x.Row(i), _seen.AsSpan(i * Columns, Columns), residual.Row(i));
        }

        return MatrixReductions.SumOfSquares<T>(residual) / 2;
    }

    /// <inheritdoc/>
    /// <remarks><c>-l^*(-Z) = &lt;Z, Y&gt; - 1/2 ||Z||_F^2</c> for Z that is zero where Y was not seen, as R is.</remarks>
    public override double DualBound(ReadOnlyMatrixView<T> residual, double value, double inner, double largest)
        => Along(MatrixReductions.Inner(residual, Target), MatrixReductions.SumOfSquares(residual), largest);
}
