using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// A checked call on one tile: pins the views, settles the cases without a product, makes small operands ready, and leaves the rest to a kernel, alone or in parts.
internal static unsafe class GemmCall<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
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
        => GemmOuter<T, TTile>.TryMultiply(alpha, a, b, beta, destination, parallelism) || GemmSmall<T, TTile>.TryMultiply(alpha, a, b, beta, destination)
        || GemmSmall<T, TTile>.TryWide(alpha, a, b, beta, destination, parallelism) || GemmSmall<T, TTile>.TrySums(alpha, a, b, beta, destination, parallelism) || GemmSmall<T, TTile>.TryArranged(alpha, a, b, beta, destination)
        || GemmSmall<T, TTile>.TryTransposedColumn(alpha, a, b, beta, destination) || GemmRows<T, TTile>.TryMultiply(alpha, a, b, beta, destination, parallelism)
        || GemmRows<T, TTile>.TryTransposedColumn(alpha, a, b, beta, destination, parallelism)
        || (GemmThreads<T, TTile>.PartsOf(a.Rows, 1, a.Columns, parallelism.Degree) == 1 && GemmSmall<T, TTile>.TryColumn(alpha, a, b, beta, destination))
        || (GemmThreads<T, TTile>.PartsOf(1, b.Columns, b.Rows, parallelism.Degree) == 1 && GemmSmall<T, TTile>.TryTransposedRow(alpha, a, b, beta, destination));

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

        if (alpha == T.One && k != 0 && workspace.IsEmpty && GemmThreads<T, TTile>.PartsOf(m, n, k, parallelism.Degree) == 1
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
            var (ofA, ofB) = GemmScaling<T>.Scales(alpha, isOfA);
            GemmOperand<T> left = new(aOrigin, a.RowStride, a.ColumnStride, ofA), right = new(bOrigin, b.RowStride, b.ColumnStride, ofB);
            nuint lengthA = GemmScaling<T>.Length(left, copies: false, m, k), length = lengthA + GemmScaling<T>.Length(right, turnsB, k, n);
            T* memory = workspace.IsEmpty ? AlignedMemory.RentOperand<T>(length) : AlignedMemory.Align<T>(scratch);
            GemmScaling<T>.MakeReady(ref left, copies: false, m, k, memory);
            GemmScaling<T>.MakeReady(ref right, turnsB, k, n, memory + lengthA);
            var rest = workspace.IsEmpty ? workspace : workspace[(int)(memory + length - scratch)..];
            RunForm(GemmForm.Chains, T.One, left.View(m, k), right.View(k, n), beta, destination, parallelism, rest);
        }
    }

    private static void RunForm(
        GemmForm form, T alpha, in ReadOnlyMatrixView<T> a, in ReadOnlyMatrixView<T> b, T beta, in MatrixView<T> destination, Parallelism parallelism, Span<T> workspace)
    {
        if (!workspace.IsEmpty || GemmThreads<T, TTile>.PartsOf(destination.Rows, destination.Columns, a.Columns, parallelism.Degree) != 1 || !TryInPlace(form, alpha, a, b, beta, destination))
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

            if (GemmOuter<T, TTile>.Applies(m, n, k, bColumn, beta, cColumn))
            {
                GemmOuter<T, TTile>.Multiply(m, n, k, left, aRow, aColumn, right, bRow, beta, to, cRow);
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
            if (GemmOuter<T, TTile>.Applies(n, m, k, aRow, beta, cRow))
            {
                GemmOuter<T, TTile>.Multiply(n, m, k, right, bColumn, bRow, left, aColumn, beta, to, cColumn);
                return true;
            }

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
            var (ofA, ofB) = GemmScaling<T>.Scales(alpha, GemmScaling<T>.IsOfA(destination.Rows, destination.Columns));
            var problem = new GemmProblem<T>
            {
                M = destination.Rows,
                N = destination.Columns,
                K = a.Columns,
                A = new(left, a.RowStride, a.ColumnStride, ofA),
                B = new(right, b.RowStride, b.ColumnStride, ofB),
                Beta = beta,
                C = to,
                CRow = destination.RowStride,
                CColumn = destination.ColumnStride,
                Form = form,
                HasManyLanes = GemmDots<T, TTile>.HaveManyLanes(destination.Rows, destination.Columns, a.Columns),
            };
            problem = GemmPath<T, TTile>.Judged(Oriented(problem));
            if (!workspace.IsEmpty)
            {
                Multiply(problem, AlignedMemory.Align<T>(scratch));
                return;
            }

            int parts = GemmThreads<T, TTile>.PartsOf(problem.M, problem.N, problem.K, parallelism.Degree);
            if (parts == 1)
            {
                Multiply(problem, null);
            }
            else
            {
                GemmThreads<T, TTile>.Split(problem, parts, parallelism.Degree);
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
        return HasKernel(problem) ? problem
            : HasKernel(transposed) ? transposed
            : GemmPath<T, TTile>.Oriented(problem);
    }

    private static bool HasKernel(in GemmProblem<T> problem)
        => GemmShort<T, TTile>.Applies(problem) || GemmOuter<T, TTile>.Applies(problem) || GemmStream<T, TTile>.Applies(problem);

    // An oriented problem, in the caller's scratch or in the thread's own.
    internal static void Multiply(in GemmProblem<T> problem, T* scratch)
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
        else if (GemmOuter<T, TTile>.Applies(problem))
        {
            GemmOuter<T, TTile>.Multiply(problem);
        }
        else if (GemmStream<T, TTile>.Applies(problem))
        {
            GemmStream<T, TTile>.Multiply(problem);
        }
        else
        {
            var blocks = GemmBlocks.Of<T, TTile>();
            nuint besideC = GemmBeside<T, TTile>.Applies(problem) ? GemmBeside<T, TTile>.RequiredScratch(problem.M, problem.N) : 0;
            T* memory = scratch != null ? scratch : AlignedMemory.Rent<T>(GemmScratch<T, TTile>.Required(problem, blocks) + besideC);
            if (besideC > 0)
            {
                GemmBeside<T, TTile>.Multiply(problem, memory);
            }
            else
            {
                GemmDriver<T, TTile>.Multiply(problem, memory, blocks);
            }
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
}
