using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Gemm;

/// <summary>Block sizes are no part of the result: whatever they are, and whatever is copied because of them, every element is its chain.</summary>
public unsafe class GemmBlocksTests
{
    private const int Rounds = 60;

    [Theory]
    [InlineData(VectorWidth.V128)]
    [InlineData(VectorWidth.V256)]
    [InlineData(VectorWidth.V512)]
    public void RandomBlocksGiveTheChainBitByBit(VectorWidth width)
    {
        var random = new Random(2026);
        for (int round = 0; round < Rounds; round++)
        {
            Check<float>(random, (in problem, in blocks) => Multiply(width, problem, blocks));
            Check<double>(random, (in problem, in blocks) => Multiply(width, problem, blocks));
        }
    }

    private delegate void Product<T>(in GemmProblem<T> problem, in GemmBlocks blocks)
        where T : unmanaged, IFloatingPointIeee754<T>;

    private static void Check<T>(Random random, Product<T> multiply)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // The driver takes alpha with either operand; which one has it, the oracle knows.
        int m = random.Next(1, 150), n = random.Next(1, 300), k = random.Next(1, 90);
        var layouts = Enum.GetValues<Layout>();
        Layout a = layouts[random.Next(layouts.Length)], b = layouts[random.Next(layouts.Length)], c = layouts[random.Next(layouts.Length)];
        T alpha = T.CreateChecked(random.Next(3) == 0 ? 0.7 : 1), beta = T.CreateChecked(random.Next(3) - 1);
        var blocks = new GemmBlocks(random.Next(1, 70), random.Next(1, 50), random.Next(1, 200), random.Next(2) * random.Next(1 << 16));
        var (left, right, old) = (Draw.Matrix<T>(random, m, k), Draw.Matrix<T>(random, k, n), Draw.Matrix<T>(random, m, n));
        T[] leftMemory = a.Place(left, T.Zero), rightMemory = b.Place(right, T.Zero), memory = c.Place(old, T.Zero);
        fixed (T* leftOrigin = leftMemory, rightOrigin = rightMemory, origin = memory)
        {
            var (aAt, bAt, cAt) = (a.Strides(m, k), b.Strides(k, n), c.Strides(m, n));
            multiply(
                new GemmProblem<T>
                {
                    M = m,
                    N = n,
                    K = k,
                    A = new(leftOrigin, aAt.Row, aAt.Column, m <= n ? alpha : T.One),
                    B = new(rightOrigin, bAt.Row, bAt.Column, m <= n ? T.One : alpha),
                    Beta = beta,
                    C = origin,
                    CRow = cAt.Row,
                    CColumn = cAt.Column,
                },
                blocks);
        }

        Assert.True(
            c.Place(GemmOracle.Multiply(alpha, left, right, beta, old), T.Zero).AsSpan().SequenceEqual(memory),
            $"{typeof(T).Name}, {m} x {n} x {k}, {a} {b} {c}, alpha {alpha}, beta {beta}, {blocks}");
    }

    private static void Multiply(VectorWidth width, in GemmProblem<float> problem, in GemmBlocks blocks)
    {
        switch (width)
        {
            case VectorWidth.V512:
                var wide = GemmPath<float, GemmTiles.Tile6x4V512Single>.Oriented(problem);
                GemmDriver<float, GemmTiles.Tile6x4V512Single>.Multiply(wide, Scratch<float>(GemmScratch<float, GemmTiles.Tile6x4V512Single>.Required(wide, blocks)), blocks);
                break;
            case VectorWidth.V256:
                var middle = GemmPath<float, GemmTiles.Tile6x2V256Single>.Oriented(problem);
                GemmDriver<float, GemmTiles.Tile6x2V256Single>.Multiply(middle, Scratch<float>(GemmScratch<float, GemmTiles.Tile6x2V256Single>.Required(middle, blocks)), blocks);
                break;
            default:
                var narrow = GemmPath<float, GemmTiles.Tile6x2V128Single>.Oriented(problem);
                GemmDriver<float, GemmTiles.Tile6x2V128Single>.Multiply(narrow, Scratch<float>(GemmScratch<float, GemmTiles.Tile6x2V128Single>.Required(narrow, blocks)), blocks);
                break;
        }
    }

    private static void Multiply(VectorWidth width, in GemmProblem<double> problem, in GemmBlocks blocks)
    {
        switch (width)
        {
            case VectorWidth.V512:
                var wide = GemmPath<double, GemmTiles.Tile6x4V512Double>.Oriented(problem);
                GemmDriver<double, GemmTiles.Tile6x4V512Double>.Multiply(wide, Scratch<double>(GemmScratch<double, GemmTiles.Tile6x4V512Double>.Required(wide, blocks)), blocks);
                break;
            case VectorWidth.V256:
                var middle = GemmPath<double, GemmTiles.Tile6x2V256Double>.Oriented(problem);
                GemmDriver<double, GemmTiles.Tile6x2V256Double>.Multiply(middle, Scratch<double>(GemmScratch<double, GemmTiles.Tile6x2V256Double>.Required(middle, blocks)), blocks);
                break;
            default:
                var narrow = GemmPath<double, GemmTiles.Tile6x2V128Double>.Oriented(problem);
                GemmDriver<double, GemmTiles.Tile6x2V128Double>.Multiply(narrow, Scratch<double>(GemmScratch<double, GemmTiles.Tile6x2V128Double>.Required(narrow, blocks)), blocks);
                break;
        }
    }

    private static T* Scratch<T>(nuint count)
        where T : unmanaged
        => AlignedMemory.Rent<T>(count);
}
