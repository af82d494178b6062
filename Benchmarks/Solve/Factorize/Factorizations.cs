using System.Globalization;
using System.Numerics;
using CommunityToolkit.HighPerformance;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve.Factorize;

/// <summary>The systems behind the commands: data and options in, an outcome to look at out.</summary>
internal static class Factorizations
{
    internal delegate FactorizeOutcome System<T>(T[,] y, FactorizeRequest request, IProgress<SolverProgress> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>;

    // Without a weight: a tenth of the smallest one whose answer is zero, a picture's worth of components.
    internal const double DefaultShare = 0.1;

    // Of a completion less: what is hidden takes away more of the small values than of the largest.
    private const double DefaultShareOfSeen = 0.03;

    internal static FactorizeOutcome LowRank<T>(T[,] y, FactorizeRequest request, IProgress<SolverProgress> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double lambda = request.Lambda ?? DefaultShare * Spectra.Largest(y);
        var result = FactorizedLowRank.Solve<T>(y, Options(request, lambda), progress, cancellation);
        return Outcome("minimize over r, U, V:  ½ ‖Y − UVᵀ‖² + λ Σᵢ ‖uᵢ‖ ‖vᵢ‖", request, lambda, [], result, y, [("the data", Spectra.ToDouble(y))], lambda);
    }

    internal static FactorizeOutcome Complete<T>(T[,] y, FactorizeRequest request, IProgress<SolverProgress> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        bool[,] seen = Spectra.Seen(y, request.Hide, (ulong)request.Seed, out T[,] shown, out double[,] drawn);
        double lambda = request.Lambda ?? DefaultShareOfSeen * Spectra.Largest(shown);
        MatrixCompletionResult<T> result;
        try
        {
            result = MatrixCompletion.Solve<T>(y, seen, Options(request, lambda), progress, cancellation);
        }
        catch (ArgumentException e) when (e.ParamName == "seen")
        {
            throw new BadInputException($"{request.Input}: every element is hidden.");
        }

        double[,] completed = Spectra.Product(result.U, result.V, y.GetLength(0), y.GetLength(1));
        List<(string, string)> details = [("elements seen", $"{seen.Cast<bool>().Count(one => one)} of {y.Length}")];
        if (Spectra.HiddenError(y, seen, completed) is { } error)
        {
            details.Add(("root mean square error where hidden", error.ToString("G4", CultureInfo.InvariantCulture)));
        }

        if (result.HasHiddenLines)
        {
            details.Add(("warning", "a whole row or column is hidden; it is completed with zeros"));
        }

        return Outcome(
            "minimize over r, U, V:  ½ Σ over seen (Y − UVᵀ)² + λ Σᵢ ‖uᵢ‖ ‖vᵢ‖", request, lambda, details, result, shown, [("what was seen", drawn), ("completed", completed)], lambda);
    }

    internal static FactorizeOutcome NonNegative<T>(T[,] y, FactorizeRequest request, IProgress<SolverProgress> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double lambda = request.Lambda ?? DefaultShare * Spectra.Largest(y);
        var result = NonNegativeFactorization.Solve<T>(y, Options(request, lambda), progress, cancellation);
        return Outcome("minimize over r, U ≥ 0, V ≥ 0:  ½ ‖Y − UVᵀ‖² + λ Σᵢ ‖uᵢ‖ ‖vᵢ‖", request, lambda, [], result, y, [("the data", Spectra.ToDouble(y))], null);
    }

    internal static FactorizeOutcome Dictionary<T>(T[,] y, FactorizeRequest request, IProgress<SolverProgress> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double gamma = request.Gamma ?? 0.1, lambda = request.Lambda ?? DefaultShare * Spectra.Largest(y);
        var options = new DictionaryLearningOptions(Options(request, lambda)) { Gamma = gamma };
        var result = DictionaryLearning.Solve<T>(y, options, progress, cancellation);
        double zeros = Spectra.ToDouble(result.V).Cast<double>().Count(entry => entry == 0);
        return Outcome(
            "minimize over r, U, V:  ½ ‖Y − UVᵀ‖² + λ Σᵢ ‖uᵢ‖ (‖vᵢ‖ + γ ‖vᵢ‖₁)",
            request,
            lambda,
            [("gamma", SolveOutcome<T>.Number(gamma)), ("share of zeros in the codes", (zeros / Math.Max(1, result.V.Length)).ToString("P1", CultureInfo.InvariantCulture))],
            result,
            y,
            [("the data", Spectra.ToDouble(y))],
            null);
    }

    internal static FactorizeOutcome Pursuit<T>(T[,] y, FactorizeRequest request, IProgress<SolverProgress> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[,] noisy = Spectra.SaltAndPepper(y, request.Noise, (ulong)request.Seed);
        var options = new PrincipalComponentPursuitOptions { Mu = request.Mu, Parallelism = Parallelism.Of(request.Threads), GapTolerance = 1e-4 };
        var result = PrincipalComponentPursuit.Solve<T>(noisy, options, progress, cancellation);
        double[,] low = Spectra.ToDouble(result.LowRank), sparse = Spectra.ToDouble(result.Sparse);
        return new(
            "minimize over L + S = Y:  ‖L‖∗ + μ ‖S‖₁",
            [("mu", SolveOutcome<T>.Number(result.Mu)), .. Noise(request)],
            result,
            [("rank of L", $"{result.Rank}"), ("elements of S beyond a thousandth", $"{sparse.Cast<double>().Count(s => Math.Abs(s) > 1e-3 * Math.Max(1e-300, Spectra.Most(noisy)))} of {y.Length}"), .. CleanError(y, request, low)],
            [("U", Spectra.ToDouble(result.U)), ("V", Spectra.ToDouble(result.V))],
            [("given", Spectra.ToDouble(noisy)), ("low-rank part L", low), ("sparse part S", sparse)],
            (Spectra.Values(noisy), Spectra.Values(result.LowRank.ToArray()), null));
    }

    internal static FactorizeOutcome Huber<T>(T[,] y, FactorizeRequest request, IProgress<SolverProgress> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[,] noisy = Spectra.SaltAndPepper(y, request.Noise, (ulong)request.Seed);
        double lambda = request.Lambda ?? Math.Sqrt(Math.Max(y.GetLength(0), y.GetLength(1))), mean = Spectra.ToDouble(noisy).Cast<double>().Average(Math.Abs);
        double gamma = request.Gamma ?? (mean > 0 ? 10 / mean : 1);
        if (gamma == 0)
        {
            throw new BadInputException("--gamma must be positive for this problem, but is 0.");
        }

        var options = new HuberFactorizationOptions(Options(request, lambda)) { Gamma = gamma };
        var result = HuberFactorization.Solve<T>(noisy, options, progress, cancellation);
        double[,] low = Spectra.Product(result.U, result.V, y.GetLength(0), y.GetLength(1)), outliers = Spectra.ToDouble(result.Outliers);
        return Outcome(
            "minimize over r, U, V, E:  ‖E‖₁ + λ Σᵢ ‖uᵢ‖ ‖vᵢ‖ + γ/2 ‖Y − UVᵀ − E‖²",
            request,
            lambda,
            [("gamma", SolveOutcome<T>.Number(gamma)), ("outliers", $"{outliers.Cast<double>().Count(e => e != 0)} of {y.Length}"), .. Noise(request), .. CleanError(y, request, low)],
            result,
            noisy,
            [("given", Spectra.ToDouble(noisy)), ("low-rank part", low), ("outliers", outliers)],
            null);
    }

    internal static FactorizeOutcome Absolute<T>(T[,] y, FactorizeRequest request, IProgress<SolverProgress> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[,] noisy = Spectra.SaltAndPepper(y, request.Noise, (ulong)request.Seed);
        double lambda = request.Lambda ?? Math.Sqrt(Math.Max(y.GetLength(0), y.GetLength(1)));
        var result = AbsoluteFactorization.Solve<T>(noisy, new(Options(request, lambda)) { Accuracy = 1e-3 }, progress, cancellation);
        double[,] low = Spectra.Product(result.U, result.V, y.GetLength(0), y.GetLength(1)), given = Spectra.ToDouble(noisy), rest = Spectra.Difference(given, low);
        return Outcome(
            "minimize over r, U, V:  ‖Y − UVᵀ‖₁ + λ Σᵢ ‖uᵢ‖ ‖vᵢ‖",
            request,
            lambda,
            [.. Noise(request), .. CleanError(y, request, low)],
            result,
            noisy,
            [("given", given), ("low-rank part", low), ("sparse part S", rest)],
            null);
    }

    private static IEnumerable<(string, string)> Noise(FactorizeRequest request)
        => request.Noise > 0 ? [("salt and pepper on", request.Noise.ToString("P0", CultureInfo.InvariantCulture))] : [];

    private static IEnumerable<(string, string)> CleanError<T>(T[,] y, FactorizeRequest request, double[,] low)
        where T : unmanaged, IFloatingPointIeee754<T>
        => request.Noise > 0 ? [("root mean square error against the clean data", Spectra.RootMeanSquare(y, low).ToString("G4", CultureInfo.InvariantCulture))] : [];

    internal static FactorizationOptions Options(FactorizeRequest request, double lambda)
        => new()
        {
            // Data of zeros have no scale of their own.
            Lambda = lambda > 0 ? lambda : 1,
            Rank = request.Rank,
            MaxRank = request.MaxRank,
            Growth = request.Growth,
            InnerIterations = request.Steps ?? (request.Growth > 1 ? 1000 : 10_000),
            Growths = request.Growth > 1 ? 1000 : 200,
            Seed = (ulong)request.Seed,
            Parallelism = Parallelism.Of(request.Threads),
        };

    internal static FactorizeOutcome Outcome<T>(
        string formula,
        FactorizeRequest request,
        double lambda,
        IReadOnlyList<(string, string)> details,
        FactorizationResult<T> result,
        T[,] given,
        IReadOnlyList<(string, double[,])> panels,
        double? threshold)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[,] answer = Spectra.Product(result.U, result.V, given.GetLength(0), given.GetLength(1));
        bool shown = panels.Any(panel => panel.Item1 is "completed" or "low-rank part");
        return new(
            formula,
            [("lambda", SolveOutcome<T>.Number(lambda) + (request.Lambda is null ? " (the default for these data)" : ""))],
            result,
            [
                ("components", $"{result.Rank}"),
                ("polar, at most lambda at an optimum", $"{SolveOutcome<T>.Rounded(result.PolarLower)} to {SolveOutcome<T>.Rounded(result.PolarUpper)}"),
                ("radial residual", SolveOutcome<T>.Small(result.RadialResidual)),
                .. details,
            ],
            [("U", Spectra.ToDouble(result.U)), ("V", Spectra.ToDouble(result.V))],
            shown ? panels : [.. panels, ("the product UVᵀ", answer)],
            (Spectra.Values(given), Spectra.Values(answer), threshold));
    }
}
