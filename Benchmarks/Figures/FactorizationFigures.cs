using System.Xml.Linq;
using Kernels.Benchmarks.Formats;
using Kernels.Benchmarks.Reports;
using Kernels.Benchmarks.Solve.Factorize;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Figures;

/// <summary>A drawn facade, whose rows of windows make it of low rank: completed from a part of its pixels, and freed from salt and pepper.</summary>
internal static class FactorizationFigures
{
    private const int Size = 96, Edge = 240, Caption = 28;

    internal static Figure Completion()
    {
        double[,] facade = Facade();
        bool[,] seen = Spectra.Seen(facade, 0.6, 1, out _, out double[,] drawn);
        var result = MatrixCompletion.Solve<double>(facade, seen, new() { Lambda = 0.4, Growth = 8 });
        double[,] completed = Spectra.Product(result.U, result.V, Size, Size);
        double error = Spectra.HiddenError(facade, seen, completed) ?? 0;
        string sentence = $"A facade of {Size} x {Size} pixels of which 60 % are hidden (blue) is completed with rank {result.Rank}: off by {Figure.Number(error)} where hidden, "
            + $"and {result.Status} with a relative gap of {Figure.Small(Math.Max(0, result.RelativeGap))}.";
        return new(
            "completion", sentence, Panels.Compose(sentence, [Panel("drawn", facade, 0, 1), Panel("seen", drawn, 0, 1), Panel("completed", completed, 0, 1)], 3),
            [.. Values("drawn", facade), .. Values("completed", completed), .. Trace(result)]);
    }

    internal static Figure Robust()
    {
        double[,] facade = Facade(), noisy = Spectra.SaltAndPepper(facade, 0.1, 2);
        var result = PrincipalComponentPursuit.Solve<double>(noisy);
        double[,] low = Spectra.ToDouble(result.LowRank), sparse = Spectra.ToDouble(result.Sparse);
        string sentence = $"Salt and pepper on 10 % of the pixels is taken off by principal component pursuit: off by {Figure.Number(Spectra.RootMeanSquare(facade, low))} from the clean "
            + $"facade, {Figure.Number(Spectra.RootMeanSquare(facade, noisy))} before; {result.Status} with a relative gap of {Figure.Small(Math.Max(0, result.RelativeGap))}.";
        return new(
            "robust-pca", sentence, Panels.Compose(sentence, [Panel("given", noisy, 0, 1), Panel("low-rank part", low, 0, 1), Panel("sparse part", sparse, -1, 1)], 3),
            [.. Values("given", noisy), .. Values("low-rank part", low), .. Trace(result)]);
    }

    // Sky over a wall with rows of windows, lit from the left, and a door.
    private static double[,] Facade()
    {
        double[,] image = new double[Size, Size];
        for (int i = 0; i < Size; i++)
        {
            for (int j = 0; j < Size; j++)
            {
                bool window = i is >= 24 and < 72 && (i - 24) % 16 < 10 && j % 16 is >= 4 and < 12, door = i >= 76 && j is >= 40 and < 56;
                image[i, j] = i < 18 ? 0.95 - 0.01 * i : (window || door ? 0.2 : 0.7) * (1 - 0.3 * j / Size);
            }
        }

        return image;
    }

    internal static XElement Panel(string name, double[,] matrix, double black, double white)
    {
        var panel = Svg.Root(Edge, Edge + Caption, name);
        panel.Add(new XElement(
            panel.Name.Namespace + "image",
            new XAttribute("href", $"data:image/png;base64,{Convert.ToBase64String(PngFile.Write(matrix, black, white))}"),
            new XAttribute("x", 6),
            new XAttribute("y", 6),
            new XAttribute("width", Edge - 12),
            new XAttribute("height", Edge - 12),
            new XAttribute("style", "image-rendering: pixelated")));
        panel.Add(new XElement(
            panel.Name.Namespace + "text", new XAttribute("x", Edge / 2), new XAttribute("y", Edge + 12), new XAttribute("text-anchor", "middle"), new XAttribute("font-size", 14), name));
        return panel;
    }

    private static IEnumerable<(string Series, double X, double Y)> Values(string name, double[,] matrix)
        => Spectra.Values(matrix).Select((value, i) => ($"singular values, {name}", i + 1.0, Math.Round(value, 6)));

    private static IEnumerable<(string Series, double X, double Y)> Trace(SolverReport report)
        => report.Trace.SelectMany(point => new[] { ("objective", (double)point.Iteration, point.Objective), ("bound", point.Iteration, point.LowerBound) });
}
