using System.Numerics;
using CommunityToolkit.HighPerformance;

namespace Kernels.Runtime;

/// <summary>
/// <c>min over r, U, V of l(U V^T) + lambda sum_i theta(u_i, v_i)</c> for a loss and a regularizer of your choice: the engine of
/// <see cref="FactorizedLowRank"/>, <see cref="MatrixCompletion"/>, <see cref="NonNegativeFactorization"/>, <see cref="DictionaryLearning"/> and
/// <see cref="HuberFactorization"/>, and the way to a regularizer or a loss of your own.
/// </summary>
/// <remarks>Source: Haeffele and Vidal, "Structured low-rank matrix factorization: global optimality, algorithms, and applications", IEEE TPAMI 42(6), 2020.</remarks>
public static class Factorization
{
    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="atoms">The regularizer, for m x n matrices.</param>
    /// <param name="loss">The loss, for m x n matrices.</param>
    /// <param name="options">Lambda, ranks, tolerances and budgets.</param>
    /// <param name="progress">Told at each look at the certificate.</param>
    /// <param name="cancellationToken">Ends the descent; the last iterate is returned with its bound.</param>
    /// <exception cref="ArgumentException">The loss is for matrices of another shape, or atoms or prices are not of the degree of the number of blocks, looked at with one random unit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static FactorizationResult<T> Solve<T>(
        MatrixAtoms<T> atoms,
        ConvexLoss<T> loss,
        FactorizationOptions options,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(atoms, loss, options);
        return Solve(atoms, loss, options, default, options.Lambda, 2, progress, cancellationToken);
    }

    /// <summary>Solves the problem for units of any number of blocks.</summary>
    /// <inheritdoc cref="Solve{T}(MatrixAtoms{T}, ConvexLoss{T}, FactorizationOptions, IProgress{SolverProgress}?, CancellationToken)"/>
    public static UnitsResult<T> SolveUnits<T>(
        AtomFamily<T> atoms,
        ConvexLoss<T> loss,
        FactorizationOptions options,
        IProgress<SolverProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(atoms, loss, options);
        var solver = new HomogeneousSolver<T>(atoms, loss, options, options.Lambda);
        HomogeneousReport report = solver.Solve(progress, cancellationToken);
        T[,] output = new T[atoms.Rows, atoms.Columns];
        if (solver.Units.Count > 0)
        {
            atoms.Forward(solver.Units, output, options.Parallelism);
        }

        return new()
        {
            Blocks = [.. Enumerable.Range(0, atoms.Blocks).Select(k => new Memory2D<T>(Columns<T>(solver.Units.Block(k))))],
            Output = output,
            Rank = solver.Units.Count,
            Objective = report.Objective,
            LowerBound = report.LowerBound,
            PolarLower = report.PolarLower,
            PolarUpper = report.PolarUpper,
            RadialResidual = report.RadialResidual,
            Status = report.Status,
            Stop = report.Stop,
            Iterations = report.Iterations,
            Growths = report.Growths,
            Elapsed = report.Elapsed,
            Trace = report.Trace,
        };
    }

    private static void Check<T>(AtomFamily<T> atoms, ConvexLoss<T> loss, FactorizationOptions options)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(atoms);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(options);
        if ((atoms.Rows, atoms.Columns) != (loss.Rows, loss.Columns))
        {
            throw new ArgumentException($"Must be for {atoms.Rows} x {atoms.Columns} matrices like the atoms, but is for {loss.Rows} x {loss.Columns}.", nameof(loss));
        }

        options.Validate();
        options.ValidateRank(atoms.MostUnits);
        CheckDegree(atoms);
    }

    // Looked at with one random unit and its double: the certificate rests on atoms and prices of one degree.
    private static void CheckDegree<T>(AtomFamily<T> atoms)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Units<T> unit = atoms.NewUnits();
        unit.Resize(1);
        atoms.Randomize(unit, 0);
        T[,] once = new T[atoms.Rows, atoms.Columns], twice = new T[atoms.Rows, atoms.Columns];
        atoms.Forward(unit, once, Parallelism.Sequential);
        double price = atoms.Price(unit, 0), factor = Math.ScaleB(1, atoms.Blocks), tolerance = factor * (typeof(T) == typeof(float) ? 1e-4 : 1e-10);
        for (int k = 0; k < atoms.Blocks; k++)
        {
            Elementwise.Scale<T>(unit.Elements(k), T.One + T.One, unit.Elements(k));
        }

        atoms.Forward(unit, twice, Parallelism.Sequential);
        Elementwise.AddScaled<T>(twice, once, T.CreateChecked(-factor), twice);
        bool holds = Math.Sqrt(MatrixReductions.SumOfSquares<T>(twice)) <= tolerance * Math.Sqrt(MatrixReductions.SumOfSquares<T>(once));
        if (!holds || !(Math.Abs(atoms.Price(unit, 0) - factor * price) <= tolerance * price))
        {
            throw new ArgumentException(
                $"Must have {(holds ? "a price" : "atoms")} of degree {atoms.Blocks}, the number of blocks, but twice a unit does not give {factor} times the {(holds ? "price" : "atom")}.", nameof(atoms));
        }
    }

    // For data that were scaled: the loss and lambda are those of the scaled problem, whose objective is of the given degree in the data. carried: units to start from, and then those
    // of the answer.
    internal static FactorizationResult<T> Solve<T>(
        MatrixAtoms<T> atoms,
        ConvexLoss<T> loss,
        FactorizationOptions options,
        Rescaling scale,
        double lambda,
        int degree,
        IProgress<SolverProgress>? progress,
        CancellationToken cancellationToken,
        Units<T>? carried = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var solver = new HomogeneousSolver<T>(atoms, loss, options, lambda);
        if (carried is not null)
        {
            solver.Units.CopyFrom(carried);
        }

        HomogeneousReport report = solver.Solve(Rescaled.Around(progress, scale, degree), cancellationToken);
        carried?.CopyFrom(solver.Units);
        T[,] u = Columns<T>(solver.Units.Block(0)), v = Columns<T>(solver.Units.Block(1));
        scale.UpRoot<T>(u);
        scale.UpRoot<T>(v);
        return new()
        {
            U = u,
            V = v,
            Rank = solver.Units.Count,
            Objective = scale.Up(report.Objective, degree),
            LowerBound = scale.Up(report.LowerBound, degree),
            PolarLower = scale.Up(report.PolarLower, degree - 1),
            PolarUpper = scale.Up(report.PolarUpper, degree - 1),
            RadialResidual = scale.Up(report.RadialResidual, degree),
            Status = report.Status,
            Stop = report.Stop,
            Iterations = report.Iterations,
            Growths = report.Growths,
            Elapsed = report.Elapsed,
            Trace = [.. report.Trace.Select(point => Rescaled.Of(point, scale, degree))],
        };
    }

    internal static T[,] Columns<T>(ReadOnlyMatrixView<T> rows)
        where T : unmanaged
    {
        var columns = new T[rows.Columns, rows.Rows];
        rows.Transposed.CopyTo(columns);
        return columns;
    }

    internal sealed class Rescaled(IProgress<SolverProgress> inner, Rescaling scale, int degree) : IProgress<SolverProgress>
    {
        public void Report(SolverProgress value) => inner.Report(Of(value, scale, degree));

        internal static IProgress<SolverProgress>? Around(IProgress<SolverProgress>? inner, Rescaling scale, int degree)
            => inner is null || !scale.IsNeeded ? inner : new Rescaled(inner, scale, degree);

        internal static SolverProgress Of(SolverProgress point, Rescaling scale, int degree)
            => point with
            {
                Objective = scale.Up(point.Objective, degree),
                LowerBound = scale.Up(point.LowerBound, degree),
                PolarLower = scale.Up(point.PolarLower, degree - 1),
                PolarUpper = scale.Up(point.PolarUpper, degree - 1),
            };
    }
}
