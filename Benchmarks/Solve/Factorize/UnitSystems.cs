using System.Globalization;
using System.Numerics;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Solve.Factorize;

/// <summary>Systems whose units are not pairs of vectors, and structured factorizations.</summary>
internal static class UnitSystems
{
    // Networks crawl at their kinks; the next look at the certificate helps more than the next step.
    private const int NetworkSteps = 200;

    internal static FactorizeOutcome Structured<T>(T[,] y, FactorizeRequest request, IProgress<SolverProgress> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (int frames, int pixels) = (y.GetLength(0), y.GetLength(1));
        int width = request.TileWidth ?? pixels;
        if (pixels % width != 0)
        {
            throw new BadInputException($"--tile-width must divide the {pixels} columns, but is {width}.");
        }

        double lambda = request.Lambda ?? Factorizations.DefaultShare * Spectra.Largest(y);
        StructuredNorm temporal = new() { IsNonNegative = request.NonNegative };
        StructuredNorm spatial = new()
        {
            Magnitudes = request.Magnitudes,
            Variation = request.Variation,
            Graph = request.Variation > 0 ? EdgeGraph.Lattice(pixels / width, width, diagonal: true) : null,
            IsNonNegative = request.NonNegative,
        };
        var result = StructuredFactorization.Solve<T>(y, Decay<T>(frames, request.Decay), request.Intercept, temporal, spatial, Factorizations.Options(request, lambda), progress, cancellation);
        FactorizeOutcome outcome = Factorizations.Outcome(
            $"minimize over r, U, V{(request.Intercept ? ", b" : "")}:  ½ ‖Y − {(request.Decay is null ? "" : "D ")}UVᵀ{(request.Intercept ? " − 1bᵀ" : "")}‖² + λ Σᵢ ‖uᵢ‖ (‖vᵢ‖ + k₁ ‖vᵢ‖₁ + k_TV TV(vᵢ))",
            request,
            lambda,
            [("k₁, k_TV", FormattableString.Invariant($"{request.Magnitudes}, {request.Variation}"))],
            result,
            y,
            [("the data", Spectra.ToDouble(y))],
            null);
        return request.Intercept
            ? outcome with { Factors = [("b", Column(result.Intercept)), .. outcome.Factors] }
            : outcome;
    }

    internal static FactorizeOutcome Tensor<T>(T[,] y, FactorizeRequest request, IProgress<SolverProgress> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int[] sizes = request.Sizes.Length > 0 ? request.Sizes : [y.GetLength(0), y.GetLength(1)];
        string shape = string.Join(" x ", sizes);
        if (sizes.Length < 2 || sizes.Aggregate(1L, (product, size) => product * size) != y.Length)
        {
            throw new BadInputException($"--sizes must be two or more whose product is {y.Length}, the number of elements, but are {shape}.");
        }

        T[] elements = [.. y.Cast<T>()];
        T[,] unfolded = new T[sizes[0], y.Length / sizes[0]];
        new ReadOnlyMatrixView<T>(elements, unfolded.GetLength(0), unfolded.GetLength(1)).CopyTo(unfolded);
        double lambda = request.Lambda ?? Factorizations.DefaultShare * Spectra.Largest(unfolded);
        var result = CpDecomposition.Solve<T>(elements, sizes, Factorizations.Options(request, lambda), progress, cancellation);
        FactorizeOutcome outcome = Outcome(
            "minimize over r, x:  ½ ‖T − Σᵢ xᵢ¹ ∘ … ∘ xᵢᴷ‖² + λ Σᵢ ‖xᵢ¹‖ … ‖xᵢᴷ‖", request, lambda, [("tensor", shape)], result, unfolded, "X");
        return outcome with { Fit = null };
    }

    internal static FactorizeOutcome Network<T>(T[,] y, FactorizeRequest request, IProgress<SolverProgress> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (T[,] inputs, T[,] targets) = Split(y, request);
        double lambda = request.Lambda ?? 1;
        FactorizationOptions options = NetworkOptions(request, lambda);
        const string Formula = "minimize over r, W¹, W²:  l(relu(V W¹) W²ᵀ) + λ Σᵢ ‖w¹ᵢ‖ ‖w²ᵢ‖";
        if (request.Loss == "squared")
        {
            return Outcome(Formula, request, lambda, [("l", "½ ‖Y − X‖²")], ReluNetwork.Regression<T>(inputs, targets, options, progress, cancellation), targets, "W");
        }

        if (request.Loss == "logistic")
        {
            if (targets.Cast<T>().FirstOrDefault(t => T.Abs(t) != T.One, T.One) is var bad && T.Abs(bad) != T.One)
            {
                throw new BadInputException(FormattableString.Invariant($"{request.Input}: targets of --loss logistic are 1 and -1, but one is {bad}."));
            }

            return Classified(ReluNetwork.Logistic<T>(inputs, targets, options, progress, cancellation), "Σ log(1 + exp(−Y X))", targets.Cast<T>().Select(t => t > T.Zero ? 1 : 0));
        }

        int[] classes = Classes(targets, request);
        int count = Math.Max(2, classes.Max() + 1);
        return Classified(ReluNetwork.Softmax<T>(inputs, classes, count, options, progress, cancellation), "cross-entropy of the softmax", classes);

        FactorizeOutcome Classified(UnitsResult<T> result, string loss, IEnumerable<int> labels)
        {
            double[,] scores = Spectra.ToDouble(result.Output);
            int right = labels.Where((label, i) => label == Winner(scores, i, request.Loss == "logistic")).Count();
            string share = (right / (double)labels.Count()).ToString("P1", CultureInfo.InvariantCulture);
            return Outcome(Formula, request, lambda, [("l", loss), ("classified rightly", share)], result, targets, "W") with { Fit = null };
        }
    }

    internal static FactorizeOutcome Parallel<T>(T[,] y, FactorizeRequest request, IProgress<SolverProgress> progress, CancellationToken cancellation)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (T[,] inputs, T[,] targets) = Split(y, request);
        double lambda = request.Lambda ?? 1;
        var result = ParallelNetwork.Regression<T>(inputs, targets, request.Hidden, NetworkOptions(request, lambda), progress, cancellation);
        return Outcome(
            "minimize over r, W:  ½ ‖Y − Σᵢ φ(Wᵢ)‖² + λ Σᵢ ‖Wᵢ¹‖ … ‖Wᵢᴷ‖", request, lambda, [("widths of the hidden layers", string.Join(", ", request.Hidden))], result, targets, "W");
    }

    private static FactorizationOptions NetworkOptions(FactorizeRequest request, double lambda)
        => Factorizations.Options(request, lambda) with { InnerIterations = request.Steps ?? NetworkSteps };

    // Column-wise convolution with 1, d, d^2, ...; empty where there is none.
    private static T[,] Decay<T>(int frames, double? decay)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var design = new T[decay is null ? 0 : frames, decay is null ? 0 : frames];
        for (int i = 0; i < design.GetLength(0); i++)
        {
            for (int j = 0; j <= i; j++)
            {
                design[i, j] = T.CreateChecked(Math.Pow(decay!.Value, i - j));
            }
        }

        return design;
    }

    private static (T[,] Inputs, T[,] Targets) Split<T>(T[,] y, FactorizeRequest request)
        where T : unmanaged
    {
        (int rows, int columns, int targets) = (y.GetLength(0), y.GetLength(1), request.Targets);
        if (targets >= columns)
        {
            throw new BadInputException($"--targets must leave at least one of the {columns} columns for the inputs, but is {targets}.");
        }

        return (Part(0, columns - targets), Part(columns - targets, targets));

        T[,] Part(int first, int count)
        {
            var part = new T[rows, count];
            ((ReadOnlyMatrixView<T>)y).Slice(0, first, rows, count).CopyTo(part);
            return part;
        }
    }

    private static int[] Classes<T>(T[,] targets, FactorizeRequest request)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        const int Most = 1000;
        if (targets.GetLength(1) != 1)
        {
            throw new BadInputException($"--loss softmax reads one column of classes, but --targets is {targets.GetLength(1)}.");
        }

        return [.. targets.Cast<T>().Select(target => T.IsInteger(target) && target >= T.Zero && target < T.CreateChecked(Most)
            ? int.CreateChecked(target)
            : throw new BadInputException(FormattableString.Invariant($"{request.Input}: classes are whole numbers from 0 to {Most - 1}, but one is {target}.")))];
    }

    private static int Winner(double[,] scores, int row, bool isSign)
        => isSign
            ? scores[row / scores.GetLength(1), row % scores.GetLength(1)] > 0 ? 1 : 0
            : Enumerable.Range(0, scores.GetLength(1)).MaxBy(k => scores[row, k]);

    private static double[,] Column<T>(IReadOnlyList<T> values)
        where T : unmanaged
    {
        var column = new double[values.Count, 1];
        for (int i = 0; i < values.Count; i++)
        {
            column[i, 0] = Convert.ToDouble(values[i], CultureInfo.InvariantCulture);
        }

        return column;
    }

    private static FactorizeOutcome Outcome<T>(
        string formula, FactorizeRequest request, double lambda, IReadOnlyList<(string, string)> details, UnitsResult<T> result, T[,] given, string factor)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double[,] answer = Spectra.ToDouble(result.Output), data = Spectra.ToDouble(given);
        return new(
            formula,
            [("lambda", SolveOutcome<T>.Number(lambda) + (request.Lambda is null ? " (the default)" : ""))],
            result,
            [
                ("units", $"{result.Rank}"),
                ("polar, at most lambda at an optimum", $"{SolveOutcome<T>.Rounded(result.PolarLower)} to {SolveOutcome<T>.Rounded(result.PolarUpper)}"),
                ("radial residual", SolveOutcome<T>.Small(result.RadialResidual)),
                .. details,
            ],
            [.. result.Blocks.Select((block, k) => ($"{factor}{k + 1}", Spectra.ToDouble(block)))],
            [("the data", data), ("the answer", answer)],
            (Spectra.Values(given), Spectra.Values(answer), null),
            (data, answer));
    }
}
