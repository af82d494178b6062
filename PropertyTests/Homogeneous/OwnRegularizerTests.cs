using Kernels.PropertyTests.Solvers;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Homogeneous;

/// <summary>What docs/solvers.md shows a user to add: a regularizer and a loss of one's own.</summary>
public class OwnRegularizerTests
{
    private sealed class PeakAtoms(int rows, int columns) : MatrixAtoms<double>(rows, columns)
    {
        public override double Norm(int block, ReadOnlySpan<double> x) => block == 0 ? Reductions.Norm(x) : Reductions.MaxMagnitude(x);

        public override void Prox(int block, MatrixView<double> rows, ReadOnlySpan<double> thresholds)
        {
            for (int i = 0; i < rows.Rows; i++)
            {
                if (block == 0)
                {
                    GroupProx.Shrink<double>(rows.Row(i), thresholds[i], rows.Row(i));
                }
                else
                {
                    GroupProx.ShrinkLargest<double>(rows.Row(i), thresholds[i], rows.Row(i));
                }
            }
        }

        public override double Align(int block, Span<double> g)
        {
            double dual = block == 0 ? Reductions.Norm<double>(g) : Reductions.SumOfMagnitudes<double>(g);
            for (int j = 0; j < g.Length; j++)
            {
                g[j] = block == 0 ? g[j] / Math.Max(dual, double.Epsilon) : Math.Sign(g[j]);
            }

            return dual;
        }

        public override double PolarUpper(ReadOnlyMatrixView<double> z, double lower, double lambda) => Math.Sqrt(Columns * MatrixReductions.SumOfSquares(z));
    }

    // log cosh, with no conjugate given.
    private sealed class LogCosh(double[,] y) : ConvexLoss<double>(y.GetLength(0), y.GetLength(1))
    {
        public override double Lipschitz => 1;

        public override double Scale => y.Norm();

        public override double Evaluate(ReadOnlyMatrixView<double> x, MatrixView<double> residual)
        {
            double sum = 0;
            for (int i = 0; i < Rows; i++)
            {
                for (int j = 0; j < Columns; j++)
                {
                    double d = y[i, j] - x[i, j];
                    residual[i, j] = Math.Tanh(d);
                    sum += Math.Log(Math.Cosh(d));
                }
            }

            return sum;
        }
    }

    [Fact]
    public void OneRowUnderThePeakIsTheProximalMapOfTheLargestMagnitude()
    {
        // u is a number: theta is |u| max |v|, so X minimizes 1/2 ||y - x||^2 + lambda max |x|.
        double[,] y = { { 3, -1, 0.2, 2.5 } };
        var result = Factorization.Solve(new PeakAtoms(1, 4), new QuadraticLoss<double>(y), new() { Lambda = 1.5, InnerTolerance = 1e-10, PolarTolerance = 1e-8 });
        double[] expected = new double[4];
        GroupProx.ShrinkLargest<double>([3, -1, 0.2, 2.5], 1.5, expected);
        double[,] x = Dense.Of(result.U).Times(Dense.Of(result.V).T());
        Assert.All(Enumerable.Range(0, 4), j => Assert.Equal(expected[j], x[0, j], 1e-6));
        Assert.True(result.LowerBound <= result.Objective);
    }

    [Fact]
    public void ALossWithoutAConjugateHasABound()
    {
        double[,] y = Dense.Build(6, 5, (i, j) => Math.Sin(1 + i + 2 * j + i * j));
        var result = Factorization.Solve(new NuclearAtoms<double>(6, 5), new LogCosh(y), new() { Lambda = 0.3, InnerTolerance = 1e-10, PolarTolerance = 1e-8 });
        Assert.True(result.Status >= SolverStatus.PolarCertified, $"{result.Status}");
        Assert.InRange(result.LowerBound, 0, result.Objective * (1 + 1e-12));
        // Optimal by the definition: R is in lambda times the subdifferential of the nuclear norm.
        double[,] x = Dense.Of(result.U).Times(Dense.Of(result.V).T()), r = Dense.Build(6, 5, (i, j) => Math.Tanh(y[i, j] - x[i, j]));
        Assert.InRange(r.SpectralNorm(), 0, 0.3 * (1 + 1e-6));
        Assert.Equal(0.3 * Dense.Of(result.U).ColumnNorms().Zip(Dense.Of(result.V).ColumnNorms(), (a, b) => a * b).Sum(), r.Inner(x), 1e-7);
    }
}
