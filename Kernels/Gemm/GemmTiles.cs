namespace Kernels;

// The tuning table of GEMM: which scalar, which width, which tile, which blocks.
[GemmTile(typeof(float), Width = 512, Rows = 6, Vectors = 4, DepthBlock = 384, RowBlock = 192, ColumnBlock = 4096)]
[GemmTile(typeof(double), Width = 512, Rows = 6, Vectors = 4, DepthBlock = 256, RowBlock = 144, ColumnBlock = 2048)]
[GemmTile(typeof(float), Width = 256, Rows = 6, Vectors = 2, DepthBlock = 384, RowBlock = 144, ColumnBlock = 4096)]
[GemmTile(typeof(double), Width = 256, Rows = 6, Vectors = 2, DepthBlock = 256, RowBlock = 72, ColumnBlock = 2048)]
[GemmTile(typeof(float), Width = 128, Rows = 6, Vectors = 2, DepthBlock = 384, RowBlock = 144, ColumnBlock = 4096)]
[GemmTile(typeof(double), Width = 128, Rows = 6, Vectors = 2, DepthBlock = 256, RowBlock = 72, ColumnBlock = 2048)]
internal static partial class GemmTiles;
