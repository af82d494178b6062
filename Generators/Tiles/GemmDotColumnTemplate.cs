namespace Kernels.Generators.Tiles;

/// <summary>The text of a column of sums whose rows are read one after the other. Its contract: docs/contracts/gemm-tile.md.</summary>
/// <remarks>
/// Element i of a sum belongs to lane i modulo <c>S</c>, or <c>4 S</c>, and the lanes are added by halves. With the more lanes, those of <c>Reductions.Dot</c>, a row
/// finds its chains in itself; with the fewer, short rows run beside each other in a processor that works ahead. Either way A is read from its first element to
/// its last, which is what prefetchers of the first-level cache expect.
/// </remarks>
internal static class GemmDotColumnTemplate
{
    public const string Method = """
        /// <summary><c>Tiles</c> rows x 1 column of sums over adjacent k, $Chains chains a row, one row after the other: C = alpha A B + beta C.</summary>
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void DotColumn1x$Chains(global::Kernels.GemmTileArguments<T>* arguments)
        {
            nint depth = (nint)arguments->Depth, whole = depth / (4 * S) * (4 * S), rows = (nint)arguments->Tiles, aRow = arguments->ARow, cRow = arguments->CRow;
            int rest = (int)(depth - whole), lanes = rest % L;
            V mask = W.LessThan(V.Indices, W.Create((T)lanes));
            T alpha = arguments->Alpha, beta = arguments->Beta;
            T* a = arguments->A;
            T* b = arguments->B;
            T* c = arguments->C;
            byte* memory = stackalloc byte[5 * sizeof(V)];
            T* sums = (T*)((nint)(memory + sizeof(V) - 1) & -sizeof(V));
            for (nint some; rows > 0; rows -= some)
            {
                some = global::System.Math.Min(rows, 4);
                for (nint row = 0; row < some; row++, a += aRow)
                {
                    @parts V s$q = V.Zero;
                    nint p = 0;
                    for (; p < whole; p += 4 * S)
                    {
                        @products
                    }

                    if (rest != 0)
                    {
                        @rest
                    }

                    W.Store($Sum, sums + row * L);
                }

                if (some == 4)
                {
                    Put(c, cRow, W.Load(sums), W.Load(sums + L), W.Load(sums + 2 * L), W.Load(sums + 3 * L), alpha, beta);
                    c += 4 * cRow;
                    continue;
                }

                for (nint row = 0; row < some; row++, c += cRow)
                {
                    Put(c, W.Load(sums + row * L), alpha, beta);
                }
            }
        }
        """;

    /// <summary>Each vector of a turn of k, in the sum that it belongs to.</summary>
    public static IEnumerable<string> Products(int parts, int chains)
        => Enumerable.Range(0, parts).Select(part => Step(part, chains, from => $"W.Load({from})"));

    /// <summary>Fewer vectors than a turn has, the last of them in part.</summary>
    public static IEnumerable<string> Rest(int parts, int chains, Func<string, string> loadPart)
    {
        for (int part = 0; part < parts; part++)
        {
            yield return $"if (rest >= {part + 1} * L)";
            yield return "{";
            yield return "    " + Step(part, chains, from => $"W.Load({from})");
            yield return "}";
            yield return $"else if (rest > {part} * L)";
            yield return "{";
            yield return "    " + Step(part, chains, loadPart);
            yield return "}";
            yield return "";
        }
    }

    private static string Step(int part, int chains, Func<string, string> load)
        => $"s{part % chains} = W.FusedMultiplyAdd({load($"a + p + {part} * L")}, {load($"b + p + {part} * L")}, s{part % chains});";
}
