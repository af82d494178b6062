namespace Kernels.Generators.Tiles;

/// <summary>The text of chains for up to four columns of floats at 256 bits. Its contract: docs/contracts/gemm-tile.md.</summary>
/// <remarks>
/// A vector of C is two rows of four columns side by side, so no lane is idle. Where k is adjacent in A, four steps of both come in by a load and an
/// insertion, and each step is spread over the four columns of its row by a shuffle within 128 bits. <c>$r</c> counts such vectors, <c>$q</c> the steps.
/// </remarks>
internal static class GemmStripTemplate
{
    public const string Method = """
        /// <summary>$Rows vectors of two rows by four columns$PartNote: C = beta C + A B, k adjacent in A.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Strip$Rowsx4$Suffix($Parametersglobal::Kernels.GemmTileArguments<T>* arguments)
        {
            nint a1 = arguments->ARow, bDepth = arguments->BDepth, c1 = arguments->CRow;
            @part Vector128<T> mask = Vector128.LessThan(Vector128<T>.Indices, Vector128.Create((T)lanes));
            T* a = arguments->A;
            T* c = arguments->C;
            nuint tiles = arguments->Tiles;
            do
            {
                @rows T* to$r = c + $r * 2 * c1;
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

                @rows T* a$r_ = a + $r * 2 * a1;
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
                a += $Rows * 2 * a1;
                c += $Rows * 2 * c1;
            }
            while (--tiles != 0);
        }
        """;

    /// <summary>How two rows come into a vector and leave it.</summary>
    public static IEnumerable<(string Name, string Text)> Parts(bool isPart)
    {
        string[] rows = ["sum$r.GetLower()", "sum$r.GetUpper()"], ofC = ["to$r", "to$r + c1"];
        string Each(Func<int, string> store) => $"{store(0)} {store(1)}";
        string Row(int row) => isPart ? $"Avx.MaskLoad({ofC[row]}, mask)" : $"Vector128.Load({ofC[row]})";

        // One insertion a statement: nested, the JIT loads each row by itself first.
        yield return ("LoadA", "V x$r = Vector128.Load(a$r_).ToVector256Unsafe(); x$r = Avx.InsertVector128(x$r, Vector128.Load(a$r_ + a1), 1);");
        yield return ("LoadStep", "Avx.InsertVector128(Vector128.Create(*a$r_).ToVector256Unsafe(), Vector128.Create(a$r_[a1]), 1)");
        yield return ("LoadB", isPart ? "W.Create(Avx.MaskLoad(right, mask))" : "Avx.BroadcastVector128ToVector256(right)");
        yield return ("LoadC", $"Avx.InsertVector128({Row(0)}.ToVector256Unsafe(), {Row(1)}, 1)");
        yield return ("FourSteps", string.Join(" ", Enumerable.Range(0, 4).Select(step => $"sum$r = W.FusedMultiplyAdd(Avx.Permute(x$r, {step * 0x55}), b{step}, sum$r);")));
        yield return ("StoreC", Each(row => $"{rows[row]}.Store({ofC[row]});"));
        yield return ("StoreTwo", Each(row => $"Sse.StoreLow({ofC[row]}, {rows[row]});"));
        yield return ("StoreOne", Each(row => $"({ofC[row]})[last] = last == 0 ? {rows[row]}.ToScalar() : {rows[row]}.GetElement(2);"));
    }
}
