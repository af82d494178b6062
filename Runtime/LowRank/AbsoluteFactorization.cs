using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Kernels.Runtime;

/// <summary>Options of <see cref="AbsoluteFactorization"/>.</summary>
public sealed record AbsoluteFactorizationOptions : FactorizationOptions
{
    /// <summary>Options to be set one by one.</summary>
    public AbsoluteFactorizationOptions()
    {
    }

    /// <summary>What every factorization can be told, from other options.</summary>
    [SetsRequiredMembers]
    public AbsoluteFactorizationOptions(FactorizationOptions common)
        : base(common)
    {
    }

    /// <summary>Curvature of the first Huber loss, finite and positive; null means m n / ||Y||_1.</summary>
    public double? FirstGamma { get; init; }

    /// <summary>Factor between the curvatures of two stages; finite and greater than 1.</summary>
    public double GammaFactor { get; init; } = 4;

    /// <summary>Relative gap at which it ends, positive and finite. Gaps fall like one over the curvature, so much less than 1e-4 takes long.</summary>
    public double Accuracy { get; init; } = 1e-4;

    /// <summary>Stages at most; at least 1.</summary>
    public int Stages { get; init; } = 30;

    internal override void Validate()
    {
        base.Validate();
        if (FirstGamma is double gamma)
        {
            Guard.Positive(gamma, nameof(FirstGamma));
        }

        Guard.Positive(GammaFactor - 1, nameof(GammaFactor));
        Guard.Positive(Accuracy, nameof(Accuracy));
        Guard.AtLeast(Stages, 1, nameof(Stages));
        if (Rank is not null)
        {
            throw new ArgumentOutOfRangeException(nameof(Rank), Rank, "Must be null: each stage grows from the factors of the last one.");
        }
    }
}

/// <summary>
/// <c>min over r, U, V of ||Y - U V^T||_1 + lambda sum_i ||u_i||_2 ||v_i||_2</c>: robust PCA in factors. The loss is not differentiable, so it is approached through Huber losses of
/// growing curvature, each started from the factors of the last one, and certified in its own right.
/// </summary>
/// <remarks>
/// The bound is <c>&lt;Z, Y&gt;</c> at <c>Z = clamp(gamma (Y - X), -1, 1)</c> scaled into <c>||Z||_2</c> at most lambda. For more than four digits use
/// <see cref="PrincipalComponentPursuit"/> with mu = 1 / lambda, whose optimum is this one over lambda. Source: Candes, Li, Ma, Wright, JACM 58(3), 2011.
/// </remarks>
public static class AbsoluteFactorization
{
    /// <summary>Solves the problem.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="y">Data, m x n, any strides, finite; not changed.</param>
    /// <param name="options">Lambda, the curvatures, ranks (at most min(m, n)), tolerances and budgets.</param>
    /// <param name="progress">Told after each stage.</param>
    /// <param name="cancellationToken">Ends the stage; the last iterate is returned with its bound.</param>
    /// <returns>The factors; the trace has a point a stage.</returns>
    /// <exception cref="ArgumentException">Data empty or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static FactorizationResult<T> Solve<T>(
        ReadOnlyMatrixView<T> y, AbsoluteFactorizationOptions options, IProgress<SolverProgress>? progress = null, CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Guard.Matrix(y, nameof(y));
        long start = Stopwatch.GetTimestamp();
        int m = y.Rows, n = y.Columns;
        var atoms = new NuclearAtoms<T>(m, n);
        options.ValidateRank(atoms.MostUnits);
        Rescaling scale = Rescaling.For(y);
        T[,] data = y.ToArray(), output = new T[m, n], dual = new T[m, n];
        scale.Apply(y, data);
        double magnitudes = MatrixSums.SumOfMagnitudes<T>(data), bound = 0;
        double gamma = options.FirstGamma is double first ? scale.Up(first) : magnitudes > 0 ? (double)m * n / magnitudes : 1;
        Units<T> units = atoms.NewUnits();
        List<SolverProgress> trace = [];
        long iterations = 0;
        int growths = 0;
        for (int stage = 1; ; stage++, gamma *= options.GammaFactor)
        {
            var loss = new HuberLoss<T>(data, gamma);
            var solver = new HomogeneousSolver<T>(atoms, loss, options, options.Lambda);
            solver.Units.CopyFrom(units);
            HomogeneousReport report = solver.Solve(null, cancellationToken);
            units.CopyFrom(solver.Units);
            iterations += report.Iterations;
            growths += report.Growths;

            // Z is the residual of the Huber loss; the magnitudes are of what is left of Y.
            ((MatrixView<T>)output).Fill(T.Zero);
            if (units.Count > 0)
            {
                atoms.Forward(units, output, options.Parallelism);
            }

            loss.Evaluate(output, dual);
            double along = MatrixReductions.Inner<T>(dual, data), inner = MatrixReductions.Inner<T>(dual, output);
            double objective = Magnitudes<T>(data, output) + options.Lambda * atoms.Price(units);
            bound = Math.Max(bound, along * Math.Min(1, report.PolarUpper > 0 ? options.Lambda / report.PolarUpper : 1));
            SolverStatus status = Certificate.Status(objective, bound, Math.Max(options.Accuracy, options.GapToleranceFor<T>()));
            var look = new SolverProgress(stage, options.Stages, scale.Up(objective), scale.Up(bound), Stopwatch.GetElapsedTime(start))
            {
                Rank = units.Count,
                PolarLower = report.PolarLower,
                PolarUpper = report.PolarUpper,
            };
            trace.Add(look);
            progress?.Report(look);
            if (status != SolverStatus.Optimal && stage < options.Stages && !cancellationToken.IsCancellationRequested)
            {
                continue;
            }

            T[,] u = Factorization.Columns<T>(units.Block(0)), v = Factorization.Columns<T>(units.Block(1));
            scale.UpRoot<T>(u);
            scale.UpRoot<T>(v);
            return new()
            {
                U = u,
                V = v,
                Rank = units.Count,
                Objective = look.Objective,
                LowerBound = look.LowerBound,
                PolarLower = report.PolarLower,
                PolarUpper = report.PolarUpper,
                RadialResidual = scale.Up(options.Lambda * atoms.Price(units) - inner),
                Growths = growths,
                Status = status,
                Stop = status == SolverStatus.Optimal ? StopReason.Converged : cancellationToken.IsCancellationRequested ? StopReason.Cancelled : StopReason.IterationLimit,
                Iterations = iterations,
                Elapsed = look.Elapsed,
                Trace = trace,
            };
        }
    }

    private static double Magnitudes<T>(ReadOnlyMatrixView<T> y, MatrixView<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Elementwise.AddScaled(y, x, -T.One, x);
        return MatrixSums.SumOfMagnitudes<T>(x);
    }
}
