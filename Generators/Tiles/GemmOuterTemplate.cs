namespace Kernels.Generators.Tiles;

/// <summary>The text of sums of one to four products. Its contract: docs/contracts/gemm-tile.md.</summary>
/// <remarks>
/// All of B stays in registers, and rows of C go by one after the other, each written from its first element to its last. The last vector of several that is not whole lies over the one before it, whose lanes it computes
/// again, and is loaded before that is stored: no mask, and nothing is stored behind a row, for which loads of the next one would wait. <c>$q</c> counts the steps of k.
/// </remarks>
internal static class GemmOuterTemplate
{
    // A row of C, which begins as it was made ready.
    private const string Row = """
        @parts V x$q = W.Create(a[$q * aDepth]);
        @part V c0_$v = $BeginPart;
        @whole
        V c0_$v = $Begin;
        @parts c0_$v = W.FusedMultiplyAdd(x$q, y$q_$v, c0_$v);
        W.Store(c0_$v, c0 + $v * L);
        @end
        @part @parts c0_$v = W.FusedMultiplyAdd(x$q, y$q_$v, c0_$v);
        @if single
        @store
        @end
        @if over
        @part W.Store(c0_$v, c0 + last);
        @end
        a += aRow;
        c0 += cRow;
        """;

    public static readonly string Method = GemmTileTemplate.WithParts(GemmTileTemplate.With(GemmTileTemplate.With("""
        /// <summary>Any number of rows of $Vectors vectors$PartNote, sums of $Depth: C = beta C + A B.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Outer$Depthx$Vectors$Suffix($ParametersT* a, nint aRow, nint aDepth, T* b, nint bDepth, T beta, T* c0, nint cRow, nint rows)
        {
            @if single
            @part V mask = W.LessThan(V.Indices, W.Create((T)lanes));
            @end
            @if over
            nint last = ($Vectors - 2) * L + lanes;
            @end
            @parts
            @whole V y$q_$v = W.Load(b + $v * L);
            @part V y$q_$v = $LoadPart;
            b += bDepth;
            @end
            if (beta == 0)
            {
                do
                {
                    @new
                }
                while (--rows != 0);
                return;
            }

            V scale = W.Create(beta);
            do
            {
                @old
            }
            while (--rows != 0);
        }
        """, "@new", Row.Replace("$BeginPart", "V.Zero").Replace("$Begin", "V.Zero")),
        "@old", Row.Replace("$BeginPart", "scale * $OldPart").Replace("$Begin", "scale * W.Load(c0 + $v * L)")));
}
