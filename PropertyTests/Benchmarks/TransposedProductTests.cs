using System.Numerics;
using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class TransposedProductTests
{
    private static readonly ContestRules Short = new(1, SampleMilliseconds: 0.01, WarmUpMilliseconds: 0.01);

    public static TheoryData<bool, bool> Storages => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    // The leading dimension; 0: without gaps.
    public static TheoryData<bool, bool, int> StoragesAndGaps
        => new() { { false, false, 0 }, { false, true, 0 }, { true, false, 0 }, { true, true, 0 }, { false, false, 11 }, { false, true, 11 }, { true, false, 11 }, { true, true, 11 } };

    private static ComparisonRow Measure<T>(GemmShape shape, IGemmPeer peer)
        where T : unmanaged, INumber<T>
        => new GemmComparison([peer], threads: 1, Short, new Roofline(1e9, 1e9, null)).Run<T>([shape]).Single();

    [Theory]
    [MemberData(nameof(StoragesAndGaps))]
    public void TheCheckKnowsHowOperandsAreStored(bool transposedA, bool transposedB, int leading)
    {
        var (ofA, ofB, ofC) = leading > 0 ? (leading, leading, leading) : (transposedA ? 5 : 3, transposedB ? 3 : 7, 7);
        using var problem = new GemmCase<double>(new(5, 7, 3, transposedA, transposedB, LeadingDimension: leading), threads: 1);
        ProductCheck.Fill(problem);
        problem.C.Span.Fill(ProductCheck.Before);
        for (int i = 0; i < 5; i++)
        {
            for (int j = 0; j < 7; j++)
            {
                problem.C.Span[i * ofC + j] = 0;
                for (int p = 0; p < 3; p++)
                {
                    double a = problem.A.Span[transposedA ? p * ofA + i : i * ofA + p], b = problem.B.Span[transposedB ? j * ofB + p : p * ofB + j];
                    problem.C.Span[i * ofC + j] += a * b;
                }
            }
        }

        ProductCheck.Verify(problem, "by hand");
        if (leading > 0)
        {
            problem.C.Span[1 * leading + 7] = 0;
            var wrong = Assert.Throws<InvalidOperationException>(() => ProductCheck.Verify(problem, "by hand"));
            Assert.StartsWith("by hand wrote behind row 2 of a block: Double, 5 x 7 x 3 ", wrong.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(-1, 0, false)]
    [InlineData(1, 1, false)]
    [InlineData(1.5, 0.5, false)]
    public void APeerThatIgnoresAFactorIsCaught(double alpha, double beta, bool passes)
    {
        var shape = GemmShape.Square(6) with { Alpha = alpha, Beta = beta };
        Assert.Equal(passes, Record.Exception(() => Measure<float>(shape, new Forgetful())) is not InvalidOperationException);
    }

    [Theory]
    [MemberData(nameof(Storages))]
    public void APeerThatIgnoresATransposeIsCaught(bool transposedA, bool transposedB)
    {
        var shape = new GemmShape(6, 6, 6, transposedA, transposedB);
        if (shape.Transposes == "NN")
        {
            Assert.Single(Measure<float>(shape, new Forgetful()).Peers);
        }
        else
        {
            var wrong = Assert.Throws<InvalidOperationException>(() => Measure<float>(shape, new Forgetful()));
            Assert.StartsWith($"Forgetful computed a wrong product: Single, 6 x 6 x 6 {shape.Transposes}, row ", wrong.Message);
        }
    }

    [Theory]
    [MemberData(nameof(StoragesAndGaps))]
    public void OursAndMathNetComputeEveryStorageThatTheyEnter(bool transposedA, bool transposedB, int leading)
    {
        var row = Measure<double>(new(9, 4, 6, transposedA, transposedB, LeadingDimension: leading), new MathNetGemm());
        Assert.Equal((transposedA && transposedB) || leading > 0 ? [] : ["MathNet"], row.Peers.Keys);
    }

    [Fact]
    public void MathNetStaysOutOfLongProducts()
    {
        var mathNet = new MathNetGemm();
        Assert.True(mathNet.Enters(GemmShape.Square(512)) && mathNet.Enters(new(1000, 1000, 64)));
        Assert.False(mathNet.Enters(GemmShape.Square(528)) || mathNet.Enters(GemmShape.Square(1000)));
    }

    [Fact]
    public void AProductWithAVectorIsTheSameProductAsGemv()
    {
        var shapes = from transposedA in new[] { false, true }
                     from transposedB in new[] { false, true }
                     from m in new[] { 1, 5 }
                     from leading in new[] { 0, 6 }
                     select new GemmShape(m, m == 1 ? 4 : 1, 3, transposedA, transposedB, LeadingDimension: leading);
        foreach (var shape in shapes.Append(new(1, 1, 3)))
        {
            using var problem = new GemmCase<double>(shape, threads: 1);
            ProductCheck.Fill(problem);
            problem.C.Span.Fill(ProductCheck.Before);
            problem.ViewC.Fill(0);
            var call = MatrixVector.Of(shape)!;
            Span<double> matrix = (call.MatrixIsA ? problem.A : problem.B).Span, x = (call.MatrixIsA ? problem.B : problem.A).Span, y = problem.C.Span;
            for (int row = 0; row < call.Rows; row++)
            {
                for (int column = 0; column < call.Columns; column++)
                {
                    y[call.StepY * (call.Transposed ? column : row)] += matrix[row * call.Leading + column] * x[call.StepX * (call.Transposed ? row : column)];
                }
            }

            ProductCheck.Verify(problem, "gemv");
        }

        Assert.Null(MatrixVector.Of(new(2, 2, 1)));
    }

    // Reads its operands as if none were stored transposed, and does not know alpha and beta.
    private sealed class Forgetful : IGemmPeer
    {
        public string Name => "Forgetful";

        public string Description => "a peer of the tests";

        public bool Enters(GemmShape shape) => true;

        public IReadOnlyList<Action<int>> Prepare<T>(GemmCase<T> problem)
            where T : unmanaged
            => [times => Multiply((GemmCase<float>)(object)problem)];

        private static void Multiply(GemmCase<float> p)
            => global::Kernels.Gemm.Multiply(
                new ReadOnlyMatrixView<float>(p.A.Span, p.M, p.K), new ReadOnlyMatrixView<float>(p.B.Span, p.K, p.N), new MatrixView<float>(p.C.Span, p.M, p.N));
    }
}
