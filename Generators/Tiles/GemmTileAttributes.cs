using Kernels.Generators.Emit;

namespace Kernels.Generators.Tiles;

/// <summary>The attribute of the tuning table, given to every project that uses the generator, and the contract of an emitted tile.</summary>
internal static class GemmTileAttributes
{
    public const string FullName = "Kernels.GemmTileAttribute";

    public const string HintName = "Kernels.GemmTileAttribute.g.cs";

    public const string ContractHintName = "Kernels.GemmTile.g.cs";

    public static readonly string Attribute = Banner.Of("The tuning table of GEMM is a list of these attributes.") + """

        namespace Kernels
        {
            /// <summary>One row of the tuning table: emits a struct <c>Tile{Rows}x{Vectors}V{Width}{Scalar}</c> inside the annotated class.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Class, AllowMultiple = true)]
            internal sealed class GemmTileAttribute : global::System.Attribute
            {
                /// <summary>A tile of <c>float</c> or <c>double</c>.</summary>
                public GemmTileAttribute(global::System.Type scalar) => Scalar = scalar;

                /// <summary><c>float</c> or <c>double</c>.</summary>
                public global::System.Type Scalar { get; }

                /// <summary>Bits of a vector: 128, 256 or 512.</summary>
                public int Width { get; set; }

                /// <summary>Rows of C in registers.</summary>
                public int Rows { get; set; }

                /// <summary>Vectors of C in each row.</summary>
                public int Vectors { get; set; }

                /// <summary>KC: steps of k before C goes back to memory. Not part of the result.</summary>
                public int DepthBlock { get; set; }

                /// <summary>MC: rows of A that stay in the second-level cache.</summary>
                public int RowBlock { get; set; }

                /// <summary>NC: columns of B that stay in the third-level cache.</summary>
                public int ColumnBlock { get; set; }

                /// <summary>KiB of an operand from which a copy of it in the order of its use may pay.</summary>
                public int PackingKiB { get; set; }

                /// <summary>Steps of k that the loop of a tall tile takes at a time.</summary>
                public int Steps { get; set; } = 1;

                /// <summary>Rows of C up to which B beyond <see cref="PackingKiB"/> is fetched ahead where it lies, and with more than a few of them copied panel by panel; 0: nothing is fetched ahead, and B is copied whole.</summary>
                public int PanelRows { get; set; }

                /// <summary>Steps of k up to which eight chains a tile are enough, and more rows cost more than they save; 0: tiles are as tall as can be.</summary>
                public int ShallowDepth { get; set; }

                /// <summary>Steps of k that few rows take at a time of a B that they pass once.</summary>
                public int NearDepth { get; set; } = 24;

                /// <summary>Steps of k that more rows take at a time of such a B.</summary>
                public int StreamDepth { get; set; } = 24;

                /// <summary>Lines in each of the 64 sets of the first-level cache.</summary>
                public int Ways { get; set; } = 8;

                /// <summary>
                /// KiB of a matrix up to which one row of C passes it one row after the other once it is beyond the first-level cache, and not 0 where sums of a column are read so too (up to a bound of
                /// their own, which is one at every width); 0: several rows side by side at every size.
                /// </summary>
                public int RowByRowKiB { get; set; }
            }
        }

        """.Replace("\r\n", "\n");

    /// <summary>Has pointers, so only projects that allow them receive it.</summary>
    public static readonly string Contract = Banner.Of("What a tile kernel takes and tells.") + """

        namespace Kernels
        {
            /// <summary>
            /// The operands of a tile kernel, in memory: a call that passes them one by one copies most of them onto the stack again at each step.
            /// </summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            internal unsafe struct GemmTileArguments<T>
                where T : unmanaged
            {
                /// <summary>Tiles one below the other.</summary>
                public nuint Tiles { get; set; }

                /// <summary>Panels of such tiles side by side, each as wide as the tile; 1 when the last vector is a part.</summary>
                public nuint Panels { get; set; }

                /// <summary>Steps of k.</summary>
                public nuint Depth { get; set; }

                /// <summary>Element (i, p) of A is <c>A[i * ARow + p * ADepth]</c>.</summary>
                public T* A { get; set; }

                /// <summary>Elements from a row of A to the next.</summary>
                public nint ARow { get; set; }

                /// <summary>Elements from a step of k to the next in A.</summary>
                public nint ADepth { get; set; }

                /// <summary>Elements of A from a tile to the one below it; only <c>Multiply</c> asks for it.</summary>
                public nint ATile { get; set; }

                /// <summary>Row p of a panel of B starts at <c>B + p * BDepth</c>.</summary>
                public T* B { get; set; }

                /// <summary>Elements from a step of k to the next in B.</summary>
                public nint BDepth { get; set; }

                /// <summary>Elements from a panel of B to the next.</summary>
                public nint BPanel { get; set; }

                /// <summary>Elements from a row of a panel to what is fetched with it; only <c>MultiplyFetching</c> and <c>MultiplyAndPack</c> ask for it.</summary>
                public nint BAhead { get; set; }

                /// <summary>Where the rows of a panel go, side by side and the last vector whole; only <c>MultiplyAndPack</c> asks for it.</summary>
                public T* Packed { get; set; }

                /// <summary>Factor of the product; only <c>Dots</c>, <c>Quads</c> and <c>Slices</c> ask for it.</summary>
                public T Alpha { get; set; }

                /// <summary>Factor of C; at zero C is not read.</summary>
                public T Beta { get; set; }

                /// <summary>The first tile of C; columns are adjacent.</summary>
                public T* C { get; set; }

                /// <summary>Elements from a row of C to the next.</summary>
                public nint CRow { get; set; }

                /// <summary>The last steps of k, before which the rows of C that a later tile starts from are fetched; fewer than <see cref="Depth"/>, and 0 where C is near; of <c>Stream</c>, the elements of C from a vector to what is fetched with it, or 0.</summary>
                public nuint Late { get; set; }

                /// <summary>How many tiles later, from one on.</summary>
                public nuint LateBy { get; set; }

                /// <summary>Elements from a column of C to the next; only sums ask for it.</summary>
                public nint CColumn { get; set; }
            }

            /// <summary>What the driver of GEMM sees of a tile. Contract: docs/contracts/gemm-tile.md.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            internal unsafe interface IGemmTile<T>
                where T : unmanaged
            {
                /// <summary>Rows of the tallest tile that is so many vectors wide.</summary>
                static abstract int RowsOf(int vectors);

                /// <summary>Vectors of the widest tile with so many rows: wider than the full tile for a few.</summary>
                static abstract int WidestOf(int rows);

                /// <summary>The same of <see cref="MultiplySmall"/>.</summary>
                static abstract int WidestSmallOf(int rows);

                /// <summary>Steps of k that <see cref="Short"/> takes at most.</summary>
                static abstract int MostShortDepth { get; }

                /// <summary>Rows that <see cref="Stream"/> takes at most.</summary>
                static abstract int StreamRows { get; }

                /// <summary>Steps of k that <see cref="Stream"/> takes at most of so many rows.</summary>
                static abstract int StreamDepthOf(int rows);

                static abstract int Vectors { get; }

                static abstract int Lanes { get; }

                static abstract int DepthBlock { get; }

                static abstract int RowBlock { get; }

                static abstract int ColumnBlock { get; }

                static abstract int PackingKiB { get; }

                static abstract int PanelRows { get; }

                static abstract int ShallowDepth { get; }

                static abstract int NearDepth { get; }

                static abstract int StreamDepth { get; }

                static abstract int Ways { get; }

                static abstract int RowByRowKiB { get; }

                /// <summary>Columns that one block of <see cref="Dots"/> has at most, with so many steps of k.</summary>
                static abstract int DotColumnsOf(int depth);

                /// <summary>Rows of the tallest block of <see cref="Dots"/> that is so many columns wide.</summary>
                static abstract int DotRowsOf(int columns);

                /// <summary>Rows of the tallest block of one column that <see cref="Dots"/> takes: more than pay while the matrix is in a cache.</summary>
                static abstract int MostDotRows { get; }

                /// <summary>Rows of the tallest block of <see cref="Quads"/>; 0 where there is none.</summary>
                static abstract int QuadRows { get; }

                /// <summary>Rows that <see cref="QuadSlices"/> takes at most; 0 where there is none.</summary>
                static abstract int QuadSliceRows { get; }

                /// <summary>Columns that <see cref="Strip"/> takes at most.</summary>
                static abstract int StripColumns { get; }

                /// <summary>Rows of C in each vector of <see cref="Strip"/>.</summary>
                static abstract int StripRows { get; }

                /// <summary>Vectors that <see cref="Strip"/> takes at most; 0 where there is none.</summary>
                static abstract int StripVectors { get; }

                /// <summary>Products of a sum of <see cref="Outer"/>, at most.</summary>
                static abstract int OuterDepth { get; }

                /// <summary>Vectors of the widest C of <see cref="Outer"/> with sums of so many products.</summary>
                static abstract int OuterVectors(int depth);

                /// <summary>Rows that <see cref="Slices"/> takes at most.</summary>
                static abstract int SliceRows { get; }

                /// <summary>Elements of C that <see cref="Slices"/> takes at most, the same at every width.</summary>
                static abstract int SlicedElements { get; }

                /// <summary>True when the host loads and stores a part of a vector, so that <c>Multiply</c> may be called with fewer lanes than a vector has.</summary>
                static abstract bool HasMasks { get; }

                /// <summary>
                /// C = beta C + A B on tiles of rows x vectors, any size up to <see cref="RowsOf"/>, of whose last vector only the first
                /// <paramref name="lanes"/> lanes lie inside B and C.
                /// </summary>
                static abstract void Multiply(int rows, int vectors, int lanes, GemmTileArguments<T>* arguments);

                /// <summary>
                /// <see cref="Multiply"/> with a whole last vector that fetches the line <c>BAhead</c> elements further on with each row of B, where the tile
                /// has time for it.
                /// </summary>
                static abstract void MultiplyFetching(int rows, int vectors, GemmTileArguments<T>* arguments);

                /// <summary>
                /// <see cref="MultiplyFetching"/> of one tile of all its rows, up to the full number of vectors wide and the last one whole or not, that leaves a copy
                /// of B behind: <c>Packed</c> receives the rows of each panel side by side, one panel behind the other.
                /// </summary>
                static abstract void MultiplyAndPack(int vectors, int lanes, GemmTileArguments<T>* arguments);

                /// <summary>
                /// <see cref="Multiply"/> for up to <see cref="StripColumns"/> columns where k is adjacent in A: <c>Tiles</c> times so many vectors of
                /// <see cref="StripRows"/> rows one below the other.
                /// </summary>
                static abstract void Strip(int vectors, int columns, GemmTileArguments<T>* arguments);

                /// <summary>
                /// C = beta C + A B on one tile of one or two vectors, or of as many as <see cref="WidestSmallOf"/> tells, and as many rows as <see cref="RowsOf"/>
                /// tells, of which the first <paramref name="columns"/> columns lie inside B and C; A along its rows.
                /// </summary>
                static abstract void MultiplySmall(T* a, nint aRow, T* b, nint bDepth, nuint depth, int columns, T beta, T* c, nint cRow, int rows);

                /// <summary>
                /// C = alpha A B + beta C, element by element a sum over adjacent k: <c>Tiles</c> blocks of rows x columns one below the other, with
                /// columns of B that lie <c>BPanel</c> apart.
                /// </summary>
                static abstract void Dots(int rows, int columns, GemmTileArguments<T>* arguments);

                /// <summary>
                /// The same of one column, <c>Tiles</c> rows one after the other, with the lanes of <c>Reductions.Dot</c>, which are four times as many; or with as many as <see cref="Dots"/> has,
                /// where <see cref="RowByRowKiB"/> is not 0.
                /// </summary>
                static abstract void DotColumn(bool hasManyLanes, GemmTileArguments<T>* arguments);

                /// <summary>The same sums for four columns of B that lie side by side without gaps: <c>Tiles</c> blocks of rows x 4 one below the other.</summary>
                static abstract void Quads(int rows, GemmTileArguments<T>* arguments);

                /// <summary>
                /// The same sums with adjacent columns of B, A at any strides, for a C of few elements: rows x vectors, of whose last one only the first
                /// <paramref name="lanes"/> lanes lie inside B and C.
                /// </summary>
                static abstract void Slices(int rows, int vectors, int lanes, GemmTileArguments<T>* arguments);

                /// <summary>The same sums as <see cref="Slices"/> for four columns of B that lie side by side without gaps, k adjacent in A.</summary>
                static abstract void QuadSlices(int rows, GemmTileArguments<T>* arguments);

                /// <summary>
                /// C = beta C + alpha A B of one column, chains over few steps of k which is adjacent in A; C adjacent too. <c>Tiles</c> vectors of rows one below the
                /// other when <paramref name="lanes"/> are those of a vector; else as many rows.
                /// </summary>
                static abstract void Short(int depth, int lanes, GemmTileArguments<T>* arguments);

                /// <summary>
                /// C = beta C + alpha A B of few rows, chains over <c>Tiles</c> blocks of few steps of k that continue from C. <c>Panels</c> vectors of columns, and
                /// <paramref name="lanes"/> more when they are not those of a vector.
                /// </summary>
                static abstract void Stream(int rows, int depth, int lanes, GemmTileArguments<T>* arguments);

                /// <summary>
                /// C = beta C + A B for sums of up to <see cref="OuterDepth"/> products, any number of rows, and as many columns as <see cref="OuterVectors"/> allows.
                /// </summary>
                static abstract void Outer(int depth, int columns, T* a, nint aRow, nint aDepth, T* b, nint bDepth, T beta, T* c, nint cRow, nint rows);
            }
        }

        """.Replace("\r\n", "\n");
}
