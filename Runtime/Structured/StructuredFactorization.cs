using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Kernels.Runtime;

/// <summary>Answer of a <see cref="StructuredFactorization"/> seen through a design.</summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed record DesignFactorizationResult<T> : FactorizationResult<T>
    where T : unmanaged
{
    [SetsRequiredMembers]
    internal DesignFactorizationResult(FactorizationResult<T> common, IReadOnlyList<T> intercept)
        : base(common)
        => Intercept = intercept;

    /// <summary>b, one number a column of the data; zeros where none was asked for.</summary>
    public IReadOnlyList<T> Intercept { get; }
}

/// <summary>
/// <c>min over r, U, V of 1/2 ||Y - U V^T||_F^2 + lambda sum_i ||u_i||_a ||v_i||_b</c> for two <see cref="StructuredNorm"/>s: components whose images are sparse and piecewise constant, as
/// in films of cells.
/// </summary>
/// <remarks>
/// Each half step is one gradient and one total-variation map a component. No exact polar is known, so the status is <see cref="SolverStatus.Undecided"/> unless the gap to the nuclear
/// relaxation closes. Source: Haeffele, Young, Vidal, ICML 2014; Haeffele and Vidal, IEEE TPAMI 42(6), 2020 (arXiv:1708.07850).
/// </remarks>
public static class StructuredFactorization
{
    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n (frames by pixels), any strides, finite; not changed.</param>
    /// <param name="u">Norm of the columns of U, of m elements.</param>
    /// <param name="v">Norm of the columns of V, of n elements.</param>
    /// <param name="options">Lambda, ranks (<see cref="FactorizationOptions.MaxRank"/> null means 2 min(m, n)), tolerances and budgets.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    /// <exception cref="ArgumentException">Data empty or not finite, or a graph does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option or a weight is out of range.</exception>
    public static FactorizationResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        StructuredNorm u,
        StructuredNorm v,
        FactorizationOptions options,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        Guard.NotEmpty(y, nameof(y));
        return QuadraticFactorization.Solve(
            y,
            new StructuredAtoms<T>(y.Rows, y.Columns, u, v),
            options with { MaxRank = options.MaxRank ?? MostUnits(y.Rows, y.Columns) },
            progress,
            cancellationToken);
    }

    /// <summary>
    /// The same for data seen through a design: <c>min over r, U, V, b of 1/2 ||Y - D U V^T - 1 b^T||_F^2 + lambda sum_i ||u_i||_a ||v_i||_b</c>, as where the frames of a film are the
    /// spikes of cells convolved with the response of an indicator, over a background.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, t x n (frames by pixels), any strides, finite; not changed.</param>
    /// <param name="design">D, t x k, finite; empty for the identity.</param>
    /// <param name="intercept">Whether each column of Y has an intercept b, which costs nothing.</param>
    /// <param name="u">Norm of the columns of U, of k elements.</param>
    /// <param name="v">Norm of the columns of V, of n elements.</param>
    /// <param name="options">Lambda, ranks (<see cref="FactorizationOptions.MaxRank"/> null means 2 min(k, n)), tolerances and budgets.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    /// <exception cref="ArgumentException">Data empty or not finite, shapes that do not fit, a design that vanishes, or a graph does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option or a weight is out of range.</exception>
    public static DesignFactorizationResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y,
        ReadOnlyMatrixView<T> design,
        bool intercept,
        StructuredNorm u,
        StructuredNorm v,
        FactorizationOptions options,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Guard.Matrix(y, nameof(y));
        Rescaling scale = Rescaling.For(y);
        T[] copy = new T[scale.IsNeeded ? checked(y.Rows * y.Columns) : 0];
        var loss = new DesignLoss<T>(scale.IsNeeded ? scale.Apply(y, new MatrixView<T>(copy, y.Rows, y.Columns)) : y, design, intercept);
        var atoms = new StructuredAtoms<T>(loss.Rows, loss.Columns, u, v);
        FactorizationOptions asked = options with { MaxRank = options.MaxRank ?? MostUnits(loss.Rows, loss.Columns) };
        asked.ValidateRank(atoms.MostUnits);
        Units<T> units = atoms.NewUnits();
        FactorizationResult<T> result = Factorization.Solve(atoms, loss, asked, scale, scale.Down(options.Lambda), 2, progress, cancellationToken, units);
        T[,] x = new T[loss.Rows, loss.Columns];
        if (units.Count > 0)
        {
            atoms.Forward(units, x, options.Parallelism);
        }

        T[] shifts = new T[loss.Columns];
        loss.Intercept(x, shifts);
        scale.Up(new MatrixView<T>(shifts, 1, shifts.Length));
        return new(result, shifts);
    }

    private static int MostUnits(int rows, int columns) => Math.Max(1, Math.Min(checked(rows * columns), 2 * Math.Min(rows, columns)));
}
