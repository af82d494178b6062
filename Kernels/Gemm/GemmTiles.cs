namespace Kernels;

// The tuning table of GEMM: which scalar, which width, which tile, which blocks. 6 x 4 keeps 24 chains in flight with ten loads for 24
// multiply-adds. The 512-bit blocks are the best of KC in 256..1024 at n = 384..2048 on a Zen 4 core with 1 MiB of second-level cache, A read in
// place: a small KC passes over C too often. The narrower ones follow BLIS for such caches and are not tuned yet.
[GemmTile(typeof(float), Width = 512, Rows = 6, Vectors = 4, DepthBlock = 1024, RowBlock = 96, ColumnBlock = 4096)]
[GemmTile(typeof(double), Width = 512, Rows = 6, Vectors = 4, DepthBlock = 1024, RowBlock = 48, ColumnBlock = 2048)]
[GemmTile(typeof(float), Width = 256, Rows = 6, Vectors = 2, DepthBlock = 384, RowBlock = 144, ColumnBlock = 4096)]
[GemmTile(typeof(double), Width = 256, Rows = 6, Vectors = 2, DepthBlock = 256, RowBlock = 72, ColumnBlock = 2048)]
[GemmTile(typeof(float), Width = 128, Rows = 6, Vectors = 2, DepthBlock = 384, RowBlock = 144, ColumnBlock = 4096)]
[GemmTile(typeof(double), Width = 128, Rows = 6, Vectors = 2, DepthBlock = 256, RowBlock = 72, ColumnBlock = 2048)]
internal static partial class GemmTiles;
