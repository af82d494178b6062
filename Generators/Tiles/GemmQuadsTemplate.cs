namespace Kernels.Generators.Tiles;

/// <summary>The text of the dot form for four columns of floats that lie side by side, and of slices for four columns of either scalar. Its contract: docs/contracts/gemm-tile.md.</summary>
/// <remarks>
/// A vector of B is a few steps of k by four columns, as it lies. A is spread to match it, so each lane is the same logical lane of a column's sum as in
/// <see cref="GemmDotsTemplate"/>, and the lanes are added by the same halves. <c>$q</c> counts the vectors of A that make all logical lanes,
/// <c>$v</c> the four of B for each.
/// </remarks>
internal static class GemmQuadsTemplate
{
    public const string Method = """
        /// <summary>$Rows rows x 4 columns of sums over k: C = alpha A B + beta C on blocks one below the other, B without gaps.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Quads$Rowsx4(global::Kernels.GemmTileArguments<T>* arguments)
        {
            nint whole = (nint)arguments->Depth / S * S;
            int rest = (int)((nint)arguments->Depth - whole);
            T* a = arguments->A, b = arguments->B, c = arguments->C;
            nuint tiles = arguments->Tiles;
            do
            {
                @rows T* a$r = a + $r * arguments->ARow;
                @rows @parts @vectors V s$r_$q_$v = V.Zero;
                nint p = 0;
                for (; p < whole; p += S)
                {
                    @parts
                    @rows V y$r_$q = W.Load(a$r + p + $q * L);
                    @vectors
                    V x$q_$v = W.Load(b + 4 * p + ($q * 4 + $v) * L);
                    @rows s$r_$q_$v = W.FusedMultiplyAdd(Spread$v(y$r_$q), x$q_$v, s$r_$q_$v);
                    @end
                    @end
                }

                if (rest != 0)
                {
                    @parts
                    @rows V y$r_$q = Part(a$r + p + $q * L, rest - $q * L);
                    @vectors
                    V x$q_$v = Part(b + 4 * p + ($q * 4 + $v) * L, 4 * rest - ($q * 4 + $v) * L);
                    @rows s$r_$q_$v = W.FusedMultiplyAdd(Spread$v(y$r_$q), x$q_$v, s$r_$q_$v);
                    @end
                    @end
                }

                nint cRow = arguments->CRow, cColumn = arguments->CColumn;
                $Results
                a += $Rows * arguments->ARow;
                c += $Rows * arguments->CRow;
            }
            while (--tiles != 0);
        }
        """;

    public const string OfSlices = """
        /// <summary>$Rows rows x 4 columns of sums over slices of k: C = alpha A B + beta C, k adjacent in A, B without gaps.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void QuadSlices$Rowsx4(global::Kernels.GemmTileArguments<T>* arguments)
        {
            nint whole = (nint)arguments->Depth / $LogicalSlices * $LogicalSlices;
            int rest = (int)((nint)arguments->Depth - whole);
            T* b = arguments->B;
            @rows T* a$r = arguments->A + $r * arguments->ARow;
            @rows @parts V s$r_$q = V.Zero;
            nint p = 0;
            for (; p < whole; p += $LogicalSlices)
            {
                @rows V y$r = $LoadEight;
                @parts
                V x$q = W.Load(b + 4 * p + $q * L);
                @rows s$r_$q = W.FusedMultiplyAdd(Spread$q(y$r), x$q, s$r_$q);
                @end
            }

            if (rest != 0)
            {
                @rows V y$r = Part(a$r + p, rest);
                @parts
                V x$q = Part(b + 4 * p + $q * L, 4 * rest - $q * L);
                @rows s$r_$q = W.FusedMultiplyAdd(Spread$q(y$r), x$q, s$r_$q);
                @end
            }

            nint cRow = arguments->CRow, cColumn = arguments->CColumn;
            @rows PutFour(arguments->C + $r * cRow, cColumn, $OfSlices, arguments->Alpha, arguments->Beta);
        }
        """;

    public const string Helpers = """
        // A quarter of the steps in a vector of A, each for the four columns of its row of B.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Spread0(V left) => W.ShuffleNative(left, W.Create($Steps0));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Spread1(V left) => W.ShuffleNative(left, W.Create($Steps1));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Spread2(V left) => W.ShuffleNative(left, W.Create($Steps2));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Spread3(V left) => W.ShuffleNative(left, W.Create($Steps3));

        // Of the steps in a vector, halves are added until four columns are left.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void PutFour(T* to, nint stride, V steps, T alpha, T beta)
        {
            $Four<T> sums = alpha * $Folded;
            if (stride == 1)
            {
                (beta == 0 ? sums : sums + beta * $Four.Load(to)).Store(to);
                return;
            }

            for (int i = 0; i < 4; i++, to += stride)
            {
                *to = beta == 0 ? sums.GetElement(i) : sums.GetElement(i) + beta * *to;
            }
        }
        """;
}
