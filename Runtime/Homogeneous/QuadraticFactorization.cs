using System.Numerics;

namespace Kernels.Runtime;

// What the systems with 1/2 ||Y - U V^T||_F^2 share: checks, scaling, loss.
internal static class QuadraticFactorization
{
    internal static FactorizationResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y, MatrixAtoms<T> atoms, FactorizationOptions options, IProgress<SolverProgress>? progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Guard.Matrix(y, nameof(y));
        options.ValidateRank(atoms.MostUnits);
        Rescaling scale = Rescaling.For(y);
        T[] copy = new T[scale.IsNeeded ? checked(y.Rows * y.Columns) : 0];
        var loss = new QuadraticLoss<T>(scale.IsNeeded ? scale.Apply(y, new MatrixView<T>(copy, y.Rows, y.Columns)) : y);
        return Factorization.Solve(atoms, loss, options, scale, scale.Down(options.Lambda), 2, progress, cancellation);
    }
}
