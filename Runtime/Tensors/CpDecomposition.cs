using System.Numerics;

namespace Kernels.Runtime;

/// <summary>
/// Canonical polyadic decomposition with the product of lengths as price:
/// <c>min over r, X of 1/2 ||T - sum_i x_i^1 o ... o x_i^K||_F^2 + lambda sum_i prod_k ||x_i^k||_2</c>, whose number of components is found and not given.
/// </summary>
/// <remarks>
/// A step costs about <c>2 K r d_1 ... d_K</c> flops. The objective is bounded by the nuclear norms of the unfoldings; the polar is bracketed, so that
/// the status may be <see cref="SolverStatus.Undecided"/>. Source: Haeffele and Vidal, arXiv:1506.07540.
/// </remarks>
public static class CpDecomposition
{
    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="tensor">d_1 ... d_K elements, the last index fastest, finite; not changed.</param>
    /// <param name="sizes">d_1, ..., d_K: at least two, each at least 1.</param>
    /// <param name="options">Lambda, ranks (<see cref="FactorizationOptions.MaxRank"/> null means at most 100), tolerances and budgets.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    /// <returns>The factors X^k (d_k x r), the tensor they make (as a d_1 x (d_2 ... d_K) matrix), and the certificate.</returns>
    /// <exception cref="ArgumentException">Fewer than two sizes, another number of elements than their product, or an element that is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size or an option is out of range.</exception>
    public static UnitsResult<T> Solve<T>(
        ReadOnlySpan<T> tensor, ReadOnlySpan<int> sizes, FactorizationOptions options, IProgress<SolverProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        var atoms = new TensorAtoms<T>(sizes.ToArray());
        if (tensor.Length != atoms.MostUnits)
        {
            throw new ArgumentException($"Must have {string.Join(" x ", sizes.ToArray())} = {atoms.MostUnits} elements, but has {tensor.Length}.", nameof(tensor));
        }

        var matrix = new ReadOnlyMatrixView<T>(tensor, atoms.Rows, atoms.Columns);
        Guard.Matrix(matrix, nameof(tensor));
        options.Validate();
        Rescaling scale = Rescaling.For(matrix);
        T[] copy = new T[scale.IsNeeded ? tensor.Length : 0];
        ReadOnlyMatrixView<T> data = scale.IsNeeded ? scale.Apply(matrix, new MatrixView<T>(copy, matrix.Rows, matrix.Columns)) : matrix;
        FactorizationOptions asked = options with { Lambda = scale.Down(options.Lambda), MaxRank = options.MaxRank ?? Math.Min(atoms.MostUnits, 100) };
        UnitsResult<T> result = Factorization.SolveUnits(atoms, new QuadraticLoss<T>(data), asked, Factorization.Rescaled.Around(progress, scale, 2), cancellationToken);
        return scale.IsNeeded ? Up(result, scale) : result;
    }

    // All of the scale into the first factor, which is exact.
    private static UnitsResult<T> Up<T>(UnitsResult<T> result, Rescaling scale)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        scale.Up(result.Blocks[0].AsView());
        scale.Up(result.Output.AsView());
        return result with
        {
            Objective = scale.UpSquared(result.Objective),
            LowerBound = scale.UpSquared(result.LowerBound),
            PolarLower = scale.Up(result.PolarLower),
            PolarUpper = scale.Up(result.PolarUpper),
            RadialResidual = scale.UpSquared(result.RadialResidual),
            Trace = [.. result.Trace.Select(point => Factorization.Rescaled.Of(point, scale, 2))],
        };
    }
}
