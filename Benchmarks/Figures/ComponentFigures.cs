using Kernels.Benchmarks.Reports;
using Kernels.Benchmarks.Solve.Factorize;
using Kernels.Runtime;

namespace Kernels.Benchmarks.Figures;

/// <summary>Drawn digits of seven segments, each lit as strongly as chance has it, taken apart by a non-negative factorization and by a dictionary.</summary>
internal static class ComponentFigures
{
    private const int Height = 13, Width = 8, Samples = 80, Across = 4, Shown = 12;

    // Segments of 0 to 9: top, upper left, upper right, middle, lower left, lower right, bottom.
    private static readonly string[] Digits = ["1110111", "0010010", "1011101", "1011011", "0111010", "1101011", "1101111", "1010010", "1111111", "1111011"];

    internal static Figure Components()
    {
        double[,] y = Drawn();
        double largest = Spectra.Largest(y);
        var parts = NonNegativeFactorization.Solve<double>(y, new() { Lambda = 0.05 * largest, MaxRank = 12, InnerIterations = 500 });
        var atoms = DictionaryLearning.Solve<double>(y, new() { Lambda = 0.02 * largest, Gamma = 0.3, MaxRank = 12, InnerIterations = 500 });
        double[,] partsV = Spectra.ToDouble(parts.V), atomsV = Spectra.ToDouble(atoms.V);
        string sentence = $"{Samples} drawn digits of seven segments, lit as strongly as chance has it: {parts.Rank} non-negative components, {parts.Status} with a relative gap of "
            + $"{Figure.Small(Math.Max(0, parts.RelativeGap))}, and {atoms.Rank} components with sparse pictures, {atoms.Status} with {Figure.Small(Math.Max(0, atoms.RelativeGap))}.";
        return new(
            "components",
            sentence,
            Panels.Compose(
                sentence,
                [
                    FactorizationFigures.Panel("some of the digits", Montage(y, transposed: false), 0, 1.2),
                    FactorizationFigures.Panel("non-negative components", Montage(partsV, transposed: true), 0, 1),
                    FactorizationFigures.Panel("sparse components", Montage(atomsV, transposed: true), -1, 1),
                ],
                3),
            [.. Points("non-negative", partsV), .. Points("sparse", atomsV)]);
    }

    private static double[,] Drawn()
    {
        double[,] y = new double[Samples, Height * Width];
        double[] levels = new double[Samples * 7], noise = new double[y.Length];
        RandomNumbers.Uniform(3, 1, 0, levels);
        RandomNumbers.Normal(3, 2, 0, 0.05, noise);
        for (int sample = 0; sample < Samples; sample++)
        {
            for (int at = 0; at < Height * Width; at++)
            {
                int segment = Segment(at / Width, at % Width);
                bool lit = segment >= 0 && Digits[sample % 10][segment] == '1';
                y[sample, at] = Math.Max(0, (lit ? 0.5 + 0.5 * levels[sample * 7 + segment] : 0) + noise[sample * Height * Width + at]);
            }
        }

        return y;
    }

    // Which segment a pixel belongs to, or -1.
    private static int Segment(int row, int column)
    {
        bool middle = column is >= 2 and <= 5;
        return row switch
        {
            1 => middle ? 0 : -1,
            6 => middle ? 3 : -1,
            11 => middle ? 6 : -1,
            >= 2 and <= 5 => column == 1 ? 1 : column == 6 ? 2 : -1,
            >= 7 and <= 10 => column == 1 ? 4 : column == 6 ? 5 : -1,
            _ => -1,
        };
    }

    // Pictures side by side in rows; those of components scaled by their largest magnitude, to which a light side is given.
    private static double[,] Montage(double[,] pictures, bool transposed)
    {
        int count = Math.Min(Shown, pictures.GetLength(transposed ? 1 : 0)), down = (count + Across - 1) / Across;
        double[,] montage = new double[down * (Height + 1), Across * (Width + 1)];
        for (int k = 0; k < count; k++)
        {
            double[] picture = [.. Enumerable.Range(0, Height * Width).Select(at => transposed ? pictures[at, k] : pictures[k, at])];
            double extreme = transposed ? picture.MaxBy(Math.Abs) : 1;
            for (int at = 0; at < picture.Length && extreme != 0; at++)
            {
                montage[k / Across * (Height + 1) + at / Width, k % Across * (Width + 1) + at % Width] = picture[at] / extreme;
            }
        }

        return montage;
    }

    private static IEnumerable<(string Series, double X, double Y)> Points(string name, double[,] v)
        => Enumerable.Range(0, v.GetLength(1)).SelectMany(k => Enumerable.Range(0, v.GetLength(0)).Select(at => ($"{name} component {k + 1}", (double)at, Math.Round(v[at, k], 4))));
}
