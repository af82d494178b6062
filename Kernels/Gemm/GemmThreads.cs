using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// How many parts a product has, and where it is cut: by rows or columns and never the depth, so that each element stays what it is.
internal static unsafe class GemmThreads<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // Bytes of one factor of each multiply-add below which a second thread that looks out already costs more than it saves (1 MiB take 4 us: 64 float in two threads 1.3 of one, 54 1.0), and
    // below which one that must be woken does (16 MiB take 80 us). Zen 3, two threads to one, looking out / asleep: 90 float 1.4 / 0.7, 128 1.7 / 0.9, 160 1.6 / 1.0; double 90 1.3 / 0.8, 128 1.8 / 1.1.
    private const long ThreadingThreshold = 1 << 20, WakingThreshold = 16 << 20;

    // Below so many, a part for each thread: each starts anew, and turns or copies for itself (60 float 1.2, in three parts for each 1.1).
    private const long SinglesThreshold = 4 << 20;

    // A helper that has to be woken comes when half of a small product is done: some parts for each thread, shared out as they go, so that the last one to end is short
    // (160 double asleep, one part for each 0.66, three 1.0).
    private const long SharesThreshold = 32L * 1024 * 1024;

    private const int SmallShares = 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int PartsOf(int m, int n, int k, int degree)
        => degree == 1 || (long)m * n * k * sizeof(T) < ThreadingThreshold ? 1 : Parts(m, n, (long)m * n * k, degree);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Parts(int m, int n, long products, int degree)
        => products * sizeof(T) < WakingThreshold && !ForkJoin.IsHelped && !ForkJoin.IsOneOfMany()
            ? 1
            : (int)Math.Min((long)degree * SharesOf(products), Math.Min(Math.Max(RowTiles(m), ColumnTiles(n)), ForkJoin.MostParts));

    private static int SharesOf(long products) => products * sizeof(T) >= SinglesThreshold && products < SharesThreshold ? SmallShares : 1;

    private static int RowTiles(int m) => (m + TTile.RowsOf(TTile.Vectors) - 1) / TTile.RowsOf(TTile.Vectors);

    private static int ColumnTiles(int n) => (n + TTile.Vectors * TTile.Lanes - 1) / (TTile.Vectors * TTile.Lanes);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Split(in GemmProblem<T> problem, int parts, int degree)
    {
        var whole = problem with { CopiesB = problem.Form == GemmForm.Chains && GemmPath<T, TTile>.PacksB(problem, GemmBlocks.Of<T, TTile>()) };
        bool byRows = SplitsRows(problem, parts);
        // Several parts for each thread are whole tiles; a single one for each ends anywhere, so that all are alike (25 panels in two are 12 and 13, or twice 12 and a half).
        int unit = parts > degree ? byRows ? TTile.RowsOf(TTile.Vectors) : TTile.Vectors * TTile.Lanes : byRows ? 1 : TTile.Lanes;
        var split = new SplitProblem(whole, parts, byRows, unit);
        ForkJoin.Run(parts, degree, &RunPart, &split);
    }

    // Columns where B is copied and A is not, so that no two threads copy the same; otherwise rows, unless there are too few to share evenly.
    private static bool SplitsRows(in GemmProblem<T> problem, int parts)
    {
        int rows = RowTiles(problem.M), columns = ColumnTiles(problem.N);
        return problem.Form != GemmForm.Chains || columns < 2 * parts || !GemmPath<T, TTile>.CopiesOnlyB(problem)
            ? rows >= Math.Min(columns, 4 * parts)
            : false;
    }

    private static void RunPart(void* state, int part) => GemmCall<T, TTile>.Multiply(((SplitProblem*)state)->At(part), null);

    private readonly struct SplitProblem(GemmProblem<T> whole, int parts, bool byRows, int unit)
    {
        internal GemmProblem<T> At(int part)
        {
            int size = byRows ? whole.M : whole.N, units = (size + unit - 1) / unit;
            int start = (int)((long)units * part / parts) * unit, end = Math.Min(size, (int)((long)units * (part + 1) / parts) * unit);
            return byRows ? whole.RowRange(start, end - start) : whole.ColumnRange(start, end - start);
        }
    }
}
