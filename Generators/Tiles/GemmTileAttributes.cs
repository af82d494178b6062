using Kernels.Generators.Emit;

namespace Kernels.Generators.Tiles;

/// <summary>The attribute of the tuning table and the contract of an emitted tile, given to every project that uses the generator.</summary>
internal static class GemmTileAttributes
{
    public const string FullName = "Kernels.GemmTileAttribute";

    public const string HintName = "Kernels.GemmTileAttribute.g.cs";

    public static readonly string Source = Banner.Of("The tuning table of GEMM is a list of these attributes.") + """

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
            }

            /// <summary>What the driver of GEMM sees of a tile. Contract: docs/contracts/gemm-tile.md.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            internal unsafe interface IGemmTile<T>
                where T : unmanaged
            {
                /// <summary>Rows of the tallest tile that is so many vectors wide.</summary>
                static abstract int RowsOf(int vectors);

                static abstract int Vectors { get; }

                static abstract int Lanes { get; }

                static abstract int DepthBlock { get; }

                static abstract int RowBlock { get; }

                static abstract int ColumnBlock { get; }

                /// <summary>True when the host loads and stores a part of a vector, so that <see cref="MultiplyPart"/> may be called.</summary>
                static abstract bool HasMasks { get; }

                /// <summary>C = beta C + A B for <paramref name="tiles"/> tiles of rows x vectors, any size up to <see cref="RowsOf"/>.</summary>
                static abstract void Multiply(
                    int rows, int vectors, nuint tiles, nuint depth, T* a, nint aRow, nint aDepth, T* b, nint bDepth, T beta, T* c, nint cRow);

                /// <summary>The same, where only the first <paramref name="lanes"/> lanes of the last vector lie inside B and C.</summary>
                static abstract void MultiplyPart(
                    int rows, int vectors, int lanes, nuint tiles, nuint depth, T* a, nint aRow, nint aDepth, T* b, nint bDepth, T beta, T* c, nint cRow);
            }
        }

        """.Replace("\r\n", "\n");
}
