using System.Numerics;

namespace Kernels;

// Few rows that pass a large B, where C has its columns apart (two or three columns of A^T B, turned): computed beside C, so that B is passed in rows as it lies
// and C is copied once, not for each block of k.
internal static unsafe class GemmBeside<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    internal static bool Applies(in GemmProblem<T> problem)
        => problem.CColumn != 1 && problem.B.Column == 1 && GemmPath<T, TTile>.PassesB(problem.M, problem.N, problem.K);

    internal static nuint RequiredScratch(int m, int n)
        => GemmPath<T, TTile>.MayPassB(m) ? (nuint)m * GemmPacking<T>.Padded((nuint)Math.Min(n, TTile.ColumnBlock)) : 0;

    internal static void Multiply(in GemmProblem<T> problem, T* scratch)
    {
        int block = Math.Min(problem.N, TTile.ColumnBlock);
        nint row = (nint)GemmPacking<T>.Padded((nuint)block);
        for (int j = 0; j < problem.N; j += block)
        {
            var part = problem.ColumnRange(j, Math.Min(block, problem.N - j));
            if (problem.Beta != T.Zero)
            {
                GemmPacking<T>.Copy(part.C, part.CRow, part.CColumn, part.M, part.N, scratch, row, 1);
            }

            Passing(part with { C = scratch, CRow = row, CColumn = 1 }, scratch + part.M * row);
            GemmPacking<T>.Copy(scratch, row, 1, part.M, part.N, part.C, part.CRow, part.CColumn);
        }
    }

    private static void Passing(in GemmProblem<T> problem, T* scratch)
    {
        if (GemmStream<T, TTile>.Applies(problem))
        {
            GemmStream<T, TTile>.Multiply(problem);
        }
        else
        {
            GemmDriver<T, TTile>.Multiply(problem, scratch, GemmBlocks.Of<T, TTile>());
        }
    }
}
