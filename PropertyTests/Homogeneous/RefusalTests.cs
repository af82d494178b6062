using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Homogeneous;

/// <summary>Bad input, one test a rule: each system refuses it before any work, and the message names what was wrong.</summary>
public class RefusalTests
{
    private delegate object Solver(double[,] y, FactorizationOptions options);

    private static readonly FactorizationOptions Usual = new() { Lambda = 1 };

    // Those that share the options of factorizations. Y is 4 x 3 where it is as it should be.
    private static readonly (string Name, string Data, Solver Solve)[] Systems =
    [
        ("low rank", "y", (y, o) => FactorizedLowRank.Solve<double>(y, o)),
        ("completion", "y", (y, o) => MatrixCompletion.Solve<double>(y, All(y), o)),
        ("path", "y", (y, o) => MatrixCompletion.Path<double>(y, All(y), o)),
        ("non-negative", "y", (y, o) => NonNegativeFactorization.Solve<double>(y, o)),
        ("dictionary", "y", (y, o) => DictionaryLearning.Solve<double>(y, new(o) { Gamma = 0.1 })),
        ("Huber", "y", (y, o) => HuberFactorization.Solve<double>(y, new(o) { Gamma = 1 })),
        ("absolute", "y", (y, o) => AbsoluteFactorization.Solve<double>(y, new(o))),
        ("structured", "y", (y, o) => StructuredFactorization.Solve<double>(y, new(), new() { Magnitudes = 0.1 }, o)),
        ("design", "y", (y, o) => StructuredFactorization.Solve<double>(y, default, true, new(), new() { Magnitudes = 0.1 }, o)),
        ("tensor", "tensor", (y, o) => CpDecomposition.Solve<double>([.. y.Cast<double>()], [y.Rows(), y.Columns()], o)),
        ("network", "outputs", (y, o) => ReluNetwork.Regression<double>(new double[y.Rows(), 2], y, o)),
        ("parallel", "outputs", (y, o) => ParallelNetwork.Regression<double>(new double[y.Rows(), 2], y, [2], o)),
    ];

    private static double[,] Y => Dense.Random(4, 3, 1);

    [Fact]
    public void NoDataAreRefused()
    {
        foreach (var (name, data, solve) in Systems.Where(system => system.Name != "tensor"))
        {
            foreach (double[,] y in (double[][,])[new double[0, 3], new double[4, 0]])
            {
                Named(name, data, Assert.ThrowsAny<ArgumentException>(() => solve(y, Usual)));
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => CpDecomposition.Solve<double>([], [0, 3], Usual));
        Assert.Throws<ArgumentException>("y", () => SingularValueThresholding.Solve<double>(new double[0, 1], new() { Lambda = 1 }));
        Assert.Throws<ArgumentException>("y", () => PrincipalComponents.Solve<double>(new double[3, 0], new() { Rank = 1 }));
        Assert.Throws<ArgumentException>("y", () => PrincipalComponentPursuit.Solve<double>(new double[0, 0]));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void DataThatAreNotFiniteAreRefused(double bad)
    {
        double[,] y = Y;
        y[2, 1] = bad;
        foreach (var (name, data, solve) in Systems)
        {
            var error = Assert.ThrowsAny<ArgumentException>(() => solve(y, Usual));
            Named(name, data, error);
            Assert.True(name == "tensor" || error.Message.Contains("row 2, column 1", StringComparison.Ordinal), $"{name}: {error.Message}");
        }

        Assert.Throws<ArgumentException>("y", () => SingularValueThresholding.Solve<double>(y, new() { Lambda = 1 }));
        Assert.Throws<ArgumentException>("y", () => PrincipalComponents.Solve<double>(y, new() { Rank = 1 }));
        Assert.Throws<ArgumentException>("y", () => PrincipalComponentPursuit.Solve<double>(y));
        Assert.Throws<ArgumentException>("inputs", () => ReluNetwork.Regression<double>(y, Dense.Random(4, 1, 2), Usual));
    }

    [Fact]
    public void WhatIsHiddenMayBeAnything()
    {
        double[,] y = Y;
        bool[,] seen = All(y);
        (y[2, 1], seen[2, 1]) = (double.NaN, false);
        Assert.True(double.IsFinite(MatrixCompletion.Solve<double>(y, seen, Usual).Objective));
        Assert.True(double.IsFinite(SoftImpute.Solve<double>(y, seen, new() { Lambda = 1 }).Objective));
        Assert.Throws<ArgumentException>("seen", () => MatrixCompletion.Solve<double>(y, new bool[4, 3], Usual));
        Assert.Throws<ArgumentException>("seen", () => MatrixCompletion.Solve<double>(y, new bool[3, 4], Usual));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void AWeightThatIsNotPositiveAndFiniteIsRefused(double lambda)
    {
        OutOfRange("Lambda", lambda, Usual with { Lambda = lambda });
        Assert.Throws<ArgumentOutOfRangeException>("Lambda", () => SoftImpute.Solve<double>(Y, All(Y), new() { Lambda = lambda }));
        if (lambda != 0)
        {
            Assert.Throws<ArgumentOutOfRangeException>("Lambda", () => SingularValueThresholding.Solve<double>(Y, new() { Lambda = lambda }));
            Assert.Throws<ArgumentOutOfRangeException>("Gamma", () => DictionaryLearning.Solve<double>(Y, new(Usual) { Gamma = lambda }));
        }

        Assert.Throws<ArgumentOutOfRangeException>("Gamma", () => HuberFactorization.Solve<double>(Y, new(Usual) { Gamma = lambda }));
        Assert.Throws<ArgumentOutOfRangeException>("Mu", () => PrincipalComponentPursuit.Solve<double>(Y, new() { Mu = lambda }));
        Assert.Throws<ArgumentOutOfRangeException>("FirstGamma", () => AbsoluteFactorization.Solve<double>(Y, new(Usual) { FirstGamma = lambda }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1e-6)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void TolerancesThatAreNotPositiveAndFiniteAreRefused(double tolerance)
    {
        OutOfRange("InnerTolerance", tolerance, Usual with { InnerTolerance = tolerance });
        OutOfRange("PolarTolerance", tolerance, Usual with { PolarTolerance = tolerance });
        OutOfRange("RadialTolerance", tolerance, Usual with { RadialTolerance = tolerance });
        OutOfRange("GapTolerance", tolerance, Usual with { GapTolerance = tolerance });
        Assert.Throws<ArgumentOutOfRangeException>("Tolerance", () => PrincipalComponentPursuit.Solve<double>(Y, new() { Tolerance = tolerance }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void BudgetsBelowOneAreRefused(int budget)
    {
        OutOfRange("InnerIterations", (long)budget, Usual with { InnerIterations = budget });
        OutOfRange("Growths", (long)budget, Usual with { Growths = budget });
        OutOfRange("Growth", (long)budget, Usual with { Growth = budget });
        OutOfRange("MaxRank", (long)budget, Usual with { MaxRank = budget });
        Assert.Throws<ArgumentOutOfRangeException>("Iterations", () => SoftImpute.Solve<double>(Y, All(Y), new() { Lambda = 1, Iterations = budget }));
        Assert.Throws<ArgumentOutOfRangeException>("Iterations", () => PrincipalComponentPursuit.Solve<double>(Y, new() { Iterations = budget }));
    }

    // min(m, n) under the nuclear norm, else the number of elements (Caratheodory).
    [Fact]
    public void RanksThatNoSolutionNeedsAreRefused()
    {
        foreach (var (name, _, solve) in Systems)
        {
            int most = name is "low rank" or "completion" or "path" or "Huber" or "absolute" ? 3 : 12;
            Assert.Equal((long)most + 1, Assert.Throws<ArgumentOutOfRangeException>("MaxRank", () => solve(Y, Usual with { MaxRank = most + 1 })).ActualValue);
            solve(Y, Usual with { MaxRank = most, Lambda = 100 });
            if (name is not ("absolute" or "path"))
            {
                Assert.Throws<ArgumentOutOfRangeException>("Rank", () => solve(Y, Usual with { Rank = most + 1 }));
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>("Rank", () => PrincipalComponents.Solve<double>(Y, new() { Rank = 4 }));
    }

    [Fact]
    public void ShapesThatDoNotFitAreRefused()
    {
        Assert.Throws<ArgumentException>("inputs", () => ReluNetwork.Regression<double>(new double[5, 2], Y, Usual));
        Assert.Throws<ArgumentException>("inputs", () => ParallelNetwork.Regression<double>(new double[5, 2], Y, [2], Usual));
        Assert.Throws<ArgumentException>("tensor", () => CpDecomposition.Solve<double>(new double[11], [4, 3], Usual));
        Assert.ThrowsAny<ArgumentException>(() => CpDecomposition.Solve<double>(new double[4], [4], Usual));
        Assert.Throws<ArgumentException>("loss", () => Factorization.Solve(new NuclearAtoms<double>(4, 3), new QuadraticLoss<double>(new double[3, 4]), Usual));
    }

    // A weight from the polar at zero on: the answer is zero, which is no error.
    [Fact]
    public void AWeightThatLeavesNothingIsAnAnswer()
    {
        foreach (var (name, _, solve) in Systems.Where(system => system.Name != "path"))
        {
            object result = solve(Y, Usual with { Lambda = 1000 });
            int rank = result is UnitsResult<double> units ? units.Rank : ((FactorizationResult<double>)result).Rank;
            Assert.True(rank == 0 && ((SolverReport)result).Status >= SolverStatus.PolarCertified, $"{name}: {rank} {((SolverReport)result).Status}");
        }
    }

    // Powers of two scale exactly, far beyond the range of squares.
    [Theory]
    [InlineData(600)]
    [InlineData(-600)]
    public void ExtremeDataAreSolvedAsIfTheyWereNot(int exponent)
    {
        double c = Math.ScaleB(1, exponent);
        foreach (var (name, _, solve) in Systems.Where(system => system.Name is "low rank" or "completion" or "non-negative" or "dictionary" or "tensor" or "structured"))
        {
            double usual = ((SolverReport)solve(Y, Usual)).Objective, extreme = ((SolverReport)solve(Y.Times(c), Usual with { Lambda = c })).Objective;
            Assert.True(Math.Abs(extreme / c / c - usual) <= 1e-9 * usual || !double.IsNormal(c * c * usual), $"{name}: {usual} {extreme}");
        }
    }

    private static void OutOfRange(string option, object value, FactorizationOptions options)
    {
        foreach (var (name, _, solve) in Systems)
        {
            var error = Assert.ThrowsAny<ArgumentException>(() => solve(Y, options));
            Assert.True(error.ParamName == option, $"{name} names {error.ParamName}, not {option}");
            Assert.True(error is ArgumentOutOfRangeException range && range.ActualValue!.Equals(value), $"{name}: {error.Message}");
        }
    }

    private static void Named(string system, string argument, ArgumentException error) => Assert.True(error.ParamName == argument, $"{system} names {error.ParamName}: {error.Message}");

    private static bool[,] All(double[,] y)
    {
        bool[,] all = new bool[y.Rows(), y.Columns()];
        ((MatrixView<bool>)all).Fill(true);
        return all;
    }

    // Of another degree than the number of blocks the certificate would prove nothing.
    [Fact]
    public void AtomsAndPricesOfAnotherDegreeAreRefused()
    {
        string Refuses(MatrixAtoms<double> atoms) => Assert.Throws<ArgumentException>("atoms", () => Factorization.Solve(atoms, new QuadraticLoss<double>(new double[3, 2]), new() { Lambda = 1 })).Message;
        Assert.Contains("a price of degree 2", Refuses(new Odd(squared: true)), StringComparison.Ordinal);
        Assert.Contains("twice a unit does not give 4 times the atom", Refuses(new Odd(squared: false)), StringComparison.Ordinal);
    }

    // Squared lengths as norms, or products that saturate.
    private sealed class Odd(bool squared) : MatrixAtoms<double>(3, 2)
    {
        public override double Norm(int block, ReadOnlySpan<double> x) => squared ? Reductions.SumOfSquares(x) : Reductions.Norm(x);

        public override void Prox(int block, MatrixView<double> rows, ReadOnlySpan<double> thresholds) => throw new NotSupportedException();

        public override double PolarUpper(ReadOnlyMatrixView<double> z, double lower, double lambda) => throw new NotSupportedException();

        public override void Forward(Units<double> units, MatrixView<double> output, Parallelism parallelism)
        {
            base.Forward(units, output, parallelism);
            for (int i = 0; i < 6 && !squared; i++)
            {
                output[i / 2, i % 2] = Math.Tanh(output[i / 2, i % 2]);
            }
        }
    }
}
