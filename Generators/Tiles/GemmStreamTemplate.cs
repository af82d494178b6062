namespace Kernels.Generators.Tiles;

/// <summary>The text of few rows over few steps of k. Its contract: docs/contracts/gemm-tile.md.</summary>
/// <remarks>
/// Rows of C that do not fit the registers are kept in the first-level cache instead, and a few rows of B stream past side by side as they lie: each is
/// read from its first element to its last, which is what prefetchers expect.
/// </remarks>
internal static class GemmStreamTemplate
{
    // A vector of each row.
    private const string Pass = """
        @parts
        V y$q = W.Load(b + b$q);
        @rows c$r_0 = W.FusedMultiplyAdd(x$r_$q, y$q, c$r_0);
        @end
        b += L;
        @rows
        W.Store(c$r_0, c$r);
        c$r += L;
        @end
        """;

    public static readonly string Method = GemmTileTemplate.WithParts(GemmTileTemplate.With("""
        /// <summary>$Rows rows of any number of vectors$PartNote, in blocks of $Depth steps of k: C = beta C + A B.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Stream$Rowsx$Depth$Suffix($Parametersglobal::Kernels.GemmTileArguments<T>* arguments)
        {
            @parts nint b$q = $q * arguments->BDepth;
            T* a = arguments->A;
            T* right = arguments->B;
            V beta = W.Create(arguments->Beta);
            bool isNew = arguments->Beta == 0;
            nuint ahead = Sse.IsSupported ? arguments->Late : 0;
            nuint blocks = arguments->Tiles;
            @part V mask = W.LessThan(V.Indices, W.Create((T)lanes));
            do
            {
                T* b = right;
                @rows T* c$r = arguments->C + $r * arguments->CRow;
                @rows @parts V x$r_$q = W.Create(a[$r * arguments->ARow + $q * arguments->ADepth]);
                nuint panels = arguments->Panels;
                // A C that waits for memory is fetched ahead, whether it is read or only written.
                for (; ahead != 0 && panels != 0; panels--)
                {
                    @rows Sse.Prefetch0(c$r + ahead);
                    @rows V c$r_0 = isNew ? V.Zero : beta * W.Load(c$r);
                    @pass
                }

                // Two loops: one that asks at each vector whether C is new is slower where k is short (1 x 1000 x 1 float 0.92 -> 1.17 of the best peer).
                for (; isNew && panels != 0; panels--)
                {
                    @rows V c$r_0 = V.Zero;
                    @pass
                }

                for (; panels != 0; panels--)
                {
                    @rows V c$r_0 = beta * W.Load(c$r);
                    @pass
                }

                @part
                {
                    @rows V c$r_0 = isNew ? V.Zero : beta * $MaskLoad(c$r, mask$MaskRest);
                    @parts
                    V y$q = $MaskLoad(b + b$q, mask$MaskRest);
                    @rows c$r_0 = W.FusedMultiplyAdd(x$r_$q, y$q, c$r_0);
                    @end
                    @store
                }

                @end
                // Later blocks of k continue from C.
                beta = V.One;
                isNew = false;
                a += $Depth * arguments->ADepth;
                right += $Depth * arguments->BDepth;
            }
            while (--blocks != 0);
        }
        """, "@pass", Pass));
}
