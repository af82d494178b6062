using Kernels.Runtime;

namespace Kernels.PropertyTests.Solvers;

public class CertificateTests
{
    [Fact]
    public void TheSpectralBoundHoldsForVectorsThatAreNotOrthonormal()
    {
        var random = new Random(1);
        for (int seed = 0; seed < 50; seed++)
        {
            // Rows that are orthonormal up to noise, and a residual that is their product up to more noise.
            const int M = 7, N = 6, P = 4;
            double noise = Math.Pow(10, -random.Next(1, 9));
            double[,] left = Dense.Build(P, M, (i, j) => Dense.RandomOrthogonal(M, seed)[i, j]).Plus(Dense.Random(P, M, seed), noise);
            double[,] right = Dense.Build(P, N, (i, j) => Dense.RandomOrthogonal(N, seed + 50)[i, j]).Plus(Dense.Random(P, N, seed), noise);
            double[] values = [3, 2, 0, 0.5];
            double[,] residual = left.T().Times(Dense.Diagonal(P, P, values)).Times(right).Plus(Dense.Random(M, N, seed + 9), noise);
            double exact = residual.SpectralNorm();
            double bound = Certificate.SpectralNormBound<double>(left, right, values, residual, new double[P, P], default);
            Assert.True(bound >= exact * (1 - 1e-14), $"{bound} is below {exact}");
            Assert.True(bound <= 3 + 200 * noise, $"{bound} at noise {noise}");
        }
    }

    [Fact]
    public void NoDualBoundExceedsAnAttainedValue()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            double[,] y = Dense.Random(5, 4, seed), x = Dense.Random(5, 4, seed + 1000), r = y.Minus(x);
            double lambda = 0.1 + seed / 20.0, spectral = r.SpectralNorm();
            double nuclearBound = Certificate.NuclearNormBound(r.Inner(y), r.Inner(r), lambda, spectral);
            double squaredBound = Certificate.SquaredNuclearNormBound(r.Inner(y), r.Inner(r), lambda, spectral);
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
