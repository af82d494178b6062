namespace Kernels.Generators.Tiles;

/// <summary>The text of sums over slices of k, for a C of few elements. Its contract: docs/contracts/gemm-tile.md.</summary>
/// <remarks>
/// Slice l is every <c>$LogicalSlices</c>-th row of B from row l on, whose products are vectors of chains. As many slices as the registers hold run side by side,
/// <c>$Passes</c> apart, so that each pass can add its own by halves; what the passes leave is added by halves too. <c>$q</c> counts the slices of a pass.
/// </remarks>
internal static class GemmSlicesTemplate
{
    public static readonly string Method = GemmTileTemplate.WithParts(GemmTileTemplate.With("""
        /// <summary>$Rows rows x $Vectors vectors$PartNote of sums over k, $Slices slices at a time: C = alpha A B + beta C.</summary>
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Slices$Rowsx$Vectors$Suffix($Parametersglobal::Kernels.GemmTileArguments<T>* arguments)
        {
            @part V mask = W.LessThan(V.Indices, W.Create((T)lanes));
            nint whole = (nint)(arguments->Depth / $LogicalSlices), rest = (nint)(arguments->Depth % $LogicalSlices);
            nint aStep = $Passes * arguments->ADepth * sizeof(T), bStep = $Passes * arguments->BDepth * sizeof(T);
            @rows nint a$r = $r * arguments->ARow;
            T* sums = stackalloc T[$Passes * $Rows * $Vectors * L];
            T* to = sums;
            for (nint pass = 0; pass < $Passes; pass++)
            {
                T* left = arguments->A + pass * arguments->ADepth;
                T* right = arguments->B + pass * arguments->BDepth;
                @rows @vectors @parts V s$r_$v_$q = V.Zero;
                for (nint p = whole; p != 0; p--)
                {
                    @parts
                    {
                        @slice
                    }

                    @end
                }

                if (rest != 0)
                {
                    @parts
                    if (pass + $q * $Passes < rest)
                    {
                        @slice
                    }
                    else
                    {
                        @rows @vectors s$r_$v_$q += V.Zero;
                    }

                    @end
                }

                @rows @vectors W.Store($OfPass, to + ($r * $Vectors + $v) * L);
                to += $Rows * $Vectors * L;
            }

            T alpha = arguments->Alpha, beta = arguments->Beta;
            nint cColumn = arguments->CColumn;
            @rows T* c$r = arguments->C + $r * arguments->CRow;
            @rows @vectors V c$r_$v = alpha * $OfPasses;
            if (cColumn != 1 || !HasMasks)
            {
                @rows @whole Scatter(c$r_$v, L, c$r + $v * L * cColumn, cColumn, beta);
                @rows @part Scatter(c$r_$v, lanes, c$r + $v * L * cColumn, cColumn, beta);
                return;
            }

            if (beta != 0)
            {
                @rows @whole c$r_$v += beta * W.Load(c$r + $v * L);
                @rows @part c$r_$v += beta * $MaskLoad(c$r + $v * L, mask$MaskRest);
            }

            @rows @whole W.Store(c$r_$v, c$r + $v * L);
            @store
        }
        """, "@slice", Slice));

    // One step of k of a slice; of rows and vectors, the fewer are kept in registers.
    private const string Slice = """
        @if wide
        @rows V left$r = W.Create(left[a$r]);
        @whole
        V b$v = W.Load(right + $v * L);
        @rows s$r_$v_$q = W.FusedMultiplyAdd(left$r, b$v, s$r_$v_$q);
        @end
        @part
        V b$v = $LoadPart;
        @rows s$r_$v_$q = W.FusedMultiplyAdd(left$r, b$v, s$r_$v_$q);
        @end
        @end
        @if tall
        @whole V b$v = W.Load(right + $v * L);
        @part V b$v = $LoadPart;
        @rows
        V left$r = W.Create(left[a$r]);
        @vectors s$r_$v_$q = W.FusedMultiplyAdd(left$r, b$v, s$r_$v_$q);
        @end
        @end
        left = (T*)((byte*)left + aStep);
        right = (T*)((byte*)right + bStep);
        """;

    public const string Helpers = """
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Scatter(V sums, int lanes, T* to, nint stride, T beta)
        {
            for (int i = 0; i < lanes; i++, to += stride)
            {
                *to = beta == 0 ? sums.GetElement(i) : sums.GetElement(i) + beta * *to;
            }
        }
        """;
}
