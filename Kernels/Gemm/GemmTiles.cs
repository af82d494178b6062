namespace Kernels;

// The tuning table of GEMM: which scalar, which width, which tile, which blocks. 6 x 4 keeps 24 chains in flight with ten loads for 24
// multiply-adds. Blocks are the best of KC in 256..1024 at n = 100..2048 on a Zen 4 core with 1 MiB of second-level cache, A read in place: a small
// KC passes over C too often. Two vectors a tile read B twice as often as four do, so a copy of B pays from 0.2 MiB there where its rows displace each other in
// the first-level cache (n = 257 float 93 -> 107 of 119 GF, n = 192 double 0.92 -> 1.07 of the best peer), else from 0.4 (n = 240 float 97 -> 99 without, 64 x
// 1000 x 64 float 0.97 -> 1.05), and from 1 MiB at 512 bits. The 256-bit blocks are the best of KC in 192..768 and MC in 24..144 at n = 240..1000 on a Zen 3 core with 512 KiB of second-level cache (KC 768 had 36 KiB of B in a
// first-level cache of 32): 1 to 3 %, and 6 % of 64 x 1000 x 1000. The 128-bit row is untuned.
// FetchedRows is the best of 16, 64, 96 and 128 at n = k = 1000..4000 there (64 x 4000 x 2000 float 0.72 -> 0.97 of the best peer); not measured at 512 bits.
[GemmTile(typeof(float), Width = 512, Rows = 6, Vectors = 4, DepthBlock = 1024, RowBlock = 96, ColumnBlock = 4096, PackingKiB = 1024)]
[GemmTile(typeof(double), Width = 512, Rows = 6, Vectors = 4, DepthBlock = 1024, RowBlock = 48, ColumnBlock = 2048, PackingKiB = 1024)]
[GemmTile(typeof(float), Width = 256, Rows = 6, Vectors = 2, DepthBlock = 384, RowBlock = 96, ColumnBlock = 1024, PackingKiB = 384, FetchedRows = 96)]
[GemmTile(typeof(double), Width = 256, Rows = 6, Vectors = 2, DepthBlock = 320, RowBlock = 48, ColumnBlock = 1024, PackingKiB = 384, FetchedRows = 96)]
[GemmTile(typeof(float), Width = 128, Rows = 6, Vectors = 2, DepthBlock = 768, RowBlock = 48, ColumnBlock = 1024, PackingKiB = 192)]
[GemmTile(typeof(double), Width = 128, Rows = 6, Vectors = 2, DepthBlock = 384, RowBlock = 24, ColumnBlock = 1024, PackingKiB = 192)]
internal static partial class GemmTiles;
