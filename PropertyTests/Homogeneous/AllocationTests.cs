using Kernels.PropertyTests.Solvers;
using Kernels.PropertyTests.Support;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Homogeneous;

/// <summary>After the first run the loops inside of the factorizations allocate nothing: descents, weights, compressions, polars and their bounds, for every family and loss.</summary>
public class AllocationTests
{
    private const int Rows = 12, Columns = 10;

    private static readonly double[,] Y = Dense.Random(Rows, Columns, 3);

    public static TheoryData<string> Families => [.. Cases.Keys];

    private static readonly Dictionary<string, Func<AtomFamily<double>>> Cases = new()
    {
        ["lengths"] = () => new NuclearAtoms<double>(Rows, Columns),
        ["non-negative"] = () => new NonNegativeAtoms<double>(Rows, Columns),
        ["sparse"] = () => new SparseAtoms<double>(Rows, Columns, 0.2),
        ["variation along a line"] = () => new StructuredAtoms<double>(Rows, Columns, new(), new() { Magnitudes = 0.1, Variation = 0.2, Graph = EdgeGraph.Chain(Columns) }),
        ["variation on a lattice"] = () => new StructuredAtoms<double>(
            Rows, Columns, new() { IsNonNegative = true, Variation = 0.1, Graph = EdgeGraph.Lattice(3, 4, diagonal: true) }, new() { Variation = 0.2, Graph = EdgeGraph.Lattice(2, 5) }),
        ["tensors"] = () => new TensorAtoms<double>(Rows, 5, 2),
        ["tensors of four modes"] = () => new TensorAtoms<double>(Rows, 5, 2, 1),
        ["units of one input"] = () => new ReluUnits<double>(Dense.Random(Rows, 1, 5), Columns),
        ["units of two inputs"] = () => new ReluUnits<double>(Dense.Random(Rows, 2, 5), Columns),
        ["units of four inputs"] = () => new ReluUnits<double>(Dense.Random(Rows, 4, 5), Columns),
        ["subnetworks"] = () => new ReluSubnetworks<double>(Dense.Random(Rows, 3, 5), [3, 2], Columns),
    };

    [Theory]
    [MemberData(nameof(Families))]
    public void DescentAllocatesNothing(string name)
    {
        AtomFamily<double> family = Cases[name]();
        foreach (ConvexLoss<double> loss in Losses())
        {
            var descent = new BlockDescent<double>(family, loss, Options, 0.05);
            Units<double> units = Drawn(family);
            Assert.Equal(0, Allocated.Again(() =>
            {
                family.Randomize(units, 7);
                descent.Run(units, default);
            }));
            Assert.InRange(units.Count, 1, 5);
        }
    }

    // Faster than the other one, and with compressions and proximal steps of the core in between.
    [Fact]
    public void DescentInItsOwnMetricAllocatesNothing()
    {
        var family = new NuclearAtoms<double>(Rows, Columns);
        foreach (ConvexLoss<double> loss in Losses())
        {
            var descent = new RidgeDescent<double>(family, loss, Options, 0.5, new(family, loss, Options, 0.5));
            Units<double> units = Drawn(family);
            int before = units.Count;
            Assert.Equal(0, Allocated.Again(() =>
            {
                units.Resize(before);
                family.Randomize(units, 7);
                descent.Run(units, 0, default);
            }));
            Assert.True(descent.Iterations > 40);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void WeightsAndCompressionsAllocateNothing(string name)
    {
        AtomFamily<double> family = Cases[name]();
        var weights = new AtomWeights<double>(family, Options, 0.05);
        Units<double> start = Drawn(family), units = family.NewUnits();

        // Nearly the same unit twice: coordinate descent stalls, and the support is polished.
        start.Resize(6);
        for (int k = 0; k < family.Blocks; k++)
        {
            Elementwise.Scale<double>(start.Block(k).Row(0), 1 + 1e-9, start.Block(k).Row(5));
        }

        int left = -1;
        Assert.Equal(0, Allocated.Again(() =>
        {
            units.CopyFrom(start);
            family.Merge(units);
            family.Compress(units, Parallelism.Sequential);
            weights.Apply(units, Y);
            left = units.Count;
        }));
        Assert.InRange(left, 0, 6);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void PolarsAndTheirBoundsAllocateNothing(string name)
    {
        AtomFamily<double> family = Cases[name]();
        Units<double> found = family.NewUnits();
        double[] values = new double[1];
        double lower = 0, upper = 0;
        Assert.Equal(0, Allocated.Again(() =>
        {
            lower = family.PolarLower(Y, found, values, 1);
            upper = family.PolarUpper(Y, lower, 0.5 * lower);
        }));
        Assert.InRange(lower, 1e-3, upper);
    }

    // Iterations beyond the first do not allocate: a run of ten times as many allocates as much.
    [Fact]
    public void IterationsOfSoftImputeAndPursuitAllocateNothing()
    {
        double[,] y = Dense.Random(80, 70, 4);
        bool[,] seen = new bool[80, 70];
        for (int i = 0; i < 80; i++)
        {
            for (int j = 0; j < 70; j++)
            {
                seen[i, j] = (i + 3 * j) % 4 != 0;
            }
        }

        Same(steps => SoftImpute.Solve<double>(y, seen, new() { Lambda = 5, Iterations = steps, GapTolerance = 1e-300 }));
        Same(steps => PrincipalComponentPursuit.Solve<double>(y, new() { Iterations = steps, GapTolerance = 1e-300, Tolerance = 1e-300 }));

        // A look at the certificate, every tenth step, is an entry of the trace: some hundred bytes.
        static void Same(Action<int> solve)
        {
            long few = Allocated.Again(() => solve(100)), many = Allocated.Again(() => solve(1000));
            Assert.InRange(many - few, 0, 90 * 250);
        }
    }

    [Fact]
    public void TheSplittingOfHuberLossesAllocatesNothingAStep()
    {
        double[,] y = Dense.Random(30, 25, 4);
        var loss = new HuberLoss<double>(y, 1000);
        Units<double> none = new NuclearAtoms<double>(30, 25).NewUnits();
        int steps = 0, more = 0;
        long few = Allocated.Again(() => steps = HuberSplitting.Run(y, loss, 5, 1e-2, 0, Parallelism.Sequential, none, default));
        long many = Allocated.Again(() => more = HuberSplitting.Run(y, loss, 5, 1e-8, 0, Parallelism.Sequential, none, default));
        Assert.True(more > steps);
        Assert.Equal(few, many);
    }

    private static FactorizationOptions Options => new() { Lambda = 0.05, InnerTolerance = 1e-300, InnerIterations = 60 };

    private static IEnumerable<ConvexLoss<double>> Losses()
    {
        yield return new QuadraticLoss<double>(Y);
        yield return new HuberLoss<double>(Y, 3);
        yield return new MaskedQuadraticLoss<double>(Y, Seen());
        yield return new LogisticLoss<double>(Dense.Build(Rows, Columns, (i, j) => Y[i, j] > 0 ? 1 : -1));
        yield return new SoftmaxLoss<double>([.. Enumerable.Range(0, Rows).Select(i => i % Columns)], Columns);
        yield return new DesignLoss<double>(Y, Dense.Random(Rows, Rows, 8), intercept: true);
    }

    private static bool[,] Seen()
    {
        bool[,] seen = new bool[Rows, Columns];
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                seen[i, j] = (i + j) % 3 != 0;
            }
        }

        return seen;
    }

    private static Units<double> Drawn(AtomFamily<double> family)
    {
        Units<double> units = family.NewUnits();
        units.Resize(5);
        family.Randomize(units, 7);
        return units;
    }
}
