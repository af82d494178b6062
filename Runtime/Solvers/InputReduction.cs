using System.Numerics;

namespace Kernels.Runtime;

// A problem in U V^T X as one in U W^T: thin SVD X = P S R^T over the values above 4 max(n, N) eps sigma_1, M = Y R, W = S P^T V, so that
// ||Y - U V^T X||^2 = ||Y||^2 - ||M||^2 + ||M - U W^T||^2 and ||X^T v|| = ||w||.
internal readonly ref struct InputReduction<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // m x q; q may be zero.
    internal readonly MatrixView<T> M;

    // The part of ||Y||_F^2 that no weights reach.
    internal readonly double Rest;

    private readonly ThinSvd<T> _svd;

    internal InputReduction(ReadOnlyMatrixView<T> y, ReadOnlyMatrixView<T> x, SolverWorkspace<T> memory, Parallelism parallelism)
    {
        _svd = new(x, memory);
        double cut = 4 * Math.Max(x.Rows, x.Columns) * 2 * Certificate.Roundoff<T>() * _svd.Values[0];
        int q = _svd.Values.Count(value => value > cut);
        M = memory.Matrix(y.Rows, q);
        if (q > 0)
        {
            Gemm.Multiply(y, _svd.Right.Slice(0, 0, q, x.Columns).Transposed, M, parallelism);
        }

        Rest = Math.Max(0, MatrixReductions.SumOfSquares(y) - MatrixReductions.SumOfSquares<T>(M));
    }

    internal bool Converged => _svd.Converged;

    internal double SpectralNorm => _svd.Values[0];

    internal static int WorkspaceFor(int m, int n, int samples) => checked(ThinSvd<T>.WorkspaceFor(n, samples) + m * Math.Min(n, samples));

    // W = S P^T V; v is n x r, w is q x r.
    internal void MapForward(ReadOnlyMatrixView<T> v, MatrixView<T> w)
    {
        Gemm.Multiply(_svd.Left.Slice(0, 0, w.Rows, v.Rows), v, w);
        Elementwise.ScaleByRow<T>(w, Array.ConvertAll(_svd.Values[..w.Rows], T.CreateChecked), w);
    }

    // V = P S^{-1} W; w is q x r and overwritten, v is n x r.
    internal void MapBack(MatrixView<T> w, MatrixView<T> v, Parallelism parallelism)
    {
        if (w.Rows == 0)
        {
            v.Fill(T.Zero);
            return;
        }

        T[] inverse = new T[w.Rows];
        for (int i = 0; i < inverse.Length; i++)
        {
            inverse[i] = T.CreateChecked(1 / _svd.Values[i]);
        }

        Elementwise.ScaleByRow<T>(w, inverse, w);
        Gemm.Multiply(_svd.Left.Slice(0, 0, w.Rows, v.Rows).Transposed, w, v, parallelism);
    }
}
