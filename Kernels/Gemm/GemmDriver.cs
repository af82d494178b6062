using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// The five loops around the tile (Goto and van de Geijn, 2008): columns by NC, depth by KC, rows by MC, tile columns, tile rows (inside
// the tile). An operand is packed only when reading it in place would cost more. Every choice depends on shapes and strides and none of
// them on the result: each element of C is one chain of fused multiply-adds over ascending k, whatever the blocks.
internal static unsafe class GemmDriver<T, TTile>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TTile : struct, IGemmTile<T>
{
    // Bytes of an operand below which reading it in place is faster: best of 1, 3, 4 and 16 MiB at n = 384..1024.
    private const long PackingThreshold = 3 * 1024 * 1024;

    private static int TileColumns => TTile.Vectors * TTile.Lanes;

    // Of the widest tile; narrower ones may be taller.
    private static int TileRows => TTile.RowsOf(TTile.Vectors);

    // Scratch elements that Multiply needs for a problem of this shape.
    internal static nuint RequiredScratch(int m, int n, int k)
    {
        // Either side may become the rows: a column-major destination exchanges them.
        nuint direct = Scratch.Of(m, n, k).Total, exchanged = Scratch.Of(n, m, k).Total;
        return direct > exchanged ? direct : exchanged;
    }

    internal static void Multiply(in GemmProblem<T> problem, T* scratch)
    {
        if (Exchanges(problem))
        {
            Blocks(problem.Transposed, scratch);
        }
        else
        {
            Blocks(problem, scratch);
        }
    }

    // Both operands can be read where they are, in one block of k: no scratch, no packing, straight to the tiles.
    internal static bool IsDirect(in GemmProblem<T> problem)
        => TTile.HasMasks && problem.CColumn == 1 && problem.K <= TTile.DepthBlock && !PacksA(problem) && !PacksB(problem) && !Exchanges(problem);

    internal static void MultiplyDirect(in GemmProblem<T> problem)
    {
        for (int j = 0; j < problem.N; j += TileColumns)
        {
            int columns = Math.Min(TileColumns, problem.N - j);
            TileColumn(problem.A, problem.M, problem.K, problem.B.Origin + j, problem.B.Row, columns, problem.Beta, problem.C + j, problem.CRow);
        }
    }

    // The transposed problem is better when only the columns of C are contiguous, or when C has so few that most lanes of its vectors are
    // idle and A can be read in place along its columns (transposing A into panels first was measured: it costs more than it saves).
    private static bool Exchanges(in GemmProblem<T> problem)
        => problem.CColumn != 1
            ? problem.CRow == 1
            : problem.N < TTile.Lanes && problem.M >= 2 * TTile.Lanes && problem.A.Row == 1 && !problem.A.IsScaled;

    private static void Blocks(in GemmProblem<T> problem, T* scratch)
    {
        var layout = Scratch.Of(problem.M, problem.N, problem.K);
        T* packedA = scratch, packedB = packedA + layout.A, edge = packedB + layout.B;
        bool packA = PacksA(problem), packB = PacksB(problem);
        int depth = EvenBlock(problem.K, TTile.DepthBlock);
        for (int j = 0; j < problem.N; j += TTile.ColumnBlock)
        {
            int n = Math.Min(TTile.ColumnBlock, problem.N - j);
            for (int p = 0, k; p < problem.K; p += k)
            {
                k = Math.Min(depth, problem.K - p);
                int firstPacked = packB ? 0 : TTile.HasMasks ? n : n / TileColumns * TileColumns;
                var right = GemmPacking<T>.Columns(problem.B.From(p, j), k, n, TileColumns, TTile.Lanes, firstPacked, packedB);
                T beta = p == 0 ? problem.Beta : T.One;
                for (int i = 0; i < problem.M; i += TTile.RowBlock)
                {
                    int m = Math.Min(TTile.RowBlock, problem.M - i);
                    var left = packA ? GemmPacking<T>.Rows(problem.A.From(i, p), m, k, packedA) : problem.A.From(i, p);
                    Tiles(left, right, m, n, k, beta, problem.C + i * problem.CRow + j * problem.CColumn, problem.CRow, problem.CColumn, edge);
                }
            }
        }
    }

    private static void Tiles(
        in GemmOperand<T> left, in GemmColumnPanels<T> right, int m, int n, int k, T beta, T* c, nint cRow, nint cColumn, T* edge)
    {
        for (int j = 0; j < n; j += TileColumns)
        {
            int columns = Math.Min(TileColumns, n - j);
            T* b = right.Panel(j, columns, out nint bDepth);
            if (cColumn == 1 && (TTile.HasMasks || columns % TTile.Lanes == 0))
            {
                TileColumn(left, m, k, b, bDepth, columns, beta, c + j, cRow);
            }
            else
            {
                EdgeColumn(left, m, k, b, bDepth, columns, beta, c + j * cColumn, cRow, cColumn, edge);
            }
        }
    }

    // Straight into C: equal tiles one below the other, then the rows that are left, as a smaller one.
    private static void TileColumn(in GemmOperand<T> left, int m, int k, T* b, nint bDepth, int columns, T beta, T* c, nint cRow)
    {
        int most = TTile.RowsOf(VectorsOf(columns));
        if (m <= most)
        {
            Tile(m, columns, 1, k, left.Origin, left.Row, left.Column, b, bDepth, beta, c, cRow);
            return;
        }

        int rows = EvenBlock(m, most);
        int tiles = m / rows, rest = m - tiles * rows;
        Tile(rows, columns, tiles, k, left.Origin, left.Row, left.Column, b, bDepth, beta, c, cRow);
        if (rest > 0)
        {
            Tile(rest, columns, 1, k, left.Origin + (m - rest) * left.Row, left.Row, left.Column, b, bDepth, beta, c + (m - rest) * cRow, cRow);
        }
    }

    private static int VectorsOf(int columns) => (columns + TTile.Lanes - 1) / TTile.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile(
        int rows, int columns, int tiles, int k, T* a, nint aRow, nint aDepth, T* b, nint bDepth, T beta, T* c, nint cRow)
    {
        int vectors = VectorsOf(columns), lanes = columns - (vectors - 1) * TTile.Lanes;
        // Without masks the last vector is whole all the same: B was packed with zeros behind its columns, and C is scratch.
        if (lanes == TTile.Lanes || !TTile.HasMasks)
        {
            TTile.Multiply(rows, vectors, (nuint)tiles, (nuint)k, a, aRow, aDepth, b, bDepth, beta, c, cRow);
        }
        else
        {
            TTile.MultiplyPart(rows, vectors, lanes, (nuint)tiles, (nuint)k, a, aRow, aDepth, b, bDepth, beta, c, cRow);
        }
    }

    // Where C has its columns apart, or no room for a vector that the host cannot mask, the tile is computed beside it and copied.
    private static void EdgeColumn(
        in GemmOperand<T> left, int m, int k, T* b, nint bDepth, int columns, T beta, T* c, nint cRow, nint cColumn, T* edge)
    {
        int width = VectorsOf(columns) * TTile.Lanes;
        for (int i = 0, rows; i < m; i += rows)
        {
            rows = Math.Min(TileRows, m - i);
            T* corner = c + i * cRow;
            if (beta != T.Zero)
            {
                GemmPacking<T>.Copy(corner, cRow, cColumn, rows, columns, edge, width, 1);
            }

            Tile(rows, columns, 1, k, left.Origin + i * left.Row, left.Row, left.Column, b, bDepth, beta, edge, width);
            GemmPacking<T>.Copy(edge, width, 1, rows, columns, corner, cRow, cColumn);
        }
    }

    // The block that divides the length evenly: a short last block would pay for a pass over C and do little.
    private static int EvenBlock(int length, int block)
    {
        int count = (length + block - 1) / block;
        return (length + count - 1) / count;
    }

    // alpha must be rounded into A. Otherwise a copy pays for a large A whose rows are read for enough column panels.
    private static bool PacksA(in GemmProblem<T> problem)
        => problem.A.IsScaled || (problem.N > 4 * TileColumns && (long)problem.M * problem.K * sizeof(T) > PackingThreshold);

    // B must have adjacent columns to be read by vectors. Otherwise a copy pays for a large B that enough rows use.
    private static bool PacksB(in GemmProblem<T> problem)
        => problem.B.IsScaled || problem.B.Column != 1
        || (problem.M > 4 * TileRows && (long)problem.N * problem.K * sizeof(T) > PackingThreshold);

    private readonly record struct Scratch(nuint A, nuint B, nuint Total)
    {
        internal static Scratch Of(int m, int n, int k)
        {
            nuint depth = (nuint)Math.Min(k, TTile.DepthBlock);
            nuint a = (nuint)Math.Min(m, TTile.RowBlock) * GemmPacking<T>.Padded(depth);
            nuint transposedA = depth * GemmPacking<T>.Padded((nuint)Math.Min(m, TTile.RowBlock));
            nuint b = depth * RoundUp((nuint)Math.Min(n, TTile.ColumnBlock), (nuint)TTile.Lanes);
            a = RoundUp(Math.Max(a, transposedA), 64);
            b = RoundUp(b, 64);
            return new(a, b, a + b + (nuint)(TileRows * TileColumns));
        }

        private static nuint RoundUp(nuint value, nuint step) => (value + step - 1) / step * step;
    }
}
