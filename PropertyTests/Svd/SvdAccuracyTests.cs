using System.Globalization;
using System.Numerics;
using Xunit.Abstractions;

namespace Kernels.PropertyTests.SvdTests;

public class SvdAccuracyTests(ITestOutputHelper output)
{
    private static readonly int[] Sizes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 23, 31, 32, 33, 40];

    // LAPACK accepts 50.
    private const double Accepted = 10;

    [Fact]
    public void NormalMatricesOfEveryShapeInDouble() => EveryShape<double>();

    [Fact]
    public void NormalMatricesOfEveryShapeInSingle() => EveryShape<float>();

    private void EveryShape<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double worst = 0;
        foreach (int m in Sizes)
        {
            foreach (int n in Sizes)
            {
                T[,] a = TestMatrices.Normal<T>(m, n, (m * 100) + n);
                worst = Math.Max(worst, Judge(a, $"normal {m} x {n}"));
            }
        }

        foreach ((int m, int n) in ((int, int)[])[(300, 7), (5, 200), (129, 64), (100, 100)])
        {
            worst = Math.Max(worst, Judge(TestMatrices.Normal<T>(m, n, m), $"normal {m} x {n}"));
        }

        output.WriteLine($"worst ratio {worst}");
    }

    // Every way that a matrix of some size can go: from its Gram matrix with one pass or several, pairs one by one, sweeps after that, or none of it.
    [Theory]
    [InlineData(25)]
    [InlineData(33)]
    [InlineData(48)]
    [InlineData(70)]
    [InlineData(130)]
    public void PrescribedSpectraOfLargerMatrices(int n)
    {
        double worst = 0;
        foreach (string mode in TestMatrices.Modes)
        {
            foreach (double condition in (double[])[1, 30, 3e3, 1e5, 1e7, 1e12])
            {
                foreach (int m in (int[])[n, n + (n / 2), (4 * n) + 3])
                {
                    double[,] a = TestMatrices.WithSpectrum(m, n, TestMatrices.Spectrum(mode, n, condition, n), m);
                    worst = Math.Max(worst, Judge(a, $"{mode} {m} x {n}, condition {condition}"));
                    worst = Math.Max(worst, Judge(TestMatrices.Convert<double, float>(a), $"{mode} {m} x {n}, condition {condition}"));
                }
            }
        }

        output.WriteLine($"worst ratio {worst}");
    }

    // Vectors of a normal matrix mix all values into every row and column; a few reflections leave lengths that count as graded.
    [Theory]
    [InlineData(33)]
    [InlineData(70)]
    [InlineData(130)]
    public void PrescribedSpectraOfEvenMatrices(int n)
    {
        Thin<double> random = Thin<double>.Of(TestMatrices.Normal<double>(n, n, n));
        double worst = 0;
        foreach (string mode in TestMatrices.Modes)
        {
            foreach (double condition in (double[])[1, 30, 3e3, 1e5, 1e7, 1e12])
            {
                double[,] a = Mixed(random, TestMatrices.Spectrum(mode, n, condition, n));
                worst = Math.Max(worst, Judge(a, $"{mode} {n}, condition {condition}"));
                worst = Math.Max(worst, Judge(TestMatrices.Convert<double, float>(a), $"{mode} {n}, condition {condition}"));
            }
        }

        output.WriteLine($"worst ratio {worst}");
    }

    // Sweeps from nothing take seven and more, and so do sweeps after a Gram matrix that hides most of the values.
    [Fact]
    public void AnIllConditionedMatrixIsDoneByLevels()
    {
        const int N = 96;
        SvdInfo info = Thin<double>.Of(Mixed(Thin<double>.Of(TestMatrices.Normal<double>(N, N, N)), TestMatrices.Spectrum("geometric", N, 1e10, 1))).Info;
        output.WriteLine($"{info}");
        Assert.InRange(info.Sweeps, 1, 6);
    }

    // A product has in each row an error of that row's size, and what follows mixes columns only: so does U S V' give each row back. A row of zeros is one of these.
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(6)]
    [InlineData(12)]
    [InlineData(30)]
    public void RowsOfAnyScaleComeBackExactToTheirOwn(double decades)
    {
        const int M = 90, N = 40;
        for (int seed = 0; seed < 3; seed++)
        {
            double[,] normal = TestMatrices.Normal<double>(M, N, seed);
            var random = new Random(seed);
            double[] scales = [.. Enumerable.Range(0, M).Select(i => i == 7 ? 0 : i % 2 == 0 ? 1 : Math.Pow(10, -decades * random.NextDouble()))];
            double[,] a = TestMatrices.Of(M, N, (i, j) => scales[i] * normal[i, j]);
            RowsComeBack(a, double.BitIncrement(1) - 1);
            RowsComeBack(TestMatrices.Convert<double, float>(a), float.BitIncrement(1) - 1);
        }
    }

    private void RowsComeBack<T>(T[,] a, double ulp)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Thin<T> svd = Thin<T>.Of(a);
        double worst = 0;
        for (int i = 0; i < a.GetLength(0); i++)
        {
            double length = 0, rest = 0;
            for (int j = 0; j < a.GetLength(1); j++)
            {
                double entry = double.CreateChecked(a[i, j]), left = entry;
                for (int k = 0; k < svd.S.Length; k++)
                {
                    left -= double.CreateChecked(svd.U[i, k]) * double.CreateChecked(svd.S[k]) * double.CreateChecked(svd.V[j, k]);
                }

                length += entry * entry;
                rest += left * left;
            }

            worst = Math.Max(worst, length > 0 ? Math.Sqrt(rest / length) : Math.Sqrt(rest));
        }

        output.WriteLine($"{worst / ulp:F1} ulp of a row, {svd.Info}");
        Assert.True(worst < 64 * ulp, $"a row comes back with an error of {worst / ulp} ulp");
    }

    private static double[,] Mixed(Thin<double> vectors, double[] spectrum)
    {
        int n = spectrum.Length;
        return TestMatrices.Of(n, n, (i, j) => Enumerable.Range(0, n).Sum(k => vectors.U[i, k] * spectrum[k] * vectors.V[j, k]));
    }

    [Fact]
    public void HardMatricesInDouble() => Hard<double>();

    [Fact]
    public void HardMatricesInSingle() => Hard<float>();

    private void Hard<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double ulp = double.CreateChecked(T.BitIncrement(T.One) - T.One);
        double worst = 0;
        foreach (int n in (int[])[1, 2, 3, 5, 8, 13, 24, 40])
        {
            foreach ((string name, double[,] a) in HardOnes(n, ulp))
            {
                worst = Math.Max(worst, Judge(TestMatrices.Convert<double, T>(a), name));
            }
        }

        output.WriteLine($"worst ratio {worst}");
    }

    private static IEnumerable<(string Name, double[,] Matrix)> HardOnes(int n, double ulp)
    {
        yield return ($"zero {n}", new double[n + 3, n]);
        yield return ($"identity {n}", TestMatrices.Of(n, n + 1, (i, j) => i == j ? 1.0 : 0));
        yield return ($"ones {n}", TestMatrices.Of(n + 2, n, (_, _) => 1.0));
        yield return ($"Hilbert {n}", TestMatrices.Hilbert(n));
        yield return ($"Kahan {n}", TestMatrices.Kahan(n, 1.2));
        yield return ($"Kahan {n} transposed", TestMatrices.Transposed(TestMatrices.Kahan(n, 1.2)));
        yield return ($"Lauchli {n}", TestMatrices.Lauchli(n, 0.9 * ulp));
        yield return ($"Wilkinson {n}", TestMatrices.Wilkinson(n));
        yield return ($"wild bidiagonal {n}", TestMatrices.WildBidiagonal(n, ulp, n));
        yield return ($"one entry {n}", TestMatrices.Of(n, n, (i, j) => i == n - 1 && j == 0 ? -3.0 : 0));
        double[,] half = TestMatrices.Normal<double>(n + 4, (n + 1) / 2, n);
        yield return ($"duplicated columns {n}", TestMatrices.Of(n + 4, n, (i, j) => half[i, j / 2]));
        double[,] normal = TestMatrices.Normal<double>(n, n, n);
        yield return ($"zero rows and columns {n}", TestMatrices.Of(n, n, (i, j) => i % 3 == 1 || j % 4 == 2 ? 0 : normal[i, j]));
        yield return ($"one huge column {n}", TestMatrices.Of(n, n, (i, j) => normal[i, j] * (j == n / 2 ? 1e30 : 1e-5)));
        yield return ($"graded columns {n}", TestMatrices.Of(n, n, (i, j) => normal[i, j] * Math.Pow(10, -30.0 * j / n)));
        yield return ($"graded rows {n}", TestMatrices.Of(n, n, (i, j) => normal[i, j] * Math.Pow(10, -30.0 * i / n)));
        foreach (string mode in TestMatrices.Modes)
        {
            foreach ((int rows, int columns) in ((int, int)[])[(n, n), (2 * n, n), (n, n + 5)])
            {
                yield return ($"{mode} {rows} x {columns}", TestMatrices.WithSpectrum(rows, columns, TestMatrices.Spectrum(mode, Math.Min(rows, columns), 1 / ulp, n), n));
            }
        }
    }

    // The cosine criterion is near what a rotation can reach when columns are short, so a bad rounding could cycle.
    [Fact]
    public void ThousandsOfSmallMatricesConvergeInFewSweeps()
    {
        int most = 0;
        for (int seed = 0; seed < 6000; seed++)
        {
            (int m, int n) = (1 + (seed % 8), 1 + (seed / 8 % 9));
            double[,] a = TestMatrices.Normal<double>(m, n, seed);
            double[,] graded = seed % 3 == 0 ? a : TestMatrices.Of(m, n, (i, j) => a[i, j] * Math.Pow(10, (seed % 3 == 1 ? -i : -j) * (seed % 5)));
            most = Math.Max(most, Math.Max(Thin<double>.Of(graded).Info.Sweeps, Thin<float>.Of(TestMatrices.Convert<double, float>(graded)).Info.Sweeps));
        }

        output.WriteLine($"at most {most} sweeps");
        Assert.True(most <= 12, $"{most} sweeps");
    }

    [Fact]
    public void NearUnderflowAndOverflowInDouble()
        => AtTheEdges(double.MaxValue, [1e-305, 1e305, 1e-320, 2.2250738585072014e-308, Math.Sqrt(double.MaxValue), Math.Sqrt(2.2e-308)]);

    [Fact]
    public void NearUnderflowAndOverflowInSingle()
        => AtTheEdges(float.MaxValue, [1e-36f, 1e36f, 1e-42f, 1.1754944e-38f, MathF.Sqrt(float.MaxValue), MathF.Sqrt(1.18e-38f)]);

    private void AtTheEdges<T>(T largest, T[] magnitudes)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (T magnitude in magnitudes)
        {
            foreach ((int m, int n) in ((int, int)[])[(1, 1), (2, 2), (6, 6), (20, 11), (9, 30)])
            {
                T[,] normal = TestMatrices.Normal<T>(m, n, m + n);
                Judge(TestMatrices.Of(m, n, (i, j) => normal[i, j] * magnitude), $"{magnitude} normal {m} x {n}");
            }
        }

        // The two smallest numbers there are, and the largest.
        Judge(new T[,] { { T.Epsilon, T.Zero }, { T.Epsilon, T.Epsilon + T.Epsilon } }, "denormal");
        Judge(new T[,] { { largest, T.Zero }, { T.Zero, T.Epsilon } }, "from end to end");
        Judge(new T[,] { { largest, T.Epsilon, T.One }, { T.Zero, T.Epsilon, -T.One } }, "from end to end, wide");
    }

    [SharedDataFact("illc1033.mtx")]
    public void MatricesOfTheMatrixMarket()
    {
        foreach (string file in (string[])["illc1033.mtx", "abb313.mtx"])
        {
            double[,] a = ReadMatrixMarket(SharedData.Path(file));
            output.WriteLine($"{file}: ratio {Judge(a, file)}");
        }
    }

    [Trait("Category", "Slow")]
    [SharedDataFact("west0479.mtx")]
    public void LargerMatricesOfTheMatrixMarket()
    {
        foreach (string file in (string[])["west0479.mtx", "bp200.mtx"])
        {
            double[,] a = ReadMatrixMarket(SharedData.Path(file));
            output.WriteLine($"{file}: ratio {Judge(a, file)}");
        }
    }

    // Bidiagonals, diagonal first and then the subdiagonal, on which divide-and-conquer codes have failed.
    [SharedDataFact("faer-svd128.txt")]
    public void ABidiagonalThatBrokeDivideAndConquer()
    {
        double[] values = [.. File.ReadAllText(SharedData.Path("faer-svd128.txt")).Split((char[])[' ', '\n', '\r', '\t', ','], StringSplitOptions.RemoveEmptyEntries)
            .Where(text => !char.IsLetter(text[0])).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        int n = values.Length / 2;
        Assert.True(n >= 64, $"{values.Length} numbers read");
        double[,] a = TestMatrices.Of(n, n, (i, j) => i == j ? values[i] : i == j + 1 ? values[n + j] : 0);
        output.WriteLine($"n = {n}: ratio {Judge(a, "faer-svd128")}");
    }

    private static double[,] ReadMatrixMarket(string path)
    {
        string[] lines = File.ReadAllLines(path);
        bool pattern = lines[0].Contains("pattern", StringComparison.Ordinal), symmetric = lines[0].Contains("symmetric", StringComparison.Ordinal);
        string[][] rows = [.. lines.Where(line => !line.StartsWith('%') && line.Length > 0).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        var a = new double[int.Parse(rows[0][0], CultureInfo.InvariantCulture), int.Parse(rows[0][1], CultureInfo.InvariantCulture)];
        foreach (string[] row in rows[1..])
        {
            (int i, int j) = (int.Parse(row[0], CultureInfo.InvariantCulture) - 1, int.Parse(row[1], CultureInfo.InvariantCulture) - 1);
            a[i, j] = pattern ? 1 : double.Parse(row[2], CultureInfo.InvariantCulture);
            if (symmetric)
            {
                a[j, i] = a[i, j];
            }
        }

        return a;
    }

    private double Judge<T>(T[,] a, string name)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var svd = Thin<T>.Of(a, name);
        SvdRatios ratios = svd.RatiosFor(a);
        output.WriteLine($"{name}: {ratios} {svd.Info}");
        Assert.True(ratios.Largest < Accepted, $"{name}: {ratios}, {svd.Info}");
        return ratios.Largest;
    }
}
