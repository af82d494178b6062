using System.Numerics;
using System.Runtime.CompilerServices;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>
/// The forms over matrix views against the scalar methods, element by element, and against reductions of each line written here: at every
/// width, for every shape around the vectors, in every layout, at guard pages and in place.
/// </summary>
public class MatrixFormTests
{
    // 0 .. 2L+1 of float at 512 bits, hence of everything at every width.
    private const int Most = 33;

    private static readonly int[] Widths = [512, 256, 128, 0];

    private delegate void MapUniform<T>(int width, ReadOnlyMatrixView<T> x, T a, MatrixView<T> destination)
        where T : unmanaged;

    private delegate void MapViews<T>(int width, ReadOnlyMatrixView<T> x, ReadOnlyMatrixView<T> a, MatrixView<T> destination)
        where T : unmanaged;

    private delegate void MapLine<T>(int width, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> a, MatrixView<T> destination)
        where T : unmanaged;

    private delegate void MapBoth<T>(int width, ReadOnlyMatrixView<T> x, ReadOnlyMatrixView<T> y, ReadOnlySpan<T> r, ReadOnlySpan<T> c, MatrixView<T> first, MatrixView<T> second)
        where T : unmanaged;

    private delegate void FoldUniform<T>(int width, ReadOnlyMatrixView<T> x, T center, Span<T> destination)
        where T : unmanaged;

    private delegate void FoldLine<T>(int width, ReadOnlyMatrixView<T> x, ReadOnlySpan<T> center, Span<T> destination)
        where T : unmanaged;

    private delegate void PassUniform<T>(int width, ReadOnlyMatrixView<T> x, ReadOnlyMatrixView<T> y, T weight, MatrixView<T> next, Span<T> total, Span<T> largest, Span<int> positives, Span<int> at)
        where T : unmanaged;

    private delegate void PassLine<T>(int width, ReadOnlyMatrixView<T> x, ReadOnlyMatrixView<T> y, ReadOnlySpan<T> weight, MatrixView<T> next, Span<T> total, Span<T> largest, Span<int> positives, Span<int> at)
        where T : unmanaged;

    private static T[] Draw<T>(Random random, int length)
        where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        => [.. Enumerable.Range(0, length).Select(_ => random.Next(9) == 0 ? HardNumbers.Next<T>(random) : HardNumbers.Finite<T>(random))];

    [GuardedFact]
    public void MapsHaveTheBitsOfTheScalarMethod()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            var uniform = EntryPoints.Bind<MapUniform<T>>(typeof(MatrixSamples), "BlendLines");
            var views = EntryPoints.Bind<MapViews<T>>(typeof(MatrixSamples), "BlendLines");
            var byRow = EntryPoints.Bind<MapLine<T>>(typeof(MatrixSamples), "BlendLinesER");
            var byColumn = EntryPoints.Bind<MapLine<T>>(typeof(MatrixSamples), "BlendLinesEC");
            var both = EntryPoints.Bind<MapBoth<T>>(typeof(MatrixSamples), "OuterLinesEERC");
            using var memory = new Matrices<T>(4);
            var random = new Random(20251128);
            int turn = 0;
            foreach ((int m, int n) in Shapes())
            {
                foreach (int width in Widths[..3])
                {
                    turn++;
                    string context = $"{m} x {n}, width {width}, layouts {turn}";
                    T[] r = Draw<T>(random, m), c = Draw<T>(random, n);
                    T u = r.Length == 0 ? T.One : r[0];

                    Placed<T> x = memory.Draw(0, random, m, n, turn), y = memory.Draw(1, random, m, n, turn / 3);
                    Placed<T> to = memory.Empty(2, m, n, turn / 7), other = memory.Empty(3, m, n, turn / 7 + 1);
                    T[,] a = x.Read.ToArray(), b = y.Read.ToArray();
                    uniform(width, x.Read, u, to.View);
                    to.Check((i, j) => MatrixSamples.Blend(a[i, j], u), context + ", uniform");
                    views(width, x.Read, y.Read, to.View);
                    to.Check((i, j) => MatrixSamples.Blend(a[i, j], b[i, j]), context + ", views");
                    byRow(width, x.Read, r, to.View);
                    to.Check((i, j) => MatrixSamples.Blend(a[i, j], r[i]), context + ", by row");
                    byColumn(width, x.Read, c, to.View);
                    to.Check((i, j) => MatrixSamples.Blend(a[i, j], c[j]), context + ", by column");
                    both(width, x.Read, y.Read, r, c, to.View, other.View);
                    to.Check((i, j) => MatrixSamples.Outer(a[i, j], b[i, j], r[i], c[j]).First, context + ", both, first");
                    other.Check((i, j) => MatrixSamples.Outer(a[i, j], b[i, j], r[i], c[j]).Second, context + ", both, second");

                    // In place, crosswise.
                    both(width, x.Read, y.Read, r, c, y.View, x.View);
                    y.Check((i, j) => MatrixSamples.Outer(a[i, j], b[i, j], r[i], c[j]).First, context + ", in place, first");
                    x.Check((i, j) => MatrixSamples.Outer(a[i, j], b[i, j], r[i], c[j]).Second, context + ", in place, second");
                }
            }
        }
    }

    [GuardedFact]
    public void ReductionsOfLinesHaveTheBitsOfTheirLogicalLanes()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            var uniform = EntryPoints.Bind<FoldUniform<T>>(typeof(MatrixSamples), "EnergyLines");
            var line = EntryPoints.Bind<FoldLine<T>>(typeof(MatrixSamples), "EnergyLinesER");
            var passUniform = EntryPoints.Bind<PassUniform<T>>(typeof(MatrixSamples), "PassLines");
            var passAlong = EntryPoints.Bind<PassLine<T>>(typeof(MatrixSamples), "PassLinesEEC");
            var passLine = EntryPoints.Bind<PassLine<T>>(typeof(MatrixSamples), "PassLinesEER");
            int lanes = 64 * 4 / Unsafe.SizeOf<T>(), few = 16 * 4 / Unsafe.SizeOf<T>();
            using var memory = new Matrices<T>(4);
            var random = new Random(20251129);
            int turn = 0;
            // Lines longer than the lanes and than a tile too; more lines than are walked at a time, side by side; and more than a cache holds.
            (int, int, int?)[] larger = [(3, 63, null), (17, 64, null), (18, 65, null), (33, 129, null), (16, 200, null), (5, 300, null), (150, 70, null), (150, 70, 2), (300, 9, 3), (70, 1000, 2)];
            foreach ((int m, int n, int? alike) in Shapes().Select(shape => (shape.Item1, shape.Item2, (int?)null)).Concat(larger))
            {
                foreach (int width in Widths[..3])
                {
                    turn = alike ?? turn + 1;
                    string context = $"{m} x {n}, width {width}, layouts {turn}";
                    T[] r = Draw<T>(random, m), c = Draw<T>(random, n), sums = new T[m], largest = new T[m];
                    int[] positives = new int[m], at = new int[m];
                    T u = r.Length == 0 ? T.One : r[0];

                    Placed<T> x = memory.Draw(0, random, m, n, turn), y = memory.Draw(1, random, m, n, alike ?? turn / 2), to = memory.Empty(2, m, n, alike ?? turn / 5);
                    T[,] a = x.Read.ToArray(), b = y.Read.ToArray();
                    uniform(width, x.Read, u, sums);
                    Bits.AssertSame<T>(EachRow(m, i => Lanes(lanes, n, T.Zero, (j, lane) => T.FusedMultiplyAdd(a[i, j] - u, a[i, j] - u, lane))), sums, context + ", uniform");
                    line(width, x.Read, r, sums);
                    Bits.AssertSame<T>(EachRow(m, i => Lanes(lanes, n, T.Zero, (j, lane) => T.FusedMultiplyAdd(a[i, j] - r[i], a[i, j] - r[i], lane))), sums, context + ", by row");

                    passUniform(width, x.Read, y.Read, u, to.View, sums, largest, positives, at);
                    CheckPass((_, _) => u, to, ", uniform");
                    passAlong(width, x.Read, y.Read, c, to.View, sums, largest, positives, at);
                    CheckPass((_, j) => c[j], to, ", along");
                    passLine(width, x.Read, y.Read, r, x.View, sums, largest, positives, at);
                    CheckPass((i, _) => r[i], x, ", by row, in place");

                    void CheckPass(Func<int, int, T> weight, Placed<T> next, string kind)
                    {
                        T Next(int i, int j) => MatrixSamples.Pass(a[i, j], b[i, j], weight(i, j)).Next;
                        next.Check(Next, context + kind);
                        Bits.AssertSame<T>(EachRow(m, i => Lanes(few, n, T.Zero, (j, lane) => lane + Next(i, j))), sums, context + kind);
                        Bits.AssertSame<T>(EachRow(m, i => Enumerable.Range(0, n).Aggregate(T.NegativeInfinity, (most, j) => T.Max(most, T.Abs(Next(i, j))))), largest, context + kind);
                        Assert.Equal(Enumerable.Range(0, m).Select(i => Enumerable.Range(0, n).Count(j => Next(i, j) > T.Zero)), positives);
                        for (int i = 0; i < m; i++)
                        {
                            int best = n == 0 ? -1 : 0;
                            for (int j = 1; j < n; j++)
                            {
                                // NaN first, then by value with -0 below +0.
                                T p = Next(i, best), q = Next(i, j);
                                best = T.IsNaN(p) || !(T.IsNaN(q) || q > p || (q == p && T.IsNegative(p) && !T.IsNegative(q))) ? best : j;
                            }

                            Assert.True(best == at[i], $"{context}{kind}, row {i}: {best}, got {at[i]}");
                        }
                    }
                }
            }
        }
    }

    [Fact]
    public void AWholeMatrixIsItsRowsPutTogetherInOrder()
    {
        var random = new Random(4);
        foreach ((int m, int n) in new[] { (0, 3), (3, 0), (1, 1), (5, 7), (64, 9), (65, 33), (200, 3) })
        {
            float[,] a = new float[m, n], t = new float[n, m];
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    t[j, i] = a[i, j] = HardNumbers.Finite<float>(random);
                }
            }

            float[] squares = new float[m];
            MatrixSamples.EnergyByRow(a, 0.5f, squares);
            double sum = 0;
            Array.ForEach(squares, square => sum += square);
            Assert.Equal((float)sum, MatrixSamples.Energy(a, 0.5f));
            Assert.Equal((float)sum, MatrixSamples.Energy(((ReadOnlyMatrixView<float>)t).Transposed, 0.5f));

            (float least, int negatives, float total) = MatrixSamples.Extent(a);
            float[] leasts = new float[m], sums = new float[m];
            int[] counts = new int[m];
            MatrixSamples.ExtentByRow(a, leasts, counts, sums);
            Assert.Equal((leasts.Append(float.PositiveInfinity).Min(), counts.Sum()), (least, negatives));
            Assert.Equal(a.Cast<float>().Count(value => value < 0), negatives);
            Assert.Equal((float)sums.Sum(value => (double)value), total);
        }
    }

    [Fact]
    public void LanesOfOtherTypesHaveMatrixForms()
    {
        var random = new Random(5);
        float[,] x = new float[19, 21];
        long[,] tally = new long[19, 21];
        for (int i = 0; i < x.Length; i++)
        {
            x[i / 21, i % 21] = (float)(random.NextDouble() * 100 - 50);
            tally[i / 21, i % 21] = random.NextInt64();
        }

        float[] steps = [.. Enumerable.Range(1, 19).Select(i => i / 4f)], errors = new float[19], alsoErrors = new float[19];
        int[] at = new int[19], alsoAt = new int[19];
        int[,] levels = new int[19, 21], turned = new int[21, 19];
        MatrixSamples.QuantizeByRow(x, steps, levels, errors, at);
        MatrixSamples.QuantizeByRow(x, steps, ((MatrixView<int>)turned).Transposed, alsoErrors, alsoAt);
        Assert.Equal(errors, alsoErrors);
        Assert.Equal(at, alsoAt);
        for (int i = 0; i < 19; i++)
        {
            int[] row = [.. Enumerable.Range(0, 21).Select(j => (int)float.Round(x[i, j] / steps[i]))];
            Assert.Equal(row, Enumerable.Range(0, 21).Select(j => levels[i, j]));
            Assert.Equal(row, Enumerable.Range(0, 21).Select(j => turned[j, i]));
            Assert.Equal(Array.IndexOf(row, row.Min()), at[i]);
        }

        long[] sums = new long[21], most = new long[21];
        int[] odd = new int[21];
        MatrixSamples.TallyByColumn(tally, sums, odd, most);
        (long sum, int odds, long largest) = MatrixSamples.Tally(tally);
        for (int j = 0; j < 21; j++)
        {
            long[] column = [.. Enumerable.Range(0, 19).Select(i => tally[i, j])];
            Assert.Equal((column.Aggregate(0L, (total, value) => unchecked(total + value * value)), column.Count(value => value % 2 != 0), column.Max()), (sums[j], odd[j], most[j]));
        }

        Assert.Equal((sums.Aggregate((p, q) => unchecked(p + q)), odd.Sum(), most.Max()), (sum, odds, largest));
    }

    [Fact]
    public void BadArgumentsAreNamedWithBothShapes()
    {
        float[,] a = new float[2, 3], b = new float[2, 3];
        float[] three = new float[3], two = new float[2];
        Assert.Contains("'destination' is 3 x 2 and 'x' is 2 x 3", Assert.Throws<ArgumentException>("destination", () => MatrixSamples.Blend<float>(a, 1, new float[3, 2])).Message);
        Assert.Contains("'a' is 2 x 2 and 'x' is 2 x 3", Assert.Throws<ArgumentException>("a", () => MatrixSamples.Blend<float>(a, new float[2, 2], b)).Message);
        Assert.Contains("'a' has 3 elements and 'x' is 2 x 3; there must be one for each row", Assert.Throws<ArgumentException>("a", () => MatrixSamples.BlendByRow<float>(a, three, b)).Message);
        Assert.Contains("'a' has 2 elements and 'x' is 2 x 3; there must be one for each column", Assert.Throws<ArgumentException>("a", () => MatrixSamples.BlendByColumn<float>(a, two, b)).Message);
        Assert.Contains("one for each column", Assert.Throws<ArgumentException>("destination", () => MatrixSamples.EnergyByColumn<float>(a, 0, two)).Message);
        Assert.Throws<ArgumentException>("c", () => MatrixSamples.OuterByRowAndColumn<float>(a, b, two, two, a, b));
        Assert.Throws<NotSupportedException>(() => MatrixSamples.Blend(new int[1, 1], 1, new int[1, 1]));

        float[] memory = [.. Enumerable.Range(0, 20).Select(i => (float)i)], before = [.. memory];
        Action[] refused =
        [
            () => MatrixSamples.Blend(new ReadOnlyMatrixView<float>(memory, 2, 3), 2f, new MatrixView<float>(memory.AsSpan(1), 2, 3)),
            () => MatrixSamples.BlendByRow(new ReadOnlyMatrixView<float>(memory, 2, 3), memory.AsSpan(8, 2), new MatrixView<float>(memory.AsSpan(6), 2, 3)),
            () => MatrixSamples.EnergyByRow(new ReadOnlyMatrixView<float>(memory, 2, 3), 0f, memory.AsSpan(5, 2)),
            () => MatrixSamples.EnergyByRow(new ReadOnlyMatrixView<float>(memory, 2, 3), memory.AsSpan(10, 2), memory.AsSpan(11, 2)),
        ];
        foreach (Action call in refused)
        {
            Assert.Contains("overlaps", Assert.Throws<ArgumentException>("destination", call).Message);
            Assert.Equal(before, memory);
        }

        Assert.Throws<ArgumentException>("second", () => MatrixSamples.Outer<float>(a, b, 1, 1, a, a));
    }

    private static IEnumerable<(int, int)> Shapes() => from m in Enumerable.Range(0, Most + 1) from n in Enumerable.Range(0, Most + 1) select (m, n);

    private static T[] EachRow<T>(int m, Func<int, T> result) => [.. Enumerable.Range(0, m).Select(result)];

    // The documented rule.
    private static T Lanes<T>(int count, int length, T start, Func<int, T, T> step)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[] lanes = [.. Enumerable.Repeat(start, count)];
        for (int i = 0; i < length; i++)
        {
            lanes[i % count] = step(i, lanes[i % count]);
        }

        for (int n = count / 2; n > 0; n /= 2)
        {
            for (int i = 0; i < n; i++)
            {
                lanes[i] += lanes[i + n];
            }
        }

        return lanes[0];
    }

    /// <summary>A matrix in native memory; what lies between its elements is watched.</summary>
    private sealed record Placed<T>(Strip<T> Strip, int Rows, int Columns, int RowStride, int ColumnStride)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public static readonly T Watched = T.CreateChecked(-7777);

        public ReadOnlyMatrixView<T> Read => View;

        public MatrixView<T> View => new(Strip.Span, Rows, Columns, RowStride, ColumnStride);

        public void Check(Func<int, int, T> expected, string context)
        {
            int watched = 0;
            foreach (T value in Strip.Span)
            {
                watched += value == Watched ? 1 : 0;
            }

            Assert.True(watched == Strip.Length - Rows * Columns, context + ": something between the elements was written.");
            MatrixView<T> view = View;
            for (int i = 0; i < Rows; i++)
            {
                for (int j = 0; j < Columns; j++)
                {
                    Assert.True(Bits.Same(expected(i, j), view[i, j]), $"{context}, ({i}, {j}), strides {RowStride}, {ColumnStride}: expected {expected(i, j):R}, got {view[i, j]:R}");
                }
            }
        }
    }

    /// <summary>Blocks of native memory for matrices in all layouts, the last element at a guard page or the first.</summary>
    private sealed class Matrices<T>(int blocks) : IDisposable
        where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        private readonly GuardedMemory<T>[] _memory = [.. Enumerable.Range(0, blocks).Select(_ => new GuardedMemory<T>(220_000))];

        public Placed<T> Empty(int block, int m, int n, int layout)
        {
            (int rowStride, int columnStride) = (layout % 6) switch
            {
                0 => (Math.Max(n, 1), 1),
                1 => (n + 3, 1),
                2 => (1, Math.Max(m, 1)),
                3 => (1, m + 5),
                4 => (2 * n + 1, 2),
                _ => (3, 3 * m + 1),
            };
            int length = m == 0 || n == 0 ? 0 : (m - 1) * rowStride + (n - 1) * columnStride + 1;
            var placed = new Placed<T>(layout % 2 == 0 ? _memory[block].Last(length) : _memory[block].First(length), m, n, rowStride, columnStride);
            placed.Strip.Span.Fill(Placed<T>.Watched);
            return placed;
        }

        public Placed<T> Draw(int block, Random random, int m, int n, int layout)
        {
            Placed<T> placed = Empty(block, m, n, layout);
            MatrixView<T> view = placed.View;
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    view[i, j] = random.Next(9) == 0 ? HardNumbers.Next<T>(random) : HardNumbers.Finite<T>(random);
                }
            }

            return placed;
        }

        public void Dispose()
        {
            foreach (GuardedMemory<T> block in _memory)
            {
                block.Dispose();
            }
        }
    }
}
