namespace Kernels;

// The tuning table of GEMM: which scalar, which width, which tile, which blocks. 6 x 4 keeps 24 chains in flight with ten loads for 24
// multiply-adds; 12 x 2 keeps as many and takes half of B at a step, and was 1 to 6 % slower from n = 64 on. 512 bits: the best of KC in 192..1024 and MC in 24..192 at
// n = 192..2048 on a Zen 5 core with 48 KiB of first- and 1 MiB of second-level cache: with 1024 steps n = 2000 double runs at 92 of 135 GF, with 512 at 115. Four steps written
// out are no faster there. Rows of a matrix pass a vector one by one up to 12 MiB: from 2 to 8 MB within a tenth of eight side by side, with 16 MB slower. 36 steps at a time of a B that passes, and 64 for few rows, are the best of 16..256.
// 256 bits: the best of KC in 256..640 and MC in 18..144 at n = 240..2048 on a Zen 3 core with 512 KiB of second-level cache. A panel of B 512 steps deep is all of
// the first-level cache, yet a pass less over C is worth more (n = 400 to 480 2 to 3 %). More rows are as good, but where rows of A are a power of two apart (n = 2048:
// MC 72 91.9, 48 93.6 of 104 GF; double 36 43.8, 24 45.6). Two vectors a tile read B twice as often as four do, so a copy of it pays earlier: float n = 336 to 368
// 1 % better in place, 400 to 480 the same, 576 3 % worse; double 208 1 % better, 272 4 % worse; displaced or straddling rows from n = 250 (float 250 0.99 -> 1.07 of
// the best peer) and 160 (double 170 1.00 -> 1.08). From 150 rows on whole copies of B are
// as good as panel by panel (PanelRows; 1000 columns and steps), of doubles better at 120 (1.04 and 0.95 of the best peer, 120 x 1000 x 1000). ShallowDepth is the best of 0, 40 and 64 at k = 8..64 (docs/contracts/gemm-tile.md). The 128-bit row is untuned.
[GemmTile(typeof(float), Width = 512, Rows = 6, Vectors = 4, DepthBlock = 512, RowBlock = 144, ColumnBlock = 4096, PackingKiB = 1024, PanelRows = 128, NearDepth = 64, StreamDepth = 36, Ways = 12, RowByRowKiB = 12288)]
[GemmTile(typeof(double), Width = 512, Rows = 6, Vectors = 4, DepthBlock = 512, RowBlock = 48, ColumnBlock = 2048, PackingKiB = 1024, PanelRows = 128, NearDepth = 64, StreamDepth = 36, Ways = 12, RowByRowKiB = 12288)]
[GemmTile(typeof(float), Width = 256, Rows = 6, Vectors = 2, DepthBlock = 512, RowBlock = 48, ColumnBlock = 1024, PackingKiB = 480, Steps = 4, PanelRows = 128, ShallowDepth = 40, NearDepth = 36, StreamDepth = 128)]
[GemmTile(typeof(double), Width = 256, Rows = 6, Vectors = 2, DepthBlock = 512, RowBlock = 24, ColumnBlock = 1024, PackingKiB = 384, Steps = 4, PanelRows = 96, ShallowDepth = 40, NearDepth = 36, StreamDepth = 128)]
[GemmTile(typeof(float), Width = 128, Rows = 6, Vectors = 2, DepthBlock = 768, RowBlock = 48, ColumnBlock = 1024, PackingKiB = 192)]
[GemmTile(typeof(double), Width = 128, Rows = 6, Vectors = 2, DepthBlock = 384, RowBlock = 24, ColumnBlock = 1024, PackingKiB = 192)]
internal static partial class GemmTiles;
