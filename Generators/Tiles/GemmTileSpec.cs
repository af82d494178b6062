namespace Kernels.Generators.Tiles;

/// <summary>One line of the tuning table: which scalar, which width, which tile, which blocks.</summary>
internal sealed record GemmTileSpec(
    string Namespace, string Class, string Scalar, int Width, int Rows, int Vectors, int DepthBlock, int RowBlock, int ColumnBlock, int PackingKiB, int Steps, int PanelRows,
    int ShallowDepth, int NearDepth, int StreamDepth, int Ways, int RowByRowKiB)
{
    public int Lanes => Width / (Scalar == "float" ? 32 : 64);

    /// <summary>Named for what it is, never for a processor: <c>Tile6x4V512Single</c>.</summary>
    public string Name => $"Tile{Rows}x{Vectors}V{Width}{(Scalar == "float" ? "Single" : "Double")}";

    /// <summary>Accumulators, one row of B, one broadcast element of A.</summary>
    public int LiveRegisters => Rows * Vectors + Vectors + 1;

    /// <summary>What an x64 host of that width offers: AVX-512 doubled the file.</summary>
    public int Registers => Width == 512 ? 32 : 16;

    /// <summary>Logical lanes of a sum over adjacent k: as many as the widest vector has, at every width (docs/reproducibility.md).</summary>
    public int LogicalLanes => Scalar == "float" ? 16 : 8;

    /// <summary>Vectors that make the logical lanes of one sum.</summary>
    public int DotParts => LogicalLanes / Lanes;

    /// <summary>
    /// Chains of a row of a column of sums that is read by itself: vectors that hold four times the logical lanes, as <c>Reductions.Dot</c> has them; and where rows are read one after the other one more
    /// kernel, with the logical lanes of other sums.
    /// </summary>
    public int[] DotColumnChains => DotParts == 1 && RowByRowKiB > 0 ? [4, 1] : [4 * DotParts];

    /// <summary>Columns that share a load of A, at most.</summary>
    public int DotColumns => DotParts <= 2 ? 4 : 1;

    /// <summary>Rows of sums that fit the registers: at least eight chains, for two multiply-adds a cycle and a latency of four.</summary>
    public int DotRowsOf(int columns) => columns == 1 ? 8 / DotParts : DotsAreHalved(columns) ? HalvedRows : 4 / DotParts;

    /// <summary>Fewer steps of k do not pay for putting halved sums down and taking them up again: 4 x 100 x 64 float 0.82 of the speed of two passes, 4 x 1000 x 48 double 0.91.</summary>
    public int HalvedDepth => DotParts == 2 ? 7 * LogicalLanes : 0;

    /// <summary>Columns that share a load of A below that depth: three, which with two rows of whole sums fill sixteen registers.</summary>
    public int ShallowDotColumns => DotParts == 2 ? 3 : DotColumns;

    /// <summary>
    /// Whether so many columns take one half of the logical lanes after the other, the second from the first-level cache: sixteen registers hold 3 x 4 halves of a sum, with seven
    /// loads for twelve multiply-adds, but no more than 2 x 2 whole ones, with eight for eight.
    /// </summary>
    public bool DotsAreHalved(int columns) => DotParts == 2 && columns == 4;

    private const int HalvedRows = 3;

    /// <summary>
    /// Rows of sums of one column that the registers hold beside the vectors of B: a matrix that comes from memory is read along as many rows as can be, up to eight,
    /// each of which prefetchers follow on its own. Not at 128 bits, where the end of a row takes more registers than there are.
    /// </summary>
    public int MostDotRows => Width == 128 ? DotRowsOf(1) : Math.Min(8, (Registers - DotParts) / DotParts);

    /// <summary>Rows of sums for four columns side by side that fit the registers, which hold 4 rows x logical lanes of them; none at 128 bits, and none of doubles, four of which are chains.</summary>
    public int QuadRows => Scalar == "double" ? 0 : DotParts switch { 1 => 4, 2 => 1, _ => 0 };

    /// <summary>Rows of slices for four columns side by side whose chains, of all slices, fit the registers; none where four columns are a vector or more.</summary>
    public int QuadSliceRows => Lanes <= 4 ? 0 : Math.Min(SliceRows, (Registers == 32 ? 16 : 8) / QuadSliceParts);

    /// <summary>Vectors of four columns that make all slices of a row.</summary>
    public int QuadSliceParts => 4 * LogicalSlices / Lanes;

    /// <summary>Columns of a strip, half a vector of the shortest one that has strips.</summary>
    public const int StripColumns = 4;

    /// <summary>Rows of a strip that one vector holds.</summary>
    public int StripRows => StripsAreTurned ? Lanes : Lanes / StripColumns;

    /// <summary>Whether a vector of a strip is rows of one column, for which sixteen registers are too few.</summary>
    public bool StripsAreTurned => Width == 512;

    /// <summary>
    /// Vectors of a strip: as many as the pointers to four rows each, or sixteen registers beside four rows of B and four steps of A, leave room for; none where a vector holds no more than a row.
    /// </summary>
    public int StripVectors => StripRows < 2 ? 0 : StripsAreTurned ? (Scalar == "float" ? 2 : 3) : 6;

    /// <summary>Rows of C that are summed in slices of k at most.</summary>
    public const int SliceRows = 4;

    /// <summary>Elements of C that are summed in slices of k at most, the same at every width (docs/contracts/gemm.md): more are chains enough.</summary>
    public int SlicedElements => 2 * LogicalLanes;

    /// <summary>Slices of k, the same at every width and for both scalars: the chains that two multiply-adds a cycle with a latency of four want of a single vector.</summary>
    public const int LogicalSlices = 8;

    /// <summary>Vectors of the widest C of so many rows that is summed in slices.</summary>
    public int SliceVectors(int rows) => ((SlicedElements / rows) + Lanes - 1) / Lanes;

    /// <summary>Slices of k side by side: as many chains as the registers hold beside up to two vectors of B or elements of A, one of the other, and a mask: twelve of 16, 24 of 32.</summary>
    public int SlicesOf(int rows, int vectors) => Enumerable.Range(0, 4).Select(power => 1 << power).Last(slices => slices == 1 || rows * vectors * slices <= (Registers == 32 ? 24 : 12));

    /// <summary>Vectors of the widest tile of more than a few rows that has its arguments in registers.</summary>
    public const int SmallVectors = 2;

    /// <summary>Halves pay where a vector is made of two that the host multiplies one after the other.</summary>
    public bool HasHalves => Width == 512;

    /// <summary>What a tile's last vector may be, in the order in which they are asked for.</summary>
    public LastVector[] LastVectors => HasHalves ? [LastVector.Whole, LastVector.Half, LastVector.Part] : [LastVector.Whole, LastVector.Part];

    /// <summary>
    /// Rows of the tallest tile with so many vectors: what the registers allow, since a narrow tile needs rows for its chains. Wider ones than the full
    /// tile are for few rows, which need columns for theirs.
    /// </summary>
    public int RowsOf(int vectors)
        => vectors > Vectors ? Enumerable.Range(1, WideRows).LastOrDefault(rows => WidestOf(rows) >= vectors)
        : vectors == Vectors ? Rows : Math.Max(Rows, Math.Min(2 * TileTemplate.LowRows, (Registers - 1 - vectors) / vectors));

    /// <summary>Vectors of the widest tile with so many rows: at least eight chains, for two multiply-adds a cycle and a latency of four.</summary>
    public int WidestOf(int rows) => Math.Max(Vectors, rows switch { 1 => 8, 2 => 4, WideRows => 3, _ => 0 });

    /// <summary>Vectors of the widest tile of all, which has one row.</summary>
    public int MostVectors => WidestOf(1);

    /// <summary>
    /// Rows of the tallest wide tile. Sums, the elements of A, a vector of B and a mask are kept in registers: a fourth vector for three rows would be one too many.
    /// </summary>
    public const int WideRows = 3;

    /// <summary>
    /// Cache lines of B that a tile fetches ahead at a step of k. One or two rows do too little at a step to hide that: their B streams past (<see cref="StreamRows"/>).
    /// </summary>
    public int FetchedLines(int rows, int vectors) => PanelRows > 0 && rows > StreamRows ? ((vectors * Width) + LineBits - 1) / LineBits : 0;

    /// <summary>The tiles that fetch ahead: all vectors, or one more of the few rows that may have it.</summary>
    public (int Rows, int Vectors)[] FetchingTiles
        => [.. from vectors in Enumerable.Range(Vectors, MostVectors - Vectors + 1) from rows in Enumerable.Range(1, RowsOf(vectors)) where FetchedLines(rows, vectors) > 0 select (rows, vectors)];

    /// <summary>
    /// Steps of k written out in one turn of the loop. Bulk is what tall tiles do: the others have a short loop less to skip.
    /// </summary>
    public int StepsOf(int rows, int vectors) => rows > (vectors < Vectors ? TileTemplate.LowRows : WideRows) ? Steps : 1;

    /// <summary>Elements of a cache line.</summary>
    public int LineElements => LineBits / (Scalar == "float" ? 32 : 64);

    private const int LineBits = 512;

    /// <summary>Vectors of the widest tile of so many rows that has its arguments in registers.</summary>
    public int WidestSmallOf(int rows) => rows <= WideRows ? WidestOf(rows) : SmallVectors;

    /// <summary>Rows of the tallest tile so many vectors wide that has its arguments in registers: of the widest ones, those of a few rows.</summary>
    public int SmallRowsOf(int vectors) => Enumerable.Range(1, RowsOf(vectors)).LastOrDefault(rows => WidestSmallOf(rows) >= vectors);

    /// <summary>Steps of k up to which one column has its rows transposed in registers; longer ones are sums over logical lanes.</summary>
    public const int MostShortDepth = 7;

    /// <summary>Rows of C past which rows of B stream: at most two, and for two half as many rows of B, since all elements of A stay in registers.</summary>
    public const int StreamRows = 2;

    /// <summary>Rows of B that stream past so many rows of C at a time: enough loads to hide those and the stores of C.</summary>
    public static int StreamDepthOf(int rows) => 8 / rows;

    /// <summary>Products of a sum, at most, for which all of B stays in registers.</summary>
    public const int OuterDepth = 4;

    /// <summary>Vectors of C beside each other for which so many rows of B stay in registers beside a few elements of A, the factor of C and a mask.</summary>
    public int OuterVectors(int depth) => Math.Min(8, (Registers == 32 ? 16 : 10) / depth);

    /// <summary>Elements of A that fill 128 bits: the block that a transposition within 128 bits takes.</summary>
    public int Quarter => Scalar == "float" ? 4 : 2;
}

/// <summary>How much of a tile's last vector lies inside the matrix.</summary>
internal enum LastVector
{
    /// <summary>All of it: no mask.</summary>
    Whole,

    /// <summary>A part, through a mask.</summary>
    Part,

    /// <summary>At most a half, through a mask of half the width.</summary>
    Half,
}

internal static class LastVectors
{
    /// <summary>What the name of a kernel ends with.</summary>
    public static string Suffix(this LastVector last) => last == LastVector.Whole ? "" : last.ToString();
}
