using System.Numerics;

namespace Kernels.Runtime;

// U V^T as the balanced factors of its SVD, without forming it: of the two factors first, then of the small product in between.
internal readonly ref struct Compression<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Units<T> _units;
    private readonly Parallelism _parallelism;

    internal Compression(Units<T> units, Parallelism parallelism) => (_units, _parallelism) = (units, parallelism);

    internal void Apply()
    {
        int r = _units.Count, m = _units.Length(0), n = _units.Length(1), p = Math.Min(r, m), q = Math.Min(r, n);
        using var memory = new SolverWorkspace<T>();
        memory.Reserve(checked(ThinSvd<T>.WorkspaceFor(r, m) + ThinSvd<T>.WorkspaceFor(r, n) + p * q + ThinSvd<T>.WorkspaceFor(p, q) + Math.Min(p, q) * (m + n)));

        // U^T = A S P^T, so Left holds the rows of A^T and Right those of P^T.
        ThinSvd<T> u = new(_units.Block(0), memory), v = new(_units.Block(1), memory);
        ScaleRows(u.Left, u.Values);
        ScaleRows(v.Left, v.Values);
        MatrixView<T> core = memory.Matrix(p, q);
        Gemm.Multiply<T>(T.One, u.Left, v.Left.Transposed, T.Zero, core, _parallelism);
        var svd = new ThinSvd<T>(core, memory);

        // What is smaller is rounding of the two SVDs.
        double least = 10 * Certificate.Roundoff<T>() * svd.Values[0] * Math.Max(m, n);
        int rank = svd.Values.Count(value => value > least);
        double[] roots = [.. svd.Values.Take(rank).Select(Math.Sqrt)];
        MatrixView<T> left = svd.Left.Slice(0, 0, rank, p), right = svd.Right.Slice(0, 0, rank, q);
        ScaleRows(left, roots);
        ScaleRows(right, roots);
        _units.Resize(rank);
        Gemm.Multiply<T>(T.One, left, u.Right, T.Zero, _units.Block(0), _parallelism);
        Gemm.Multiply<T>(T.One, right, v.Right, T.Zero, _units.Block(1), _parallelism);
    }

    private static void ScaleRows(MatrixView<T> rows, ReadOnlySpan<double> factors)
    {
        for (int i = 0; i < rows.Rows; i++)
        {
            Elementwise.Scale<T>(rows.Row(i), T.CreateChecked(factors[i]), rows.Row(i));
        }
    }
}
