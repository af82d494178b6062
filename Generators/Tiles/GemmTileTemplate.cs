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
    public static readonly string Method = WithParts("""
        /// <summary>$Rows rows x $Vectors vectors$PartNote.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void $Verb$Rowsx$Vectors$Suffix($Parametersglobal::Kernels.GemmTileArguments<T>* arguments)
        {
            @part $P mask = $Q.LessThan($P.Indices, $Q.Create((T)lanes));
            nint aDepth = arguments->ADepth, bDepth = arguments->BDepth, cRow = arguments->CRow;
            @low nint a$r = $r * arguments->ARow;
            @if fetched
            nint ahead = arguments->BAhead;
            @end
            @if packing
            T* packed = arguments->Packed;
            @end
            // Elements of C to the later tile: below, or for the last tiles of a column at the right.
            nuint lateTiles = global::System.Math.Min(arguments->LateBy, arguments->Tiles);
            nint lateBelow = (nint)lateTiles * $Rows * cRow, lateRight = ((nint)lateTiles - (nint)arguments->Tiles) * $Rows * cRow + (nint)(arguments->LateBy - lateTiles + 1) * $Vectors * L;
            T* b = arguments->B;
            T* top = arguments->C;
            nuint panels = arguments->Panels;
            do
            {
                T* a = arguments->A;
                T* c = top;
                nuint tiles = arguments->Tiles;
                do
                {
                    @rows T* c$r = c + $r * cRow;
                    @rows @whole V c$r_$v;
                    @rows @part $P c$r_$v;
                    if (arguments->Beta == 0)
                    {
                        @rows @whole c$r_$v = V.Zero;
                        @rows @part c$r_$v = $P.Zero;
                    }
                    else
                    {
                        $Left scale = $Spread.Create(arguments->Beta);
                        @rows @whole c$r_$v = scale * W.Load(c$r + $v * L);
                        @rows @part c$r_$v = $Lower(scale) * $MaskLoad(c$r + $v * L, mask$MaskRest);
                    }

                    T* left = a;
                    @if tall
                    T* high = a + 6 * arguments->ARow;
                    @end
                    T* right = b;
                    nuint p = arguments->Depth;
                    nuint late = Sse.IsSupported ? arguments->Late : 0;
                    p -= late;
                    while (true)
                    {
                        @if unrolled
                        for (; p >= $Steps; p -= $Steps)
                        {
                            @times
                            {
                                @step
                            }

                            @end
                        }

                        for (; p != 0; p--)
                        {
                            @step
                        }

                        @end
                        @if rolled
                        do
                        {
                            @step
                        }
                        while (--p != 0);

                        @end
                        if (late == 0)
                        {
                            break;
                        }

                        // The rows of C that one of the next tiles starts from, below or at the right: a miss there would stall every chain.
                        nint next = tiles > lateTiles ? lateBelow : lateRight;
                        @rows @vectors Sse.Prefetch0(c$r + next + $v * L);
                        p = late;
                        late = 0;
                    }

                    @rows @whole W.Store(c$r_$v, c$r + $v * L);
                    @store
                    a += arguments->ATile;
                    c += $Rows * cRow;
                }
                while (--tiles != 0);

                b += arguments->BPanel;
                top += $Vectors * L;
            }
            while (--panels != 0);
        }
        """);

    /// <summary>
    /// One tile of one or two vectors with all arguments in registers: a product of a few columns takes no longer than its call, so there is nothing
    /// here that it can do without. Each size has all arguments, so that the choice of one is a jump.
    /// </summary>
    public static readonly string Small = WithParts("""
        /// <summary>$Rows rows x $Vectors vectors$PartNote: C = beta C + A B, A along its rows.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Small$Rowsx$Vectors$Suffix(T* left, nint aRow, T* right, nint bDepth, nuint p, int columns, T beta, T* c, nint cRow, int rows)
        {
            @part int lanes = columns - $v * L;
            @part $P mask = $Q.LessThan($P.Indices, $Q.Create((T)lanes));
            @low nint a$r = $r * aRow;
            @if tall
            T* high = left + 6 * aRow;
            @end
            @rows T* c$r = c + $r * cRow;
            @rows @whole V c$r_$v;
            @rows @part $P c$r_$v;
            if (beta == 0)
            {
                @rows @whole c$r_$v = V.Zero;
                @rows @part c$r_$v = $P.Zero;
            }
            else
            {
                $Left scale = $Spread.Create(beta);
                @rows @whole c$r_$v = scale * W.Load(c$r + $v * L);
                @rows @part c$r_$v = $Lower(scale) * $MaskLoad(c$r + $v * L, mask$MaskRest);
            }

            do
            {
                @products
                left++;
                @if tall
                high++;
                @end
                right += bDepth;
            }
            while (--p != 0);

            @rows @whole W.Store(c$r_$v, c$r + $v * L);
            @store
        }
        """);

    // One step of k.
    private const string Step = """
        @if fetched
        if (Sse.IsSupported)
        {
            @lines Sse.Prefetch0(right + ahead + $l * $LineElements);
        }

        @end
        @products
        left += aDepth;
        @if tall
        high += aDepth;
        @end
        right += bDepth;
        """;

    // The elements of A against the row of B. Wide tiles broadcast first, so that no vector of B needs a register of its own.
    private const string Products = """
        @if wide
        @low V left$r = W.Create(left[a$r]);
        @whole
        V b$v = W.Load(right + $v * L);
        @rows c$r_$v = W.FusedMultiplyAdd(left$r, b$v, c$r_$v);
        @end
        @part
        $P b$v = $MaskLoad(right + $v * L, mask$MaskRest);
        @rows c$r_$v = $Q.FusedMultiplyAdd($Lower(left$r), b$v, c$r_$v);
        @end
        @end
        @if plain
        @whole V b$v = W.Load(right + $v * L);
        @part $P b$v = $MaskLoad(right + $v * L, mask$MaskRest);
        @if packing
        @whole W.Store(b$v, packed + $v * L);
        @part $Q.Store(b$v, packed + $v * L);
        packed += $Vectors * L;
        @end
        @low
        $Left left$r = $Spread.Create(left[a$r]);
        @whole c$r_$v = W.FusedMultiplyAdd(left$r, b$v, c$r_$v);
        @part c$r_$v = $Q.FusedMultiplyAdd($Lower(left$r), b$v, c$r_$v);
        @end
        @end
        @high
        $Left left$r = $Spread.Create(high[a$h]);
        @whole c$r_$v = W.FusedMultiplyAdd(left$r, b$v, c$r_$v);
        @part c$r_$v = $Q.FusedMultiplyAdd($Lower(left$r), b$v, c$r_$v);
        @end
        """;

    // At 512 bits through the mask. Below, a masked store is microcode on AMD processors (Zen 3: some 13 cycles each), so the
    // lanes go out as a half, a pair and a single one, each where there is one, of all rows together.
    private const string StorePart = """
        @if masked
        @rows @part $MaskStore(c$r + $v * L, mask, c$r_$v);
        @end
        @if pieces
        @part nint at = $v * L;
        @if 256
        if ((lanes & (L / 2)) != 0)
        {
            @rows @part c$r_$v.GetLower().Store(c$r + at);
            @rows @part c$r_$v = c$r_$v.GetUpper().ToVector256Unsafe();
            at += L / 2;
        }

        @end
        @if float
        if ((lanes & 2) != 0)
        {
            @rows @part Sse.StoreLow(c$r + at, c$r_$v$Quarter);
            @rows @part c$r_$v = Sse.MoveHighToLow(c$r_$v$Quarter, c$r_$v$Quarter)$Whole;
            at += 2;
        }

        @end
        if ((lanes & 1) != 0)
        {
            @rows @part c$r[at] = c$r_$v.ToScalar();
        }
        @end
        """;

    /// <summary>The template with the parts that several have in common where it asks for them: a step of k, its products, and the stores of a tile's last vector.</summary>
    public static string WithParts(string template) => With(With(With(template, "@step", Step), "@products", Products), "@store", StorePart);

    /// <summary>The template with a part where the mark stands alone on a line, as far indented.</summary>
    public static string With(string template, string mark, string part)
        => string.Join("\n", Lines(template).SelectMany(line =>
        {
            string indent = line.Substring(0, line.Length - line.TrimStart().Length);
            return line.Trim() == mark ? Lines(part).Select(inner => inner.Length == 0 ? inner : indent + inner) : [line];
        }));

    private static string[] Lines(string text) => text.Replace("\r\n", "\n").Split('\n');
}
