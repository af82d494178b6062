namespace Kernels.Runtime;

// The smallest eigenvalue of the Hessian of a deep linear network, from Hessian-vector products: of the whole matrix where it is small, else of its section by a
// Krylov space (Lanczos iterations with full orthogonalization).
internal static class DeepCurvature
{
    // Parameters up to which the Hessian is written out.
    private const int DenseParameters = 500;
    private const int LanczosSteps = 80;

    internal static (double Value, double[][,] Direction, double Largest) Smallest(
        ReadOnlyMatrixView<double> y, ReadOnlyMatrixView<double> x, IReadOnlyList<double[,]> weights)
    {
        int parameters = weights.Sum(w => w.Length), steps = Math.Min(parameters, parameters <= DenseParameters ? parameters : LanczosSteps);

        // A basis, a vector a row: the coordinates, or Lanczos vectors orthogonalized against all before.
        double[,] basis = new double[steps, parameters], images = new double[steps, parameters], projected = new double[steps, steps];
        MatrixView<double> rows = basis, hessian = images;
        if (steps == parameters)
        {
            rows.Diagonal.Fill(1);
        }
        else
        {
            IrwinHall.Fill<double>(0, 0, 0, 1, rows.Row(0));
        }

        for (int i = 0; i < steps; i++)
        {
            if (steps < parameters && !Orthonormalize(rows, i))
            {
                rows = rows.Slice(0, 0, i, parameters);
                hessian = hessian.Slice(0, 0, i, parameters);
                break;
            }

            Pack(DeepLinearNetwork.HessianProduct(y, x, weights, Unpack(rows.Row(i), weights)), hessian.Row(i));
            if (steps < parameters && i + 1 < steps)
            {
                hessian.Row(i).CopyTo(rows.Row(i + 1));
            }
        }

        int count = rows.Rows;
        MatrixView<double> small = ((MatrixView<double>)projected).Slice(0, 0, count, count);
        Gemm.Multiply(rows, hessian.Transposed, small);
        Elementwise.Scale<double>(small, 0.5, small);
        double[,] symmetric = small.ToArray();
        Elementwise.AddScaled<double>(symmetric, small.Transposed, 1, symmetric);
        var eigen = new SymmetricEigen<double>(symmetric);
        double[,] vector = new double[1, parameters];
        Gemm.Multiply<double>(((ReadOnlyMatrixView<double>)eigen.Vectors).Slice(count - 1, 0, 1, count), rows, vector);
        return (eigen.Values[^1], Unpack(((MatrixView<double>)vector).Row(0), weights), Math.Max(Math.Abs(eigen.Values[0]), Math.Abs(eigen.Values[^1])));
    }

    // Row i against all before it, twice (Giraud, Langou, Rozloznik, van den Eshof 2005); false when nothing is left.
    private static bool Orthonormalize(MatrixView<double> rows, int i)
    {
        MatrixView<double> row = rows.Slice(i, 0, 1, rows.Columns), basis = rows.Slice(0, 0, i, rows.Columns);
        double before = Reductions.Norm<double>(rows.Row(i));
        MatrixView<double> along = new double[1, i];
        for (int pass = 0; pass < 2 && i > 0; pass++)
        {
            Gemm.Multiply<double>(row, basis.Transposed, along);
            Gemm.Multiply<double>(-1, along, basis, 1, row);
        }

        double norm = Reductions.Norm<double>(rows.Row(i));
        if (!(norm > 1e-10 * before))
        {
            return false;
        }

        Elementwise.Scale<double>(row, 1 / norm, row);
        return true;
    }

    private static void Pack(double[][,] matrices, Span<double> destination)
    {
        int done = 0;
        foreach (double[,] matrix in matrices)
        {
            ((ReadOnlyMatrixView<double>)matrix).CopyTo(new(destination.Slice(done, matrix.Length), matrix.GetLength(0), matrix.GetLength(1)));
            done += matrix.Length;
        }
    }

    private static double[][,] Unpack(Span<double> vector, IReadOnlyList<double[,]> like)
    {
        double[][,] matrices = new double[like.Count][,];
        int done = 0;
        for (int l = 0; l < matrices.Length; l++)
        {
            matrices[l] = new ReadOnlyMatrixView<double>(vector.Slice(done, like[l].Length), like[l].GetLength(0), like[l].GetLength(1)).ToArray();
            done += like[l].Length;
        }

        return matrices;
    }
}
