namespace Kernels.Generators.Tiles;

/// <summary>The text of chains for up to four columns. Its contract: docs/contracts/gemm-tile.md.</summary>
/// <remarks>
/// A vector of C is a few rows of four columns side by side, so no lane is idle. Where k is adjacent in A, four steps of as many rows come in by one load and
/// insertions, and each step is spread over the four columns of its row by a shuffle within quarters. <c>$r</c> counts such vectors, <c>$q</c> the steps.
/// </remarks>
internal static class GemmStripTemplate
{
    public const string Method = """
        /// <summary>$Rows vectors of $Beside rows by four columns$PartNote: C = beta C + A B, k adjacent in A.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Strip$Rowsx4$Suffix($Parametersglobal::Kernels.GemmTileArguments<T>* arguments)
        {
            nint a1 = arguments->ARow, a2 = 2 * a1, a3 = 3 * a1, bDepth = arguments->BDepth, c1 = arguments->CRow, c2 = 2 * c1, c3 = 3 * c1;
            @part $Four<T> mask = $Four.LessThan($Four<T>.Indices, $Four.Create((T)lanes));
            T* a = arguments->A;
            T* c = arguments->C;
            nuint tiles = arguments->Tiles;
            do
            {
                @rows T* to$r = c + $r * $Beside * c1;
                @rows V sum$r;
                if (arguments->Beta == 0)
                {
                    @rows sum$r = V.Zero;
                }
                else
                {
                    V scale = W.Create(arguments->Beta);
                    @rows sum$r = scale * $LoadC;
                }

                @rows T* a$r_ = a + $r * $Beside * a1;
                T* right = arguments->B;
                nuint p = arguments->Depth;
                for (; p >= 4; p -= 4)
                {
                    @parts
                    V b$q = $LoadB;
                    right += bDepth;
                    @end
                    @rows
                    $LoadA
                    a$r_ += 4;
                    $FourSteps
                    @end
                }

                for (; p != 0; p--)
                {
                    V b = $LoadB;
                    right += bDepth;
                    @rows
                    sum$r = W.FusedMultiplyAdd($LoadStep, b, sum$r);
                    a$r_++;
                    @end
                }

                @whole @rows $StoreC
                @part
                if ((lanes & 2) != 0)
                {
                    @rows $StoreTwo
                }

                if ((lanes & 1) != 0)
                {
                    nint last = lanes & 2;
                    @rows $StoreOne
                }

                @end
                a += $Rows * $Beside * a1;
                c += $Rows * $Beside * c1;
            }
            while (--tiles != 0);
        }
        """;

    /// <summary>What differs from width to width, and from one scalar to the other: how rows come into a vector and leave it.</summary>
    public static IEnumerable<(string Name, string Text)> Parts(GemmTileSpec spec, bool isPart)
    {
        string four = spec.Scalar == "float" ? "Vector128" : "Vector256", set = spec.Width == 512 ? "Avx512F" : "Avx";
        string Row(int row, string stride) => row == 0 ? "" : $" + {stride}{row}";
        string OfC(int row) => $"to$r{Row(row, "c")}";
        string[] rows = [.. Enumerable.Range(0, spec.StripRows).Select(row => Quarter(spec, row))];
        string Each(Func<int, string> store) => string.Join(" ", Enumerable.Range(0, spec.StripRows).Select(store));

        // One insertion a statement: nested, the JIT loads each row by itself first.
        string steps = string.Join(" ", Insertions(spec, row => $"{four}.Load(a$r_{Row(row, "a")})", "x$r").Select((line, row) => row == 0 ? $"V x$r = {line};" : $"x$r = {line};"));

        yield return ("Four", four);
        yield return ("Beside", spec.StripRows.ToString());
        yield return ("LoadA", spec.Scalar == "float"
            ? steps
            : $"{steps} V x$r_0 = Avx512F.Permute4x64(x$r, 0x44), x$r_1 = Avx512F.Permute4x64(x$r, 0xEE);");
        yield return ("LoadStep", Joined(spec, row => $"{four}.Create({(row == 0 ? "*a$r_" : $"a$r_[a{row}]")})"));
        yield return ("LoadB", isPart ? "W.Create(Avx.MaskLoad(right, mask))" : $"{set}.Broadcast{four}ToVector{spec.Width}(right)");
        yield return ("LoadC", Joined(spec, row => isPart ? $"Avx.MaskLoad({OfC(row)}, mask)" : $"{four}.Load({OfC(row)})"));
        yield return ("FourSteps", string.Join(" ", Enumerable.Range(0, 4).Select(step => $"sum$r = W.FusedMultiplyAdd({Spread(spec, step)}, b{step}, sum$r);")));
        yield return ("StoreC", Each(row => $"{rows[row]}.Store({OfC(row)});"));
        yield return ("StoreTwo", Each(row => spec.Scalar == "double" ? $"{rows[row]}.GetLower().Store({OfC(row)});" : $"Sse.StoreLow({OfC(row)}, {rows[row]});"));
        yield return ("StoreOne", Each(row => $"({OfC(row)})[last] = last == 0 ? {rows[row]}.ToScalar() : {rows[row]}.GetElement(2);"));
    }

    // One step of k of each row, for all of its columns. Within 128 bits, where four shuffles run at a time; across them two do, beside no multiply-add (Zen 5).
    private static string Spread(GemmTileSpec spec, int step)
        => spec.Scalar == "double" ? $"Avx512F.Permute2x64(x$r_{step / 2}, {step % 2 * 0xFF})"
            : spec.Width == 512 ? $"Avx512F.Permute4x32(x$r, {step * 0x55})"
            : $"Avx.Permute(x$r, {step * 0x55})";

    private static string Joined(GemmTileSpec spec, Func<int, string> row)
    {
        string[] insertions = [.. Insertions(spec, row, "$Before")];
        return insertions.Aggregate((joined, next) => next.Replace("$Before", joined));
    }

    // The first row, and each further one into what is there before.
    private static IEnumerable<string> Insertions(GemmTileSpec spec, Func<int, string> row, string before)
    {
        string quarter = spec.Scalar == "float" ? "128" : "256", set = spec.Width == 512 ? "Avx512F" : "Avx";
        yield return spec.StripRows == 4 ? $"{row(0)}.ToVector256Unsafe().ToVector512Unsafe()" : $"{row(0)}.ToVector{spec.Width}Unsafe()";
        for (int next = 1; next < spec.StripRows; next++)
        {
            yield return $"{set}.InsertVector{quarter}({before}, {row(next)}, {next})";
        }
    }

    private static string Quarter(GemmTileSpec spec, int row)
        => spec.StripRows == 4 ? $"sum$r.Get{(row < 2 ? "Lower" : "Upper")}().Get{(row % 2 == 0 ? "Lower" : "Upper")}()" : $"sum$r.Get{(row == 0 ? "Lower" : "Upper")}()";
}
