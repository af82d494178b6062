using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// A checked call on one tile: pins the views, settles the cases without a product, splits the rest among threads.
internal static unsafe class GemmCall<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // Multiply-adds below which a second thread costs more than it saves; and bytes of one factor of each (16 MiB take 80 us), unless one looks out already. Zen 3, two threads to
    // one, looking out / asleep: 90 float 1.4 / 0.7, 128 1.7 / 0.9, 160 1.6 / 1.0; double 90 1.3 / 0.8, 128 1.8 / 1.1.
    private const long ThreadingThreshold = 512L * 1024, WakingThreshold = 16L * 1024 * 1024;

    // A helper that has to be woken comes when half of a small product is done: some parts for each thread, shared out as they go, so that the last one to end is short
    // (160 double asleep, one part for each 0.66, three 1.0).
    private const long SharesThreshold = 32L * 1024 * 1024;

    private const int SmallShares = 3;

    // c = a b, the commonest call.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run(in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, in MatrixView<T> destination, Parallelism parallelism)
    {
        if (!TrySmall(T.One, a, b, T.Zero, destination, parallelism))
        {
            RunPlain(a, b, destination, parallelism);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TrySmall(T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism)
        => GemmSmall<T, TTile>.TryMultiply(alpha, a, b, beta, destination) || GemmSmall<T, TTile>.TryArranged(alpha, a, b, beta, destination)
        || GemmSmall<T, TTile>.TryTransposedColumn(alpha, a, b, beta, destination)
        || (PartsOf(a.Rows, 1, a.Columns, parallelism.Degree) == 1 && GemmSmall<T, TTile>.TryColumn(alpha, a, b, beta, destination));

    // The factors are constants to the JIT.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunPlain(in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, in MatrixView<T> destination, Parallelism parallelism)
        => Start(T.One, a, b, T.Zero, destination, parallelism, []);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static void Run(
        T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism, Span<T> workspace)
    {
        if (alpha == T.Zero || !workspace.IsEmpty || !TrySmall(alpha, a, b, beta, destination, parallelism))
        {
            RunFactors(alpha, a, b, beta, destination, parallelism, workspace);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunFactors(
        T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism, Span<T> workspace)
        => Start(alpha, a, b, beta, destination, parallelism, workspace);

    // What a small product needs is here and short; all else is behind calls that are not inlined, so that their locals are not cleared here.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Start(
        T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism, Span<T> workspace)
    {
        int m = destination.Rows, n = destination.Columns, k = a.Columns;
        if (k != b.Rows || a.Rows != m || b.Columns != n)
        {
            RefuseShapes(a, b, destination);
        }

        if (m == 0 || n == 0)
        {
            return;
        }

        nint aRow = a.RowStride, aColumn = a.ColumnStride, bRow = b.RowStride, bColumn = b.ColumnStride, cRow = destination.RowStride, cColumn = destination.ColumnStride;
        nint last = Last(m, n, cRow, cColumn);
        if (ExtentsMeet(ref a.Origin, Last(m, k, aRow, aColumn), ref destination.Origin, last))
        {
            RefuseOverlap(a, destination, nameof(a));
        }

        if (ExtentsMeet(ref b.Origin, Last(k, n, bRow, bColumn), ref destination.Origin, last))
        {
            RefuseOverlap(b, destination, nameof(b));
        }

        if (alpha == T.One && k != 0 && workspace.IsEmpty && PartsOf(m, n, k, parallelism.Degree) == 1
            && GemmForms<T, TTile>.IsChains(m, n, k, aRow, aColumn, bRow, bColumn) && GemmPath<T, TTile>.IsInPlace(m, n, k, aRow, bRow, bColumn, cRow, cColumn)
            && !GemmShort<T, TTile>.Applies(m, n, k, aRow, aColumn, cRow) && !GemmStream<T, TTile>.Applies(m, n, k, bColumn, cColumn))
        {
            fixed (T* left = &a.Origin, right = &b.Origin, to = &destination.Origin)
            {
                GemmDriver<T, TTile>.MultiplyInPlace(m, n, k, left, aRow, aColumn, right, bRow, beta, to, cRow);
            }

            return;
        }

        RunAny(alpha, a, b, beta, destination, parallelism, workspace);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunAny(
        T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism, Span<T> workspace)
    {
        int m = destination.Rows, n = destination.Columns, k = a.Columns;
        CheckWorkspace(m, n, k, workspace);
        if (alpha == T.Zero || k == 0)
        {
            ScaleOnly(beta, destination);
            return;
        }

        var form = GemmForms<T, TTile>.Of(m, n, k, a.RowStride, a.ColumnStride, b.RowStride, b.ColumnStride);
        if (form != GemmForm.Chains)
        {
            RunForm(form, alpha, a, b, beta, destination, parallelism, workspace);
        }
        else if (n > 1 && destination.ColumnStride != 1 && destination.RowStride == 1)
        {
            // The transposed product.
            RunChains(alpha, !GemmScaling<T>.IsOfA(m, n), b.Transposed, a.Transposed, beta, destination.Transposed, parallelism, workspace);
        }
        else
        {
            RunChains(alpha, GemmScaling<T>.IsOfA(m, n), a, b, beta, destination, parallelism, workspace);
        }
    }

    private static void RunChains(
        T alpha, bool isOfA, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism, Span<T> workspace)
    {
        int m = destination.Rows, n = destination.Columns, k = a.Columns;
        bool turnsB = workspace.IsEmpty && GemmPath<T, TTile>.TurnsB(m, n, k, a.RowStride, b.RowStride, b.ColumnStride, destination.RowStride, destination.ColumnStride);
        if (alpha == T.One ? turnsB : GemmScaling<T>.IsWhole(m, n, k))
        {
            RunCopied(alpha, isOfA, turnsB, a, b, beta, destination, parallelism, workspace);
        }
        else
        {
            RunForm(GemmForm.Chains, alpha, a, b, beta, destination, parallelism, workspace);
        }
    }

    // alpha, and a B that is turned, first; then chains that need neither.
    private static void RunCopied(
        T alpha, bool isOfA, bool turnsB, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism, Span<T> workspace)
    {
        int m = destination.Rows, n = destination.Columns, k = a.Columns;
        fixed (T* aOrigin = &a.Origin, bOrigin = &b.Origin, scratch = workspace)
        {
            GemmOperand<T> left = new(aOrigin, a.RowStride, a.ColumnStride, isOfA ? alpha : T.One), right = new(bOrigin, b.RowStride, b.ColumnStride, isOfA ? T.One : alpha);
            nuint ofA = GemmScaling<T>.Length(left, copies: false, m, k), ofB = GemmScaling<T>.Length(right, turnsB, k, n);
            T* memory = workspace.IsEmpty ? AlignedMemory.RentOperand<T>(ofA + ofB) : AlignedMemory.Align<T>(scratch);
            left = GemmScaling<T>.Ready(left, copies: false, m, k, memory);
            right = GemmScaling<T>.Ready(right, turnsB, k, n, memory + ofA);
            var rest = workspace.IsEmpty ? workspace : workspace[(int)(memory + ofA + ofB - scratch)..];
            RunForm(GemmForm.Chains, T.One, left.View(m, k), right.View(k, n), beta, destination, parallelism, rest);
        }
    }

    private static void RunForm(
        GemmForm form, T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism, Span<T> workspace)
    {
        if (!workspace.IsEmpty || PartsOf(destination.Rows, destination.Columns, a.Columns, parallelism.Degree) != 1 || !TryInPlace(form, alpha, a, b, beta, destination))
        {
            RunProblem(form, alpha, a, b, beta, destination, parallelism, workspace);
        }
    }

    // What needs no copy goes straight to its kernel, without a record of the problem.
    private static bool TryInPlace(GemmForm form, T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination)
    {
        int m = destination.Rows, n = destination.Columns, k = a.Columns;
        nint aRow = a.RowStride, aColumn = a.ColumnStride, bRow = b.RowStride, bColumn = b.ColumnStride, cRow = destination.RowStride, cColumn = destination.ColumnStride;
        fixed (T* left = &a.Origin, right = &b.Origin, to = &destination.Origin)
        {
            if (form == GemmForm.Dots)
            {
                return GemmDots<T, TTile>.TryInPlace(alpha, m, n, k, left, aRow, aColumn, right, bRow, bColumn, beta, to, cRow, cColumn);
            }

            if (form == GemmForm.Slices)
            {
                GemmSlices<T, TTile>.MultiplyOriented(alpha, m, n, k, left, aRow, aColumn, right, bRow, bColumn, beta, to, cRow, cColumn);
                return true;
            }

            if (alpha != T.One)
            {
                return false;
            }

            if (GemmShort<T, TTile>.Applies(m, n, k, aRow, aColumn, cRow))
            {
                GemmShort<T, TTile>.Multiply(m, k, left, aRow, right, bRow, beta, to);
                return true;
            }

            if (GemmStream<T, TTile>.Applies(m, n, k, bColumn, cColumn))
            {
                GemmStream<T, TTile>.Multiply(m, n, k, left, aRow, aColumn, right, bRow, beta, to, cRow);
                return true;
            }

            if (GemmPath<T, TTile>.IsInPlace(m, n, k, aRow, bRow, bColumn, cRow, cColumn))
            {
                GemmDriver<T, TTile>.MultiplyInPlace(m, n, k, left, aRow, aColumn, right, bRow, beta, to, cRow);
                return true;
            }

            // The transposed product.
            if (GemmStream<T, TTile>.Applies(n, m, k, aRow, cRow))
            {
                GemmStream<T, TTile>.Multiply(n, m, k, right, bColumn, bRow, left, aColumn, beta, to, cColumn);
                return true;
            }

            if (GemmPath<T, TTile>.IsInPlace(n, m, k, bColumn, aColumn, aRow, cColumn, cRow))
            {
                GemmDriver<T, TTile>.MultiplyInPlace(n, m, k, right, bColumn, bRow, left, aColumn, beta, to, cColumn);
                return true;
            }
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RunProblem(
        GemmForm form, T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism, Span<T> workspace)
    {
        fixed (T* left = &a.Origin, right = &b.Origin, to = &destination.Origin, scratch = workspace)
        {
            bool isOfA = GemmScaling<T>.IsOfA(destination.Rows, destination.Columns);
            var problem = new GemmProblem<T>
            {
                M = destination.Rows,
                N = destination.Columns,
                K = a.Columns,
                A = new(left, a.RowStride, a.ColumnStride, isOfA ? alpha : T.One),
                B = new(right, b.RowStride, b.ColumnStride, isOfA ? T.One : alpha),
                Beta = beta,
                C = to,
                CRow = destination.RowStride,
                CColumn = destination.ColumnStride,
                Form = form,
                IsOne = GemmDots<T, TTile>.IsOne(destination.Rows, destination.Columns),
            };
            problem = Oriented(problem);
            if (!workspace.IsEmpty)
            {
                Multiply(problem, AlignedMemory.Align<T>(scratch));
                return;
            }

            int parts = PartsOf(problem.M, problem.N, problem.K, parallelism.Degree);
            if (parts == 1)
            {
                Multiply(problem, null);
            }
            else
            {
                Split(problem, parts, parallelism.Degree);
            }
        }
    }

    // What has a kernel of its own for one row or column stays as it is, or becomes it.
    private static GemmProblem<T> Oriented(in GemmProblem<T> problem)
    {
        if (problem.Form != GemmForm.Chains)
        {
            return problem.Form == GemmForm.Dots ? GemmDots<T, TTile>.Oriented(problem) : GemmSlices<T, TTile>.Oriented(problem);
        }

        var transposed = problem.Transposed;
        return GemmShort<T, TTile>.Applies(problem) || GemmStream<T, TTile>.Applies(problem) ? problem
            : GemmShort<T, TTile>.Applies(transposed) || GemmStream<T, TTile>.Applies(transposed) ? transposed
            : GemmPath<T, TTile>.Oriented(problem);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PartsOf(int m, int n, int k, int degree)
        => degree == 1 || (long)m * n * k < ThreadingThreshold ? 1 : Parts(m, n, (long)m * n * k, degree);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Parts(int m, int n, long products, int degree)
        => products * sizeof(T) < WakingThreshold && !ForkJoin.IsHelped && !ForkJoin.IsOneOfMany()
            ? 1
            : Math.Min(degree * (products < SharesThreshold ? SmallShares : 1), Math.Max(RowTiles(m), ColumnTiles(n)));

    private static int RowTiles(int m) => (m + TTile.RowsOf(TTile.Vectors) - 1) / TTile.RowsOf(TTile.Vectors);

    private static int ColumnTiles(int n) => (n + TTile.Vectors * TTile.Lanes - 1) / (TTile.Vectors * TTile.Lanes);

    // Never the depth, which would change a sum.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Split(in GemmProblem<T> problem, int parts, int degree)
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

    private static void RunPart(void* state, int part) => Multiply(((SplitProblem*)state)->At(part), null);

    // An oriented problem, in the caller's scratch or in the thread's own.
    private static void Multiply(in GemmProblem<T> problem, T* scratch)
    {
        if (problem.Form == GemmForm.Dots)
        {
            GemmDots<T, TTile>.Multiply(problem, scratch != null ? scratch : AlignedMemory.Rent<T>(GemmDots<T, TTile>.RequiredScratch(problem.M, problem.N, problem.K)));
        }
        else if (problem.Form == GemmForm.Slices)
        {
            GemmSlices<T, TTile>.Multiply(problem);
        }
        else if (GemmShort<T, TTile>.Applies(problem))
        {
            GemmShort<T, TTile>.Multiply(problem);
        }
        else if (GemmStream<T, TTile>.Applies(problem))
        {
            GemmStream<T, TTile>.Multiply(problem);
        }
        else
        {
            var blocks = GemmBlocks.Of<T, TTile>();
            GemmDriver<T, TTile>.Multiply(problem, scratch != null ? scratch : AlignedMemory.Rent<T>(GemmDriver<T, TTile>.RequiredScratch(problem, blocks)), blocks);
        }
    }

    private static void CheckWorkspace(int m, int n, int k, Span<T> workspace)
    {
        nuint needed = workspace.IsEmpty ? 0 : GemmDispatch.RequiredScratch<T, TTile>(m, n, k) + (nuint)AlignedMemory.Slack<T>();
        if ((nuint)workspace.Length < needed)
        {
            throw new ArgumentException($"A {m} x {n} x {k} product needs {needed} elements; the workspace has {workspace.Length}.", nameof(workspace));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RefuseShapes(in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, in MatrixView<T> destination)
    {
        if (a.Columns != b.Rows)
        {
            throw new ArgumentException($"a is {a.Rows} x {a.Columns} and b is {b.Rows} x {b.Columns}; a must have as many columns as b has rows.", nameof(b));
        }

        ViewShape.CheckSame(a.Rows, b.Columns, destination.Rows, destination.Columns, nameof(destination));
    }

    // Offset of a view's last element.
    internal static nint Last(int rows, int columns, nint row, nint column) => (rows - 1) * row + (columns - 1) * column;

    // Extents that do not meet, the common case, cost two comparisons; only then the exact answer is worth its price.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool ExtentsMeet(ref T source, nint sourceLast, ref T destination, nint destinationLast)
    {
        nint offset = Unsafe.ByteOffset(ref source, ref destination);
        return offset < (sourceLast + 1) * sizeof(T) && -offset < (destinationLast + 1) * sizeof(T);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RefuseOverlap(in ReadOnlyMatrixView<T> source, in MatrixView<T> destination, string name) => ViewOverlap.Refuse(source, destination, name);

    // BLAS: neither operand is read; beta = 0 overwrites.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ScaleOnly(T beta, in MatrixView<T> destination)
    {
        if (beta == T.Zero)
        {
            destination.Fill(T.Zero);
        }
        else
        {
            Elementwise.Scale(destination, beta, destination);
        }
    }

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
