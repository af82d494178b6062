namespace Kernels.Runtime;

// What a critical point of ||Y - W_2 W_1 X||^2 is, decided by the residual's leading singular triple (TwoLayerLandscape) instead of differences: through
// the reduction of the inputs it is a point of ||M - U W^T||^2 with U = W_2 and W = S P^T W_1^T. What W_1 does outside the range of X changes nothing.
internal static class TwoLayerCertificate
{
    // The direction is a unit vector over both layers, the curvature the second derivative along it: the least one where X has orthonormal rows.
    // Null where the reduced point does not count as critical.
    internal static (CriticalPointKind Kind, double Curvature, double[][,] Direction)? Of(
        ReadOnlyMatrixView<double> y, ReadOnlyMatrixView<double> x, double[,] first, double[,] second, double gradientTolerance)
    {
        int m = y.Rows, n = x.Rows, units = first.GetLength(0);
        using var memory = new SolverWorkspace<double>();
        memory.Reserve(InputReduction<double>.WorkspaceFor(m, n, x.Columns));
        var reduction = new InputReduction<double>(y, x, memory, default);
        if (reduction.M.Columns == 0)
        {
            return (CriticalPointKind.GlobalMinimum, 0, []);
        }

        double[,] w = new double[reduction.M.Columns, units];
        reduction.MapForward(((ReadOnlyMatrixView<double>)first).Transposed, w);
        CriticalPoint<double> point = TwoLayerLandscape.Classify<double>(reduction.M, second, w, gradientTolerance);
        if (point.Kind != CriticalPointKind.StrictSaddle)
        {
            return point.Kind == CriticalPointKind.NotCritical ? null : (point.Kind, 0, []);
        }

        double[,] ahead = new double[units, n];
        reduction.MapBack(point.DirectionW, ((MatrixView<double>)ahead).Transposed, default);
        double squared = MatrixReductions.SumOfSquares<double>(ahead) + MatrixReductions.SumOfSquares<double>(point.DirectionU), scale = 1 / Math.Sqrt(squared);
        Elementwise.Scale<double>(ahead, scale, ahead);
        Elementwise.Scale<double>(point.DirectionU, scale, point.DirectionU);
        return (point.Kind, point.Curvature / squared, [ahead, point.DirectionU]);
    }
}
