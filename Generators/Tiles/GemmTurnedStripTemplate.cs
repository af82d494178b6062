namespace Kernels.Generators.Tiles;

/// <summary>The text of chains for up to four columns of doubles at 512 bits. Its contract: docs/contracts/gemm-tile.md.</summary>
/// <remarks>
/// A vector of C is eight rows of one column. Four steps of k of eight rows come in by halves of a vector and are turned in registers, three quarters of a shuffle for each multiply-add of four columns; C is turned on its way in and
/// out. <c>$r</c> counts such vectors, <c>$v</c> the columns, <c>$q</c> the steps.
/// </remarks>
internal static class GemmTurnedStripTemplate
{
    public const string Method = """
        /// <summary>$Rows vectors of eight rows by $Vectors columns: C = beta C + A B, k adjacent in A.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Strip$Rowsx$Vectors(global::Kernels.GemmTileArguments<T>* arguments)
        {
            nint a1 = arguments->ARow, a2 = 2 * a1, a3 = 3 * a1, bDepth = arguments->BDepth, c1 = arguments->CRow, c2 = 2 * c1, c3 = 3 * c1;
            @if few
            $Four<T> mask = $Four.LessThan($Four<T>.Indices, $Four.Create((T)$Vectors));
            @end
            T* a = arguments->A;
            T* c = arguments->C;
            nuint tiles = arguments->Tiles;
            do
            {
                @rows @vectors V sum$r_$v = V.Zero;
                if (arguments->Beta != 0)
                {
                    V scale = W.Create(arguments->Beta);
                    @rows
                    {
                        $RowsOfC
                        $TurnC
                        @vectors sum$r_$v = scale * x$v;
                    }

                    @end
                }

                @rows $RowsOfA
                T* right = arguments->B;
                nuint p = arguments->Depth;
                for (; p >= 4; p -= 4)
                {
                    @rows
                    $TurnA
                    $FourOn
                    @end
                    @parts
                    @vectors
                    V b$q_$v = W.Create(right[$v]);
                    @rows sum$r_$v = W.FusedMultiplyAdd(x$r_$q, b$q_$v, sum$r_$v);
                    @end
                    right += bDepth;
                    @end
                }

                for (; p != 0; p--)
                {
                    @rows
                    V x$r_ = W.Create($OneStep);
                    @vectors sum$r_$v = W.FusedMultiplyAdd(x$r_, W.Create(right[$v]), sum$r_$v);
                    $OneOn
                    @end
                    right += bDepth;
                }

                @rows
                {
                    $RowsOfC
                    $StoreC
                }

                @end
                a += $Rows * L * a1;
                c += $Rows * L * c1;
            }
            while (--tiles != 0);
        }
        """;

    /// <summary>What differs from width to width and from one scalar to the other: how rows, four behind each of some pointers, are turned into four vectors, and four sums into rows.</summary>
    public static IEnumerable<(string Name, string Text)> Parts(GemmTileSpec spec, int columns)
    {
        int[] fours = [.. Enumerable.Range(0, spec.Lanes / 4)];
        string four = spec.Scalar == "float" ? "Vector128" : "Vector256";
        string Each(Func<int, string> text, string separator = " ") => string.Join(separator, fours.Select(text));

        yield return ("Four", four);
        yield return ("RowsOfA", Each(i => $"T* a{i}_$r_ = a + ($r * L + {4 * i}) * a1;"));
        yield return ("RowsOfC", Each(i => $"T* c{i}_ = c + ($r * L + {4 * i}) * c1;"));
        yield return ("FourOn", Each(i => $"a{i}_$r_ += 4;"));
        yield return ("OneOn", Each(i => $"a{i}_$r_++;"));
        yield return ("OneStep", Each(i => string.Join(", ", Enumerable.Range(0, 4).Select(row => row == 0 ? $"*a{i}_$r_" : $"a{i}_$r_[a{row}]")), ", "));
        yield return ("TurnA", string.Join(" ", Turn(spec, "x$r_", row => $"{four}.Load({At($"a{row / 4}_$r_", row % 4, "a")})")));
        yield return ("TurnC", string.Join(" ", Turn(spec, "x", row => columns == 4 ? $"{four}.Load({RowOfC(row)})" : $"Avx.MaskLoad({RowOfC(row)}, mask)")));
        yield return ("StoreC", string.Join(" ", spec.Scalar == "float" ? StoreSingles(spec, columns) : StoreDoubles(columns)));
    }

    private static string At(string four, int row, string stride) => row == 0 ? four : $"{four} + {stride}{row}";

    private static string RowOfC(int row) => At($"c{row / 4}_", row % 4, "c");

    // Four steps of every row. As rows come into vectors so that they leave in their order, every shuffle of floats is within 128 bits, and half of those of doubles.
    private static IEnumerable<string> Turn(GemmTileSpec spec, string to, Func<int, string> row)
    {
        if (spec.Scalar == "float")
        {
            for (int i = 0; i < 4; i++)
            {
                yield return $"V u{i}_{to} = {row(i)}{(spec.Width == 512 ? ".ToVector256Unsafe().ToVector512Unsafe()" : ".ToVector256Unsafe()")};";
                for (int four = 1; four < spec.Lanes / 4; four++)
                {
                    yield return $"u{i}_{to} = {Set(spec)}.InsertVector128(u{i}_{to}, {row(4 * four + i)}, {four});";
                }
            }

            foreach (string line in TurnQuarters(spec, "u", "_" + to, to))
            {
                yield return line;
            }

            yield break;
        }

        foreach (var (name, first) in new[] { ("u", 0), ("w", 4) })
        {
            string Joined(int of) => $"{row(of)}.ToVector512Unsafe().WithUpper({row(of + 2)})";
            yield return $"V {name}0_{to} = {Joined(first)}, {name}1_{to} = {Joined(first + 1)};";
            yield return $"V {name}Even_{to} = Avx512F.UnpackLow({name}0_{to}, {name}1_{to}), {name}Odd_{to} = Avx512F.UnpackHigh({name}0_{to}, {name}1_{to});";
        }

        foreach (var (which, first) in new[] { ("Even", 0), ("Odd", 1) })
        {
            yield return $"V {to}{first} = Avx512F.Shuffle4x128(u{which}_{to}, w{which}_{to}, 0x88), {to}{first + 2} = Avx512F.Shuffle4x128(u{which}_{to}, w{which}_{to}, 0xDD);";
        }
    }

    private static string Set(GemmTileSpec spec) => spec.Width == 512 ? "Avx512F" : "Avx";

    // 4 x 4 floats within each 128 bits: of vectors 0 to 3 of a name, into those of another.
    private static IEnumerable<string> TurnQuarters(GemmTileSpec spec, string from, string suffix, string to)
    {
        foreach (var (which, first) in new[] { ("Low", 0), ("High", 2) })
        {
            yield return $"var {to}p{which} = {Set(spec)}.Unpack{which}({from}0{suffix}, {from}1{suffix}).AsDouble();";
            yield return $"var {to}q{which} = {Set(spec)}.Unpack{which}({from}2{suffix}, {from}3{suffix}).AsDouble();";
            yield return $"V {to}{first} = {Set(spec)}.UnpackLow({to}p{which}, {to}q{which}).AsSingle(), {to}{first + 1} = {Set(spec)}.UnpackHigh({to}p{which}, {to}q{which}).AsSingle();";
        }
    }

    private static IEnumerable<string> StoreSingles(GemmTileSpec spec, int columns)
    {
        for (int column = 0; column < 4; column++)
        {
            yield return $"V s{column} = sum$r_{Math.Min(column, columns - 1)};";
        }

        foreach (string line in TurnQuarters(spec, "s", "", "row"))
        {
            yield return line;
        }

        for (int row = 0; row < spec.Lanes; row++)
        {
            string vector = $"row{row % 4}", half = spec.Width == 256 ? vector : $"{vector}.Get{(row < 8 ? "Lower" : "Upper")}()";
            string from = $"{half}.Get{(row / 4 % 2 == 0 ? "Lower" : "Upper")}()", to = RowOfC(row);
            yield return columns switch
            {
                4 => $"{from}.Store({to});",
                3 => $"Sse.StoreLow({to}, {from}); ({to})[2] = {from}.GetElement(2);",
                2 => $"Sse.StoreLow({to}, {from});",
                _ => $"*({to}) = {from}.ToScalar();",
            };
        }
    }

    private static IEnumerable<string> StoreDoubles(int columns)
    {
        string Sum(int column) => $"sum$r_{Math.Min(column, columns - 1)}";
        yield return "Vector512<long> first = W.Create(0L, 1, 8, 9, 2, 3, 10, 11), last = W.Create(4L, 5, 12, 13, 6, 7, 14, 15);";
        foreach (var (which, odd) in new[] { ("Low", 0), ("High", 1) })
        {
            yield return $"V left{odd} = Avx512F.Unpack{which}({Sum(0)}, {Sum(1)}), right{odd} = Avx512F.Unpack{which}({Sum(2)}, {Sum(3)});";
            foreach (var (index, four) in new[] { ("first", 0), ("last", 4) })
            {
                string rows = $"rows{odd}_{index}";
                yield return $"V {rows} = Avx512F.PermuteVar8x64x2(left{odd}, {index}, right{odd});";
                foreach (var (row, part) in new[] { (four + odd, "Lower"), (four + odd + 2, "Upper") })
                {
                    string from = $"{rows}.Get{part}()", to = RowOfC(row);
                    yield return columns switch
                    {
                        4 => $"{from}.Store({to});",
                        3 => $"{from}.GetLower().Store({to}); ({to})[2] = {from}.GetElement(2);",
                        2 => $"{from}.GetLower().Store({to});",
                        _ => $"*({to}) = {from}.ToScalar();",
                    };
                }
            }
        }
    }
}
