using FsCheck;
using FsCheck.Fluent;
using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Laws;

// What holds of every factorization over random shapes: homogeneity, the decomposition of Moreau, objectives that fall, bounds below them, and how optima follow
// scalings, rotations and permutations of the data.
public class FactorizationLaws
{
    public sealed record Case(int Seed, int M, int N, double Lambda, double Scale);

    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(30);

    private static readonly Arbitrary<Case> Cases =
        (from seed in Gen.Choose(0, 1_000_000)
         from m in Gen.Choose(1, 7)
         from n in Gen.Choose(1, 7)
         from hundredths in Gen.Choose(20, 150)
         from exponent in Gen.Choose(-20, 20)
         select new Case(seed, m, n, hundredths / 100.0, Math.Pow(1.7, exponent))).ToArbitrary();

    private static IEnumerable<(string Name, MatrixAtoms<double> Atoms)> Families(int m, int n) =>
    [
        ("nuclear", new NuclearAtoms<double>(m, n)),
        ("non-negative", new NonNegativeAtoms<double>(m, n)),
        ("sparse", new SparseAtoms<double>(m, n, 0.4)),
        ("structured", new StructuredAtoms<double>(m, n, new() { Magnitudes = 0.2 }, new() { Variation = 0.5, Magnitudes = 0.1, Graph = EdgeGraph.Chain(n), IsNonNegative = true })),
    ];

    [Fact]
    public void NormsAndPricesAreHomogeneous()
        => Check(c => Families(c.M, c.N).All(family =>
        {
            Units<double> units = Drawn(family.Atoms, 3, c.Seed), scaled = family.Atoms.NewUnits();
            scaled.CopyFrom(units);
            for (int k = 0; k < 2; k++)
            {
                Elementwise.Scale<double>(scaled.Elements(k), c.Scale, scaled.Elements(k));
            }

            return Near(c.Scale * c.Scale * family.Atoms.Price(units, 1), family.Atoms.Price(scaled, 1), 1e-12)
                && Near(c.Scale * family.Atoms.Norm(1, units.Block(1).Row(2)), family.Atoms.Norm(1, scaled.Block(1).Row(2)), 1e-12);
        }));

    // x = p + r, p the proximal point: the dual norm of r is at most t, and <r, p> = t norm(p).
    [Fact]
    public void Moreau()
        => Check(c => Families(c.M, c.N).All(family => Enumerable.Range(0, 2).All(block =>
        {
            int length = block == 0 ? c.M : c.N;
            double[,] x = Dense.Random(1, length, c.Seed + 7).Times(c.Scale), p = (double[,])x.Clone();
            double t = c.Lambda * c.Scale;
            family.Atoms.Prox(block, p, [t]);
            double[,] r = x.Minus(p);
            double[] rest = [.. r.Cast<double>()], point = [.. p.Cast<double>()];
            double size = x.Norm() * x.Norm();
            bool aligned = Math.Abs(r.Inner(p) - (p.Norm() == 0 ? 0 : t * family.Atoms.Norm(block, point))) <= 1e-6 * size;
            return aligned && family.Atoms.Align(block, rest) <= t * (1 + 1e-6) + 1e-6 * x.Norm();
        })));

    [Fact]
    public void ObjectivesFallAndBoundsStayBelow()
        => Check(c => Families(c.M, c.N).All(family =>
        {
            double[,] y = Dense.Random(c.M, c.N, c.Seed);
            var result = Factorization.Solve(family.Atoms, new QuadraticLoss<double>(y), new() { Lambda = c.Lambda, Growths = 4, InnerIterations = 60, MaxRank = c.M * c.N > 3 ? Math.Min(4, Math.Min(c.M, c.N)) : 1 });
            double f = y.Minus(Dense.Of(result.U).Times(Dense.Of(result.V).T())).Norm(), before = double.PositiveInfinity, room = 1e-12 * y.Norm() * y.Norm();
            bool holds = result.LowerBound <= result.Objective + room && f * f / 2 <= result.Objective + room;
            foreach (SolverProgress point in result.Trace)
            {
                holds &= point.Objective <= before + 1e-7 * y.Norm() * y.Norm() && point.LowerBound <= result.Objective + room && point.PolarLower <= point.PolarUpper * (1 + 1e-9);
                before = point.Objective;
            }

            return holds;
        }));

    [Fact]
    public void LowRankFollowsRotationsScalingsAndTransposition()
        => Check(c =>
        {
            double[,] y = Dense.Random(c.M, c.N, c.Seed), p = Dense.RandomOrthogonal(c.M, c.Seed + 1), q = Dense.RandomOrthogonal(c.N, c.Seed + 2);
            double Optimum(double[,] data, double lambda) => FactorizedLowRank.Solve<double>(data, new() { Lambda = lambda }).Objective;
            double f = Optimum(y, c.Lambda);
            return Near(f, Optimum(p.Times(y).Times(q.T()), c.Lambda), 1e-5)
                && Near(f, Optimum(y.T(), c.Lambda), 1e-5)
                && Near(f * c.Scale * c.Scale, Optimum(y.Times(c.Scale), c.Lambda * c.Scale), 1e-5)
                && Optimum(y, 1.2 * c.Lambda) >= f * (1 - 1e-5);
        });

    [Fact]
    public void CompletionFollowsPermutationsAndScalings()
        => Check(c =>
        {
            double[,] y = Dense.Random(c.M, c.N, c.Seed), draw = Dense.Random(c.M, c.N, c.Seed + 3);
            bool[,] seen = new bool[c.M, c.N], moved = new bool[c.M, c.N];
            double[,] turned = Dense.Build(c.M, c.N, (i, j) => y[c.M - 1 - i, (j + 1) % c.N]);
            for (int i = 0; i < c.M; i++)
            {
                for (int j = 0; j < c.N; j++)
                {
                    seen[i, j] = (i, j) == (0, 0) || draw[i, j] > -0.3;
                }
            }

            for (int i = 0; i < c.M; i++)
            {
                for (int j = 0; j < c.N; j++)
                {
                    moved[i, j] = seen[c.M - 1 - i, (j + 1) % c.N];
                }
            }

            double f = MatrixCompletion.Solve<double>(y, seen, new() { Lambda = c.Lambda }).Objective;
            return Near(f, MatrixCompletion.Solve<double>(turned, moved, new() { Lambda = c.Lambda }).Objective, 1e-5)
                && Near(f, SoftImpute.Solve<double>(y, seen, new() { Lambda = c.Lambda }).Objective, 1e-5)
                && Near(f * c.Scale * c.Scale, MatrixCompletion.Solve<double>(y.Times(c.Scale), seen, new() { Lambda = c.Lambda * c.Scale }).Objective, 1e-5);
        });

    // Where the search is a heuristic another order of the rows may change its path: the first bounds agree, and no bound exceeds an objective of the other.
    [Fact]
    public void NonNegativeFactorizationFollowsPermutationsAndScalings()
        => Check(c =>
        {
            double[,] y = Dense.Random(c.M, c.N, c.Seed), turned = Dense.Build(c.M, c.N, (i, j) => y[c.M - 1 - i, (j + 1) % c.N]);
            FactorizationOptions options = new() { Lambda = c.Lambda, Growths = 3, InnerIterations = 100 };
            var one = NonNegativeFactorization.Solve<double>(y, options);
            var two = NonNegativeFactorization.Solve<double>(turned, options);
            // A power of two changes no bit of the path.
            var four = NonNegativeFactorization.Solve<double>(y.Times(4), options with { Lambda = 4 * c.Lambda });
            double room = 1e-9 * y.Norm() * y.Norm();
            return Near(one.Trace[0].PolarUpper, two.Trace[0].PolarUpper, 1e-9)
                && Math.Abs(one.Trace[0].LowerBound - two.Trace[0].LowerBound) <= 1e-6 * y.Norm() * y.Norm()
                && one.LowerBound <= two.Objective + room && two.LowerBound <= one.Objective + room
                && Near(16 * one.Objective, four.Objective, 1e-9);
        });

    [Fact]
    public void PursuitFollowsPermutationsAndScalings()
        => Check(c =>
        {
            double[,] y = Dense.Random(c.M, c.N, c.Seed), turned = Dense.Build(c.M, c.N, (i, j) => y[c.M - 1 - i, (j + 1) % c.N]);
            PrincipalComponentPursuitOptions options = new() { Iterations = 500 };
            var one = PrincipalComponentPursuit.Solve<double>(y, options);
            var two = PrincipalComponentPursuit.Solve<double>(turned, options);
            var scaled = PrincipalComponentPursuit.Solve<double>(y.Times(c.Scale), options);
            double room = 1e-9 * y.Norm();
            return one.LowerBound <= one.Objective + room && one.LowerBound <= two.Objective + room && two.LowerBound <= one.Objective + room
                && c.Scale * one.LowerBound <= scaled.Objective + c.Scale * room && scaled.LowerBound <= c.Scale * (one.Objective + room);
        });

    // A rotation of the atoms or another order of the samples changes neither the price nor its bounds.
    [Fact]
    public void DictionariesFollowRotationsPermutationsAndScalings()
        => Check(c =>
        {
            double[,] y = Dense.Random(c.M, c.N, c.Seed), turned = Dense.RandomOrthogonal(c.M, c.Seed + 1).Times(Dense.Build(c.M, c.N, (i, j) => y[i, (j + 1) % c.N]));
            DictionaryLearningOptions options = new() { Lambda = c.Lambda, Gamma = 0.3, Growths = 3, InnerIterations = 100 };
            var one = DictionaryLearning.Solve<double>(y, options);
            var two = DictionaryLearning.Solve<double>(turned, options);
            var four = DictionaryLearning.Solve<double>(y.Times(4), options with { Lambda = 4 * c.Lambda });
            double room = 1e-9 * y.Norm() * y.Norm();
            return Math.Abs(one.Trace[0].LowerBound - two.Trace[0].LowerBound) <= 1e-6 * y.Norm() * y.Norm()
                && one.LowerBound <= two.Objective + room && two.LowerBound <= one.Objective + room
                && Near(16 * one.Objective, four.Objective, 1e-9);
        });

    // Convex after all: one optimum, whatever the path. f scales with the data when gamma scales against them.
    [Fact]
    public void RobustFactorsFollowPermutationsTranspositionAndScalings()
        => Check(c =>
        {
            double[,] y = Dense.Random(c.M, c.N, c.Seed), turned = Dense.Build(c.M, c.N, (i, j) => y[c.M - 1 - i, (j + 1) % c.N]);
            double Optimum(double[,] data, double gamma) => HuberFactorization.Solve<double>(data, new() { Lambda = c.Lambda, Gamma = gamma }).Objective;
            double f = Optimum(y, 2);
            return Near(f, Optimum(turned, 2), 1e-5) && Near(f, Optimum(y.T(), 2), 1e-5) && Near(c.Scale * f, Optimum(y.Times(c.Scale), 2 / c.Scale), 1e-5);
        });

    [Fact]
    public void TensorsFollowPermutationsAndScalings()
        => Check(c =>
        {
            double[,] t = Dense.Random(2, c.M * c.N, c.Seed), turned = Dense.Build(2, c.M * c.N, (i, j) => t[1 - i, j / c.N * c.N + (j + 1) % c.N]);
            FactorizationOptions options = new() { Lambda = c.Lambda, Growths = 3, InnerIterations = 100 };
            UnitsResult<double> Solve(double[,] x, double lambda) => CpDecomposition.Solve<double>([.. x.Cast<double>()], [2, c.M, c.N], options with { Lambda = lambda });
            UnitsResult<double> one = Solve(t, c.Lambda), two = Solve(turned, c.Lambda), four = Solve(t.Times(4), 4 * c.Lambda);
            double room = 1e-9 * t.Norm() * t.Norm();
            return Math.Abs(one.Trace[0].LowerBound - two.Trace[0].LowerBound) <= room
                && one.LowerBound <= two.Objective + room && two.LowerBound <= one.Objective + room
                && Near(16 * one.Objective, four.Objective, 1e-9);
        });

    private static void Check(Func<Case, bool> law) => Prop.ForAll(Cases, law).Check(Config);

    private static Units<double> Drawn(AtomFamily<double> atoms, int count, int seed)
    {
        Units<double> units = atoms.NewUnits();
        units.Resize(count);
        atoms.Randomize(units, (ulong)seed);
        return units;
    }

    private static bool Near(double expected, double actual, double tolerance) => Math.Abs(expected - actual) <= tolerance * Math.Max(Math.Abs(expected), 1e-300);
}
