using Kernels.Runtime;

namespace Kernels.PropertyTests.Solvers;

public class CertificateTests
{
    [Fact]
    public void ADualPointKnowsItsNormsAlsoWhenItsVectorsAreNotOrthonormal()
    {
        var random = new Random(1);
        for (int seed = 0; seed < 50; seed++)
        {
            const int M = 7, N = 6, P = 4;
            double noise = Math.Pow(10, -random.Next(1, 9));
            double[,] left = Dense.Build(P, M, (i, j) => Dense.RandomOrthogonal(M, seed)[i, j]).Plus(Dense.Random(P, M, seed), noise);
            double[,] right = Dense.Build(P, N, (i, j) => Dense.RandomOrthogonal(N, seed + 50)[i, j]).Plus(Dense.Random(P, N, seed), noise);
            double[] values = [3, 2, 0, 0.5];
            double[,] z = left.T().Times(Dense.Diagonal(P, P, values)).Times(right), y = Dense.Random(M, N, seed + 9);
            DualPoint point = Certificate.DualPointOf<double>(y, left, right, values, new double[P, N], new double[P, P], new double[P, P], default);
            Assert.Equal(z.Inner(y), point.AlongData, 1e-12);
            Assert.Equal(z.Inner(z), point.Squared, 1e-12);
            Assert.Equal(3, point.Terms);
            Assert.True(point.NormBound >= z.SpectralNorm() * (1 - 1e-14), $"{point.NormBound} is below {z.SpectralNorm()}");
            Assert.True(point.NormBound <= 3 + 100 * noise, $"{point.NormBound} at noise {noise}");
        }
    }

    [Fact]
    public void NoDualBoundExceedsAnAttainedValue()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            double[,] y = Dense.Random(5, 4, seed), z = y.Minus(Dense.Random(5, 4, seed + 1000));
            double lambda = 0.1 + seed / 20.0;
            var point = new DualPoint(z.Inner(y), z.Inner(z), z.SpectralNorm(), 4);
            double nuclearBound = Certificate.NuclearNormBound(point, lambda), squaredBound = Certificate.SquaredNuclearNormBound(point, lambda);
            for (int other = 0; other < 50; other++)
            {
                // ||UV^T||_* is at most the sum of the products of column norms, so these values are attained.
                double[,] u = Dense.Random(5, 3, other).Times(other / 25.0), v = Dense.Random(4, 3, other + 500);
                double nuclear = u.ColumnNorms().Zip(v.ColumnNorms(), (a, b) => a * b).Sum(), loss = y.Minus(u.Times(v.T())).Norm();
                Assert.True(nuclearBound <= loss * loss / 2 + lambda * nuclear + 1e-12);
                Assert.True(squaredBound <= loss * loss + lambda * nuclear * nuclear + 1e-12);
            }
        }
    }

    [Theory]
    [InlineData(1.0, 1.0, 1e-6, 0, SolverStatus.Optimal)]
    [InlineData(1.0, 0.9999995, 1e-6, 0, SolverStatus.Optimal)]
    [InlineData(1.0, 0.999998, 1e-6, 0, SolverStatus.NotOptimal)]
    [InlineData(1e-9, 0, 1e-6, 0, SolverStatus.NotOptimal)]
    [InlineData(1e-9, 0, 1e-6, 1e-8, SolverStatus.Optimal)]
    [InlineData(0.0, 0.0, 1e-6, 0, SolverStatus.Optimal)]
    [InlineData(double.NaN, 0.0, 1e-6, 0, SolverStatus.NotOptimal)]
    [InlineData(1.0, double.NegativeInfinity, 1e-6, 0, SolverStatus.NotOptimal)]
    public void TheStatusFollowsTheRelativeGap(double objective, double bound, double tolerance, double floor, SolverStatus status)
        => Assert.Equal(status, Certificate.Status(objective, bound, tolerance, floor));
}
