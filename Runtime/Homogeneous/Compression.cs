using System.Numerics;

namespace Kernels.Runtime;

// U V^T as the balanced factors of its SVD, without forming it: of the two factors first, then of the small product in between. In memory of its own, which is kept.
internal sealed class Compression<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly SolverWorkspace<T> _memory = new();
    private double[] _ofU = [], _ofV = [], _ofCore = [];

    internal void Apply(Units<T> units, Parallelism parallelism)
    {
        int r = units.Count, m = units.Length(0), n = units.Length(1), p = Math.Min(r, m), q = Math.Min(r, n);
        _memory.Reserve(checked(ThinSvd<T>.WorkspaceFor(r, m) + ThinSvd<T>.WorkspaceFor(r, n) + p * q + ThinSvd<T>.WorkspaceFor(p, q) + Math.Min(p, q) * (m + n)));

        // U^T = A S P^T, so Left holds the rows of A^T and Right those of P^T.
        ThinSvd<T> u = new(units.Block(0), _memory, ref _ofU), v = new(units.Block(1), _memory, ref _ofV);
        ScaleRows(u.Left, u.Values, root: false);
        ScaleRows(v.Left, v.Values, root: false);
        MatrixView<T> core = _memory.Matrix(p, q);
        Gemm.Multiply<T>(T.One, u.Left, v.Left.Transposed, T.Zero, core, parallelism);
        var svd = new ThinSvd<T>(core, _memory, ref _ofCore);

        // What is smaller is rounding of the two SVDs.
        double least = 10 * Certificate.Roundoff<T>() * svd.Values[0] * Math.Max(m, n);
        int rank = svd.Above(least);
        MatrixView<T> left = svd.Left.Slice(0, 0, rank, p), right = svd.Right.Slice(0, 0, rank, q);
        ScaleRows(left, svd.Values, root: true);
        ScaleRows(right, svd.Values, root: true);
        units.Resize(rank);
        Gemm.Multiply<T>(T.One, left, u.Right, T.Zero, units.Block(0), parallelism);
        Gemm.Multiply<T>(T.One, right, v.Right, T.Zero, units.Block(1), parallelism);
    }

    private static void ScaleRows(MatrixView<T> rows, ReadOnlySpan<double> factors, bool root)
    {
        for (int i = 0; i < rows.Rows; i++)
        {
            Elementwise.Scale<T>(rows.Row(i), T.CreateChecked(root ? Math.Sqrt(factors[i]) : factors[i]), rows.Row(i));
        }
    }
}
