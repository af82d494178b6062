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
        @rows sum$r = W.FusedMultiplyAdd(x$r_$q, y$q, sum$r);
        @end
        b += L;
        @rows
        W.Store(sum$r, to$r);
        to$r += L;
        @end
        """;

    public static readonly string Method = GemmTileTemplate.WithParts(GemmTileTemplate.With("""
        /// <summary>$Rows rows of any number of vectors$PartNote, in blocks of $Depth steps of k: C = beta C + A B.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Stream$Rowsx$Depth$Suffix($Parametersglobal::Kernels.GemmTileArguments<T>* arguments)
        {
            // Nothing of this is read again between the stores: a load that waits for one holds up the next row (Zen 5, 1 x 256 x 256 double 34 -> 50 GF).
            T* a = arguments->A;
            T* right = arguments->B;
            T* c = arguments->C;
            nint aRow = arguments->ARow, aDepth = arguments->ADepth, bDepth = arguments->BDepth, cRow = arguments->CRow;
            @parts nint b$q = $q * bDepth;
            nuint all = arguments->Panels;
            V beta = W.Create(arguments->Beta);
            bool isNew = arguments->Beta == 0;
            @if single
            bool isSum = arguments->Beta == 1;
            @end
            nuint ahead = Sse.IsSupported ? arguments->Late : 0;
            nuint blocks = arguments->Tiles;
            @part
            // The part of a vector stays in a register: what is stored through a mask would be waited for.
            V mask = W.LessThan(V.Indices, W.Create((T)lanes));
            @rows
            T* c$r = c + $r * cRow + (nint)all * L;
            V c$r_0 = isNew ? V.Zero : beta * $MaskLoad(c$r, mask$MaskRest);
            @end
            @end
            do
            {
                T* b = right;
                @rows T* to$r = c + $r * cRow;
                @rows @parts V x$r_$q = W.Create(a[$r * aRow + $q * aDepth]);
                nuint panels = all;
                // A C that waits for memory is fetched ahead, whether it is read or only written.
                for (; ahead != 0 && panels != 0; panels--)
                {
                    @rows Sse.Prefetch0(to$r + ahead);
                    @rows V sum$r = isNew ? V.Zero : beta * W.Load(to$r);
                    @pass
                }

                // Two loops: one that asks at each vector whether C is new is slower where k is short (1 x 1000 x 1 float 0.92 -> 1.17 of the best peer).
                for (; isNew && panels != 0; panels--)
                {
                    @rows V sum$r = V.Zero;
                    @pass
                }

                @if single
                // A row of B alone has little to do at a vector: two a turn, and nothing that a later row waits for.
                for (; isSum && panels > 1; panels -= 2)
                {
                    W.Store(W.FusedMultiplyAdd(x0_0, W.Load(b), W.Load(to0)), to0);
                    W.Store(W.FusedMultiplyAdd(x0_0, W.Load(b + L), W.Load(to0 + L)), to0 + L);
                    b += 2 * L;
                    to0 += 2 * L;
                }

                @end
                for (; panels != 0; panels--)
                {
                    @rows V sum$r = beta * W.Load(to$r);
                    @pass
                }

                @part
                @parts
                V part$q = $MaskLoad(b + b$q, mask$MaskRest);
                @rows c$r_0 = W.FusedMultiplyAdd(x$r_$q, part$q, c$r_0);
                @end
                @end
                // Later blocks of k continue from C.
                beta = V.One;
                isNew = false;
                @if single
                isSum = true;
                @end
                a += $Depth * aDepth;
                right += $Depth * bDepth;
            }
            while (--blocks != 0);
            @part
            @store
            @end
        }
        """, "@pass", Pass));
}
