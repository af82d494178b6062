using MathNet.Numerics.LinearAlgebra;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>The solvers of <c>compare solve</c> as a user of MathNet writes them; each returns its objective after the given number of iterations.</summary>
internal static class MathNetSolvers
{
    internal static double Svt(Matrix<double> y, double lambda)
    {
        var (x, nuclear) = Threshold(y, lambda);
        return Square(y - x) / 2 + lambda * nuclear;
    }

    internal static double SoftImpute(Matrix<double> y, Matrix<double> seen, double lambda, int iterations)
    {
        Matrix<double> x = y * 0, z = x;
        double t = 1, before = double.PositiveInfinity, objective = before;
        for (int k = 0; k < iterations; k++)
        {
            Matrix<double> last = x;
            (x, double nuclear) = Threshold(z + (y - z).PointwiseMultiply(seen), lambda);
            objective = Square((y - x).PointwiseMultiply(seen)) / 2 + lambda * nuclear;
            double next = objective > before ? 1 : (1 + Math.Sqrt(1 + 4 * t * t)) / 2, w = objective > before ? 0 : (t - 1) / next;
            (t, before) = (next, objective);
            z = (1 + w) * x - w * last;
        }

        return objective;
    }

    internal static double Pursuit(Matrix<double> y, int iterations)
    {
        double mu = 1 / Math.Sqrt(Math.Max(y.RowCount, y.ColumnCount)), beta = (double)y.RowCount * y.ColumnCount / (4 * y.PointwiseAbs().ColumnSums().Sum()), objective = 0;
        Matrix<double> s = y * 0, dual = s;
        for (int k = 0; k < iterations; k++)
        {
            var (low, nuclear) = Threshold(y - s + dual / beta, 1 / beta);
            s = (y - low + dual / beta).Map(p => Math.Sign(p) * Math.Max(Math.Abs(p) - mu / beta, 0), Zeros.Include);
            dual += beta * (y - low - s);
            objective = nuclear + mu * (y - low).PointwiseAbs().ColumnSums().Sum();
        }

        return objective;
    }

    internal static double Nmf(Matrix<double> y, Matrix<double> u, Matrix<double> v, double lambda, int iterations)
    {
        double square = Square(y), t = 1, objective = double.PositiveInfinity;
        Matrix<double> oldU = u, oldV = v, transposed = y.Transpose();
        double[] curvature = [0, 0];
        for (int k = 0; k < iterations; k++)
        {
            double next = (1 + Math.Sqrt(1 + 4 * t * t)) / 2, w = k > 0 ? (t - 1) / next : 0;
            var (movedU, movedV, reached) = Sweep(w);
            if (w > 0 && reached > objective + 1e-15 * square)
            {
                (movedU, movedV, reached) = Sweep(0);
                next = 1;
            }

            (oldU, oldV, u, v, t, objective) = (u, v, movedU, movedV, next, reached);
            Vector<double> scale = (v.ColumnNorms(2) / u.ColumnNorms(2)).PointwiseSqrt();
            Matrix<double> by = Matrix<double>.Build.DenseOfDiagonalVector(scale), back = Matrix<double>.Build.DenseOfDiagonalVector(1 / scale);
            (u, v, oldU, oldV) = (u * by, v * back, oldU * by, oldV * back);
        }

        return Square(y - u.TransposeAndMultiply(v)) / 2 + lambda * Price(u, v);

        (Matrix<double> U, Matrix<double> V, double Objective) Sweep(double momentum)
        {
            Matrix<double> a = Block(y, u, v, oldU, 0, momentum), b = Block(transposed, v, a, oldV, 1, momentum);
            double along = (transposed * a).PointwiseMultiply(b).ColumnSums().Sum(), fit = a.TransposeThisAndMultiply(a).PointwiseMultiply(b.TransposeThisAndMultiply(b)).ColumnSums().Sum();
            return (a, b, square / 2 - along + fit / 2 + lambda * Price(a, b));
        }

        Matrix<double> Block(Matrix<double> data, Matrix<double> w, Matrix<double> other, Matrix<double> old, int at, double momentum)
        {
            Matrix<double> gram = other.TransposeThisAndMultiply(other);
            double length = Longest(gram), weight = momentum > 0 ? Math.Min(momentum, Math.Sqrt(curvature[at] / length)) : 0;
            curvature[at] = length;
            Matrix<double> point = (1 + weight) * w - weight * old;
            Matrix<double> moved = (point + (data * other - point * gram) / length).PointwiseMaximum(0.0);
            Vector<double> norms = moved.ColumnNorms(2), thresholds = other.ColumnNorms(2) * (lambda / length);
            return moved * Matrix<double>.Build.DenseOfDiagonalVector(norms.Map2((norm, cut) => norm > cut ? 1 - cut / norm : 0, thresholds));
        }
    }

    private static Vector<double> ColumnNorms(this Matrix<double> matrix, double power) => Vector<double>.Build.DenseOfEnumerable(matrix.EnumerateColumns().Select(column => column.Norm(power)));

    private static double Price(Matrix<double> u, Matrix<double> v) => u.ColumnNorms(2).DotProduct(v.ColumnNorms(2));

    private static double Square(Matrix<double> matrix)
    {
        double norm = matrix.FrobeniusNorm();
        return norm * norm;
    }

    // The bound of the largest eigenvalue that ours takes its steps by.
    private static double Longest(Matrix<double> gram)
    {
        double norm = gram.FrobeniusNorm(), log = Math.Log(norm), share = 1;
        Matrix<double> power = gram / norm;
        for (int j = 0; j < 4; j++)
        {
            power *= power;
            norm = power.FrobeniusNorm();
            share /= 2;
            log += share * Math.Log(norm);
            power /= norm;
        }

        return Math.Exp(log);
    }

    private static (Matrix<double> X, double Nuclear) Threshold(Matrix<double> a, double t)
    {
        var svd = a.Svd(computeVectors: true);
        int rank = svd.S.Count(value => value > t);
        if (rank == 0)
        {
            return (a * 0, 0);
        }

        Vector<double> kept = svd.S.SubVector(0, rank) - t;
        return (svd.U.SubMatrix(0, a.RowCount, 0, rank) * Matrix<double>.Build.DenseOfDiagonalVector(kept) * svd.VT.SubMatrix(0, rank, 0, a.ColumnCount), kept.Sum());
    }
}
