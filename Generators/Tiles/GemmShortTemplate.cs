namespace Kernels.Generators.Tiles;

/// <summary>The text of one column of short sums. Its contract: docs/contracts/gemm-tile.md.</summary>
/// <remarks>
/// A vector holds rows of C. Where k is adjacent in A, and shorter than a vector, its rows come in by quarters of 512 bits, row i beside row i + <c>Q</c>, and are
/// transposed within the quarters: no shuffle crosses one, and each sum stays the chain over ascending k that it is in every other tile.
/// </remarks>
internal static class GemmShortTemplate
{
    public static readonly string Method = GemmTileTemplate.WithParts("""
        /// <summary>$Rows rows at a time of one column, $Depth steps of adjacent k$PartNote: C = beta C + A B.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Short$Rowsx$Depth$Suffix($Parametersglobal::Kernels.GemmTileArguments<T>* arguments)
        {
            T* a = arguments->A, c0 = arguments->C;
            nint aRow = arguments->ARow;
            bool isNew = arguments->Beta == 0;
            $Offsets
            @parts V x$q = W.Create(arguments->B[$q * arguments->BDepth]);
            @whole
            nuint tiles = arguments->Tiles;
            do
            {
                $Gather
                V c0_0 = isNew ? V.Zero : W.Create(arguments->Beta) * W.Load(c0);
                $Steps
                W.Store(c0_0, c0);
                a += L * aRow;
                c0 += L;
            }
            while (--tiles != 0);
            @end
            @part
            V mask = W.LessThan(V.Indices, W.Create((T)lanes));
            V c0_0 = isNew ? V.Zero : W.Create(arguments->Beta) * $MaskLoad(c0, mask$MaskRest);
            $Steps
            @store
            @end
        }
        """);

    /// <summary>Offsets of the first rows, which the other quarters share; of a part each row's own, at most the last one's.</summary>
    public static IEnumerable<string> Offsets(GemmTileSpec spec, bool isPart)
        => Enumerable.Range(1, (isPart ? spec.Lanes : spec.Quarter) - 1).Select(row => $"nint a{row} = {(isPart ? $"global::System.Math.Min({row}, lanes - 1)" : $"{row}")} * aRow;");

    /// <summary>Where the other quarters start.</summary>
    public static IEnumerable<string> Quarters(GemmTileSpec spec)
        => Enumerable.Range(1, spec.Lanes / spec.Quarter - 1).Select(quarter => $"T* q{quarter} = {(quarter == 1 ? "a" : $"q{quarter - 1}")} + {spec.Quarter} * aRow;");

    /// <summary>Loads, transpositions and multiply-adds, a quarter of 512 bits of k at a time.</summary>
    public static IEnumerable<string> Steps(GemmTileSpec spec, int depth, bool isPart)
    {
        string At(int row, int p) => (isPart, row / spec.Quarter, row % spec.Quarter) switch
        {
            (true, _, _) => row == 0 ? $"a + {p}" : $"a + a{row} + {p}",
            (_, 0, 0) => $"a + {p}",
            (_, 0, var below) => $"a + a{below} + {p}",
            (_, var quarter, 0) => $"q{quarter} + {p}",
            var (_, quarter, below) => $"q{quarter} + a{below} + {p}",
        };

        string set = spec.Width switch { 512 => "Avx512F", 256 => "Avx", _ => "Sse" };
        for (int p = 0; p < depth; p += spec.Quarter)
        {
            int steps = Math.Min(spec.Quarter, depth - p);
            // Three floats come in with the one before them, if there is one: a load with a mask has half the registers to choose from.
            int before = steps == 3 && p > 0 ? 1 : 0;
            for (int row = 0; row < spec.Quarter; row++)
            {
                yield return $"V r{p}_{row} = {Rows([.. Enumerable.Range(0, spec.Lanes / spec.Quarter).Select(quarter => Load(At(row + quarter * spec.Quarter, p - before), steps + before, spec))], spec.Width)};";
            }

            string[] columns = spec.Scalar == "float" ? [.. Pairs(set, p, steps).Skip(before)] : [.. Unpack(spec.Width == 128 ? "Sse2" : set, $"r{p}_0", $"r{p}_1")];
            foreach (string line in spec.Scalar == "float" ? Halves(set, p, steps) : [])
            {
                yield return line;
            }

            for (int step = 0; step < steps; step++)
            {
                yield return $"c0_0 = W.FusedMultiplyAdd({columns[step]}, x{p + step}, c0_0);";
            }
        }
    }

    // Rows 0 and 1, and 2 and 3, element by element.
    private static IEnumerable<string> Halves(string set, int p, int steps)
    {
        for (int half = 0; half < (steps > 2 ? 2 : 1); half++)
        {
            string unpack = half == 0 ? "UnpackLow" : "UnpackHigh";
            yield return $"var u{p}_{half} = {set}.{unpack}(r{p}_0, r{p}_1).AsDouble();";
            yield return $"var v{p}_{half} = {set}.{unpack}(r{p}_2, r{p}_3).AsDouble();";
        }
    }

    private static IEnumerable<string> Pairs(string set, int p, int steps)
        => Enumerable.Range(0, steps > 2 ? 2 : 1).SelectMany(half => Unpack(set == "Sse" ? "Sse2" : set, $"u{p}_{half}", $"v{p}_{half}").Select(column => column + ".AsSingle()"));

    private static IEnumerable<string> Unpack(string set, string first, string second) => [$"{set}.UnpackLow({first}, {second})", $"{set}.UnpackHigh({first}, {second})"];

    private static string Rows(string[] quarters, int width)
        => quarters.Length == 1
            ? quarters[0]
            : Joined(Rows([.. quarters.Take(quarters.Length / 2)], width / 2), Rows([.. quarters.Skip(quarters.Length / 2)], width / 2), width);

    // Of Vector512.Create the JIT makes two insertions, the first one into what the register held before.
    private static string Joined(string lower, string upper, int width)
        => width == 512 ? $"{lower}.ToVector512Unsafe().WithUpper({upper})" : $"Vector{width}.Create({lower}, {upper})";

    // Nothing is read behind the last step.
    private static string Load(string from, int steps, GemmTileSpec spec)
        => steps == spec.Quarter ? $"Vector128.Load({from})"
        : steps == 1 ? $"Vector128.CreateScalar(*({from}))"
        : steps == 2 ? $"Vector128.CreateScalar(*(double*)({from})).AsSingle()"
        : $"Avx.MaskLoad({from}, Vector128.Create(-1, -1, -1, 0).AsSingle())";
}
