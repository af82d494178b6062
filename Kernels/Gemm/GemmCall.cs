using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// A checked call on one tile: pins the views, settles the cases without a product, splits the rest among threads.
internal static unsafe class GemmCall<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // Below this many multiply-adds a second thread costs more to start than it saves.
    private const long ThreadingThreshold = 2L * 1024 * 1024;

    internal static void Run(
        T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism, Span<T> workspace)
    {
        CheckShapes(a, b, destination);
        if (destination.IsEmpty)
        {
            return;
        }

        CheckOverlap(a, destination, nameof(a));
        CheckOverlap(b, destination, nameof(b));
        if (alpha == T.Zero || a.Columns == 0)
        {
            ScaleOnly(beta, destination);
            return;
        }

        fixed (T* left = &a.Origin, right = &b.Origin, to = &destination.Origin, scratch = workspace)
        {
            var problem = new GemmProblem<T>
            {
                M = destination.Rows,
                N = destination.Columns,
                K = a.Columns,
                A = new(left, a.RowStride, a.ColumnStride, alpha),
                B = new(right, b.RowStride, b.ColumnStride, T.One),
                Beta = beta,
                C = to,
                CRow = destination.RowStride,
                CColumn = destination.ColumnStride,
            };
            if (!workspace.IsEmpty)
            {
                GemmDriver<T, TTile>.Multiply(problem, Scratch(problem, scratch, workspace.Length));
            }
            else if (parallelism.Degree > 1)
            {
                Split(problem, parallelism.Degree);
            }
            else
            {
                Part(problem);
            }
        }
    }

    private static void Split(GemmProblem<T> problem, int degree)
    {
        long work = (long)problem.M * problem.N * problem.K;
        int rowTiles = (problem.M + TTile.RowsOf(TTile.Vectors) - 1) / TTile.RowsOf(TTile.Vectors);
        int columnTiles = (problem.N + TTile.Vectors * TTile.Lanes - 1) / (TTile.Vectors * TTile.Lanes);
        int parts = work < ThreadingThreshold ? 1 : Math.Min(degree, Math.Max(rowTiles, columnTiles));
        if (parts == 1)
        {
            Part(problem);
            return;
        }

        // Rows unless there are too few of them to share evenly; never the depth, which would change a sum.
        var split = new SplitProblem(problem, parts, rowTiles >= Math.Min(columnTiles, 4 * parts));
        ForkJoin.Run(parts, &RunPart, &split);
    }

    private static void RunPart(void* state, int part) => Part(((SplitProblem*)state)->At(part));

    private static void Part(in GemmProblem<T> problem)
    {
        if (GemmDriver<T, TTile>.IsDirect(problem))
        {
            GemmDriver<T, TTile>.MultiplyDirect(problem);
            return;
        }

        nuint count = GemmDriver<T, TTile>.RequiredScratch(problem.M, problem.N, problem.K);
        GemmDriver<T, TTile>.Multiply(problem, AlignedMemory.Rent<T>(count));
    }

    private static T* Scratch(in GemmProblem<T> problem, T* workspace, int length)
    {
        nuint needed = GemmDriver<T, TTile>.RequiredScratch(problem.M, problem.N, problem.K) + (nuint)AlignedMemory.Slack<T>();
        return (nuint)length >= needed
            ? AlignedMemory.Align<T>(workspace)
            : throw new ArgumentException($"A {problem.M} x {problem.N} x {problem.K} product needs {needed} elements; the workspace has {length}.", "workspace");
    }

    private static void CheckShapes(in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, in MatrixView<T> destination)
    {
        if (a.Columns != b.Rows)
        {
            throw new ArgumentException($"a is {a.Rows} x {a.Columns} and b is {b.Rows} x {b.Columns}; a must have as many columns as b has rows.", nameof(b));
        }

        if (a.Rows != destination.Rows || b.Columns != destination.Columns)
        {
            ViewShape.CheckSame(a.Rows, b.Columns, destination.Rows, destination.Columns, nameof(destination));
        }
    }

    // Extents that do not meet, the common case, cost two comparisons; only then the exact answer is worth its price.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckOverlap(in ReadOnlyMatrixView<T> source, in MatrixView<T> destination, string name)
    {
        nint offset = Unsafe.ByteOffset(ref source.Origin, ref destination.Origin);
        nint sourceBytes = sizeof(T) * ((nint)(source.Rows - 1) * source.RowStride + (nint)(source.Columns - 1) * source.ColumnStride + 1);
        nint destinationBytes = sizeof(T) * ((nint)(destination.Rows - 1) * destination.RowStride + (nint)(destination.Columns - 1) * destination.ColumnStride + 1);
        if (offset < sourceBytes && -offset < destinationBytes)
        {
            ViewOverlap.Refuse(source, destination, name);
        }
    }

    // BLAS: neither operand is read; beta = 0 overwrites.
    private static void ScaleOnly(T beta, in MatrixView<T> destination)
    {
        if (beta == T.Zero)
        {
            destination.Fill(T.Zero);
            return;
        }

        for (int i = 0; i < destination.Rows; i++)
        {
            for (int j = 0; j < destination.Columns; j++)
            {
                destination[i, j] *= beta;
            }
        }
    }

    private readonly struct SplitProblem(GemmProblem<T> whole, int parts, bool byRows)
    {
        internal GemmProblem<T> At(int part)
        {
            int size = byRows ? whole.M : whole.N;
            int tile = byRows ? TTile.RowsOf(TTile.Vectors) : TTile.Vectors * TTile.Lanes;
            int tiles = (size + tile - 1) / tile;
            int start = (int)((long)tiles * part / parts) * tile;
            int end = Math.Min(size, (int)((long)tiles * (part + 1) / parts) * tile);
            return byRows ? whole.RowRange(start, end - start) : whole.ColumnRange(start, end - start);
        }
    }
}
