namespace Kernels.Generators.Tiles;

/// <summary>The text of few rows over few steps of k. Its contract: docs/contracts/gemm-tile.md.</summary>
/// <remarks>
/// Rows of C that do not fit the registers are kept in the first-level cache instead, and a few rows of B stream past side by side as they lie: each is
/// read from its first element to its last, which is what prefetchers expect.
/// </remarks>
internal static class GemmStreamTemplate
{
    public static readonly string Method = GemmTileTemplate.WithParts("""
        /// <summary>$Rows rows of any number of vectors$PartNote, $Depth steps of k: C = beta C + alpha A B.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Stream$Rowsx$Depth$Suffix($Parametersglobal::Kernels.GemmTileArguments<T>* arguments)
        {
            T* b = arguments->B;
            @rows T* c$r = arguments->C + $r * arguments->CRow;
            @rows @parts V x$r_$q = W.Create(arguments->Alpha * arguments->A[$r * arguments->ARow + $q * arguments->ADepth]);
            @parts nint b$q = $q * arguments->BDepth;
            V beta = W.Create(arguments->Beta);
            bool isNew = arguments->Beta == 0;
            @whole
            nuint panels = arguments->Panels;
            do
            {
                @rows V c$r_0 = isNew ? V.Zero : beta * W.Load(c$r);
                @parts
                V y$q = W.Load(b + b$q);
                @rows c$r_0 = W.FusedMultiplyAdd(x$r_$q, y$q, c$r_0);
                @end
                b += L;
                @rows
                W.Store(c$r_0, c$r);
                c$r += L;
                @end
            }
            while (--panels != 0);
            @end
            @part
            V mask = W.LessThan(V.Indices, W.Create((T)lanes));
            @rows V c$r_0 = isNew ? V.Zero : beta * $MaskLoad(c$r, mask$MaskRest);
            @parts
            V y$q = $MaskLoad(b + b$q, mask$MaskRest);
            @rows c$r_0 = W.FusedMultiplyAdd(x$r_$q, y$q, c$r_0);
            @end
            @end
            @store
        }
        """);
}
