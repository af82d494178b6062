namespace Kernels.Generators.Tiles;

/// <summary>The text of the dot form: sums over adjacent k. Its contract: docs/contracts/gemm-tile.md.</summary>
/// <remarks>
/// Element i of a sum belongs to logical lane i modulo <c>S</c>, whatever the width, and the lanes are added by halves; so a vector is a part
/// of the lanes, and <c>$q</c> counts the vectors that make all of them. The last, shorter stretch of k is filled up with zeros.
/// </remarks>
internal static class GemmDotsTemplate
{
    public const string Method = """
        /// <summary>$Rows rows x $Vectors columns of sums over adjacent k: C = alpha A B + beta C on blocks one below the other, then side by side.</summary>
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Dots$Rowsx$Vectors(global::Kernels.GemmTileArguments<T>* arguments)
        {
            nint whole = (nint)arguments->Depth / S * S;
            int rest = (int)((nint)arguments->Depth - whole);
            T* a = arguments->A;
            T* c = arguments->C;
            nuint tiles = arguments->Tiles;
            do
            {
                @rows T* a$r = a + $r * arguments->ARow;
                @vectors T* b$v = arguments->B + $v * arguments->BPanel;
                @rows @vectors @parts V s$r_$v_$q = V.Zero;
                nint p = 0;
                for (; p < whole; p += S)
                {
                    @parts
                    @vectors V x$v_$q = W.Load(b$v + p + $q * L);
                    @rows
                    V y$r_$q = W.Load(a$r + p + $q * L);
                    @vectors s$r_$v_$q = W.FusedMultiplyAdd(y$r_$q, x$v_$q, s$r_$v_$q);
                    @end
                    @end
                }

                if (rest != 0)
                {
                    @parts
                    @vectors V x$v_$q = Part(b$v + p + $q * L, rest - $q * L);
                    @rows
                    V y$r_$q = Part(a$r + p + $q * L, rest - $q * L);
                    @vectors s$r_$v_$q = W.FusedMultiplyAdd(y$r_$q, x$v_$q, s$r_$v_$q);
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

    /// <summary>
    /// Logical vectors of a chunk of k, and tiles that take it one after the other: its part of B, of the rows of this tile and the next one, and the sums of all of those tiles are
    /// 26 KiB, so that the second half of the lanes and the next tile find it in a first-level cache.
    /// </summary>
    public const int ChunkVectors = 32, ChunkTiles = 8;

    public const string Halved = """
        /// <summary>$Rows rows x $Vectors columns of sums over adjacent k, one half of the lanes after the other, for a k of at least one logical vector: C = alpha A B + beta C on blocks one below the other.</summary>
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Dots$Rowsx$Vectors(global::Kernels.GemmTileArguments<T>* arguments)
        {
            nint whole = (nint)arguments->Depth / S * S, chunks = (whole + $ChunkVectors * S - 1) / ($ChunkVectors * S), chunk = (whole / S + chunks - 1) / chunks * S;
            int rest = (int)((nint)arguments->Depth - whole);
            byte* memory = stackalloc byte[$ChunkTiles * $Rows * $Vectors * S * sizeof(T) + sizeof(V)];
            T* sums = (T*)((nint)(memory + sizeof(V) - 1) & -sizeof(V));
            T* first = arguments->A;
            T* c = arguments->C;
            @vectors T* b$v = arguments->B + $v * arguments->BPanel;
            for (nint tiles = (nint)arguments->Tiles, some; tiles > 0; tiles -= some)
            {
                some = global::System.Math.Min(tiles, $ChunkTiles);
                nint from = 0, to;
                do
                {
                    to = global::System.Math.Min(from + chunk, whole);
                    T* a = first;
                    T* sum = sums;
                    for (nint tile = 0; tile < some; tile++, a += $Rows * arguments->ARow)
                    {
                        @rows T* a$r = a + $r * arguments->ARow;
                        @if fetching
                        T* next = tile < some - 1 ? a + $Rows * arguments->ARow : to < whole ? first + chunk : a + $Rows * arguments->ARow - from;
                        @end
                        for (int half = 0; half < S; half += L, sum += $Rows * $Vectors * L)
                        {
                            @rows @vectors V s$r_$v = V.Zero;
                            if (from != 0)
                            {
                                @rows @vectors s$r_$v = W.Load(sum + ($r * $Vectors + $v) * L);
                            }

                            @if fetching
                            T* f0 = half == 0 ? next : next + ($Rows - 1) * arguments->ARow;
                            T* f1 = next + arguments->ARow;
                            @end
                            nint p = from + half;
                            for (; p < to; p += S)
                            {
                                @if fetching
                                if (Sse.IsSupported)
                                {
                                    Sse.Prefetch0(f0 + p);
                                    Sse.Prefetch0(f1 + p);
                                }

                                @end
                                @rows V y$r = W.Load(a$r + p);
                                @vectors
                                V x$v = W.Load(b$v + p);
                                @rows s$r_$v = W.FusedMultiplyAdd(y$r, x$v, s$r_$v);
                                @end
                            }

                            if (to == whole && rest > half)
                            {
                                @rows V y$r = Part(a$r + p, rest - half);
                                @vectors
                                V x$v = Part(b$v + p, rest - half);
                                @rows s$r_$v = W.FusedMultiplyAdd(y$r, x$v, s$r_$v);
                                @end
                            }

                            if (to < whole || half == 0)
                            {
                                @rows @vectors s$r_$v.Store(sum + ($r * $Vectors + $v) * L);
                                continue;
                            }

                            nint cRow = arguments->CRow, cColumn = arguments->CColumn;
                            $Results
                            c += $Rows * arguments->CRow;
                        }
                    }

                    from = to;
                }
                while (to < whole);
                first += some * $Rows * arguments->ARow;
            }
        }
        """;

    public const string Helpers = """
        // The first lanes of a vector and zeros behind them; nothing is read where there are none.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Part(T* from, int lanes)
        {
            if (HasMasks)
            {
                return $MaskLoad(from, W.LessThan(V.Indices, W.Create((T)lanes))$MaskRest);
            }

            V part = V.Zero;
            for (int i = 0; i < lanes && i < L; i++)
            {
                part = part.WithElement(i, from[i]);
            }

            return part;
        }

        @if 512
        // Of each of two sums one half added to the other, in the half that has its place. One half of each changes places and a blend brings back the other: an exchange runs where multiply-adds do, a blend anywhere (Zen 5).
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Halved(V lanes0, V lanes1)
            => W.ConditionalSelect(W.Create(0L, 0, 0, 0, -1, -1, -1, -1).As<long, T>(), lanes1, lanes0) + Avx512F.Shuffle4x128(lanes0, lanes1, 0x4E);

        // Four sums by halves down to 128 bits each, beside each other: as many exchanges as one sum would take.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Quarters(V lanes0, V lanes1, V lanes2, V lanes3)
        {
            V even = Halved(lanes0, lanes2), odd = Halved(lanes1, lanes3), isOdd = W.Create(0L, 0, -1, -1, 0, 0, -1, -1).As<long, T>();
            V moved = W.ConditionalSelect(isOdd, even, odd);
            return W.ConditionalSelect(isOdd, odd, even) + Avx512F.Shuffle4x128(moved, moved, 0xB1);
        }

        // Four rows of four sums, each column's by quarters.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void PutBlock(T* to, nint row, nint column, V quarters0, V quarters1, V quarters2, V quarters3, T alpha, T beta)
        {
            @if float
            V left = Avx512F.UnpackLow(quarters0, quarters1) + Avx512F.UnpackHigh(quarters0, quarters1);
            V right = Avx512F.UnpackLow(quarters2, quarters3) + Avx512F.UnpackHigh(quarters2, quarters3);
            V sums = alpha * (Avx512F.UnpackLow(left.AsDouble(), right.AsDouble()).AsSingle() + Avx512F.UnpackHigh(left.AsDouble(), right.AsDouble()).AsSingle());
            if (column != 1)
            {
                sums = Avx512F.PermuteVar16x32(sums, W.Create(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
                (row, column) = (column, row);
            }

            Vector128<T> line0 = sums.GetLower().GetLower(), line1 = sums.GetLower().GetUpper(), line2 = sums.GetUpper().GetLower(), line3 = sums.GetUpper().GetUpper();
            @end
            @if double
            V left = alpha * (Avx512F.UnpackLow(quarters0, quarters1) + Avx512F.UnpackHigh(quarters0, quarters1));
            V right = alpha * (Avx512F.UnpackLow(quarters2, quarters3) + Avx512F.UnpackHigh(quarters2, quarters3));
            Vector512<long> first = W.Create(0L, 1, 8, 9, 2, 3, 10, 11), last = W.Create(4L, 5, 12, 13, 6, 7, 14, 15);
            if (column != 1)
            {
                (first, last) = (W.Create(0L, 2, 4, 6, 1, 3, 5, 7), W.Create(8L, 10, 12, 14, 9, 11, 13, 15));
                (row, column) = (column, row);
            }

            V lines01 = Avx512F.PermuteVar8x64x2(left, first, right), lines23 = Avx512F.PermuteVar8x64x2(left, last, right);
            Vector256<T> line0 = lines01.GetLower(), line1 = lines01.GetUpper(), line2 = lines23.GetLower(), line3 = lines23.GetUpper();
            @end
            Put(to, column, line0, beta);
            Put(to + row, column, line1, beta);
            Put(to + 2 * row, column, line2, beta);
            Put(to + 3 * row, column, line3, beta);
        }

        @end
        // The sum of the lanes, by halves down to a quarter of 512 bits.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector128<T> Quarter(V lanes)
        {
            @if 512
            Vector256<T> half = lanes.GetLower() + lanes.GetUpper();
            return half.GetLower() + half.GetUpper();
            @end
            @if 256
            return lanes.GetLower() + lanes.GetUpper();
            @end
            @if 128
            return lanes;
            @end
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put(T* to, V lanes, T alpha, T beta)
        {
            Vector128<T> quarter = Quarter(lanes);
            @if float
            quarter += Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1));
            @end
            T sum = alpha * (quarter.ToScalar() + quarter.GetElement(1));
            *to = beta == 0 ? sum : sum + beta * *to;
        }

        // Four sums at once: the same additions, lane by lane of the four side by side.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put(T* to, nint stride, V lanes0, V lanes1, V lanes2, V lanes3, T alpha, T beta)
        {
            if (!HasMasks)
            {
                Put(to, lanes0, alpha, beta);
                Put(to + stride, lanes1, alpha, beta);
                Put(to + 2 * stride, lanes2, alpha, beta);
                Put(to + 3 * stride, lanes3, alpha, beta);
                return;
            }

            Put(to, stride, alpha * Sums(lanes0, lanes1, lanes2, lanes3), beta);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put(T* to, nint stride, $Four<T> sums, T beta)
        {
            if (stride == 1)
            {
                (beta == 0 ? sums : sums + beta * $Four.Load(to)).Store(to);
                return;
            }

            Put(to, 2 * stride, stride, sums, beta);
        }

        // Two rows of two.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put(T* to, nint row, nint column, V lanes0, V lanes1, V lanes2, V lanes3, T alpha, T beta)
        {
            if (!HasMasks)
            {
                Put(to, lanes0, alpha, beta);
                Put(to + column, lanes1, alpha, beta);
                Put(to + row, lanes2, alpha, beta);
                Put(to + row + column, lanes3, alpha, beta);
                return;
            }

            Put(to, row, column, alpha * Sums(lanes0, lanes1, lanes2, lanes3), beta);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Put(T* to, nint row, nint column, $Four<T> sums, T beta)
        {
            if (beta != 0)
            {
                sums += beta * $Four.Create(to[0], to[column], to[row], to[row + column]);
            }

            to[0] = sums.ToScalar();
            to[column] = sums.GetElement(1);
            to[row] = sums.GetElement(2);
            to[row + column] = sums.GetElement(3);
        }

        @if 512
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static $Four<T> Sums(V lanes0, V lanes1, V lanes2, V lanes3)
        {
            V sums = Quarters(lanes0, lanes1, lanes2, lanes3);
            @if float
            sums += Avx512F.Permute4x32(sums, 0x4E);
            sums += Avx512F.Permute4x32(sums, 0xB1);
            return Avx512F.PermuteVar16x32(sums, W.Create(0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12)).GetLower().GetLower();
            @end
            @if double
            sums += Avx512F.Permute2x64(sums, 0x55);
            return Avx512F.PermuteVar8x64(sums, W.Create(0L, 2, 4, 6, 0, 2, 4, 6)).GetLower();
            @end
        }
        @end
        @if narrow
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static $Four<T> Sums(V lanes0, V lanes1, V lanes2, V lanes3)
        {
            Vector128<T> q0 = Quarter(lanes0), q1 = Quarter(lanes1), q2 = Quarter(lanes2), q3 = Quarter(lanes3);
            @if float
            Vector128<T> p01 = Sse.UnpackLow(q0, q1) + Sse.UnpackHigh(q0, q1), p23 = Sse.UnpackLow(q2, q3) + Sse.UnpackHigh(q2, q3);
            return Sse.MoveLowToHigh(p01, p23) + Sse.MoveHighToLow(p23, p01);
            @end
            @if double
            Vector256<T> low = Vector256.Create(Sse2.UnpackLow(q0, q1), Sse2.UnpackLow(q2, q3)), high = Vector256.Create(Sse2.UnpackHigh(q0, q1), Sse2.UnpackHigh(q2, q3));
            return low + high;
            @end
        }
        @end
        """;
}
