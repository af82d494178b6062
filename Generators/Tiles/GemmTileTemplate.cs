namespace Kernels.Generators.Tiles;

/// <summary>The text of the GEMM micro-kernel. Its contract: docs/contracts/gemm-tile.md.</summary>
/// <remarks>
/// One method a tile size. Accumulators are named locals because arrays go to the stack (dotnet/runtime#83749); the accumulator
/// is the third argument so that the 231 form needs no move (dotnet/runtime#107538); nothing is inlined, because the JIT counts
/// its budget from the root method (dotnet/runtime#118544). Rows from the seventh on have a pointer of their own and share the offsets of
/// the first six: eleven offsets would not fit the general registers.
/// </remarks>
internal static class GemmTileTemplate
{
    public const string Method = """
        /// <summary>$Rows rows x $Vectors vectors$PartNote: C = beta C + A B on tiles that lie one below the other.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Multiply$Rowsx$Vectors$Part(
            $LanesParameternuint tiles, nuint depth, T* a, nint aRow, nint aDepth, T* b, nint bDepth, T beta, T* c, nint cRow)
        {
            @part V mask = W.LessThan(V.Indices, W.Create((T)lanes));
            @low nint a$r = $r * aRow;
            do
            {
                @rows T* c$r = c + $r * cRow;
                @rows @vectors V c$r_$v;
                if (beta == 0)
                {
                    @rows @vectors c$r_$v = V.Zero;
                }
                else
                {
                    V scale = W.Create(beta);
                    @rows @whole c$r_$v = scale * W.Load(c$r + $v * L);
                    @rows @part c$r_$v = scale * $MaskLoad(c$r + $v * L, mask$MaskRest);
                }

                T* left = a;
                @if tall
                T* high = a + 6 * aRow;
                @end
                T* right = b;
                nuint late = tiles > 1 && depth > $PrefetchDepth && Sse.IsSupported ? (nuint)$PrefetchDepth : 0;
                nuint p = depth - late;
                while (true)
                {
                    do
                    {
                        @whole V b$v = W.Load(right + $v * L);
                        @part V b$v = $MaskLoad(right + $v * L, mask$MaskRest);
                        @low
                        V left$r = W.Create(left[a$r]);
                        @vectors c$r_$v = W.FusedMultiplyAdd(left$r, b$v, c$r_$v);
                        @end
                        @high
                        V left$r = W.Create(high[a$h]);
                        @vectors c$r_$v = W.FusedMultiplyAdd(left$r, b$v, c$r_$v);
                        @end
                        left += aDepth;
                        @if tall
                        high += aDepth;
                        @end
                        right += bDepth;
                    }
                    while (--p != 0);

                    if (late == 0)
                    {
                        break;
                    }

                    // The rows of C that the next tile starts from: a miss there would stall every chain.
                    @rows @vectors Sse.Prefetch0(c$r + $Rows * cRow + $v * L);
                    p = late;
                    late = 0;
                }

                @rows @whole W.Store(c$r_$v, c$r + $v * L);
                @rows @part $MaskStore(c$r + $v * L, mask, c$r_$v);
                a += $Rows * aRow;
                c += $Rows * cRow;
            }
            while (--tiles != 0);
        }
        """;
}
