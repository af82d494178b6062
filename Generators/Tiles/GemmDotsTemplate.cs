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

            $Four<T> sums = alpha * Sums(Quarter(lanes0), Quarter(lanes1), Quarter(lanes2), Quarter(lanes3));
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

            $Four<T> sums = alpha * Sums(Quarter(lanes0), Quarter(lanes1), Quarter(lanes2), Quarter(lanes3));
            if (beta != 0)
            {
                sums += beta * $Four.Create(to[0], to[column], to[row], to[row + column]);
            }

            to[0] = sums.ToScalar();
            to[column] = sums.GetElement(1);
            to[row] = sums.GetElement(2);
            to[row + column] = sums.GetElement(3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static $Four<T> Sums(Vector128<T> q0, Vector128<T> q1, Vector128<T> q2, Vector128<T> q3)
        {
            @if float
            Vector128<T> p01 = Sse.UnpackLow(q0, q1) + Sse.UnpackHigh(q0, q1), p23 = Sse.UnpackLow(q2, q3) + Sse.UnpackHigh(q2, q3);
            return Sse.MoveLowToHigh(p01, p23) + Sse.MoveHighToLow(p23, p01);
            @end
            @if double
            Vector256<T> low = Vector256.Create(Sse2.UnpackLow(q0, q1), Sse2.UnpackLow(q2, q3)), high = Vector256.Create(Sse2.UnpackHigh(q0, q1), Sse2.UnpackHigh(q2, q3));
            return low + high;
            @end
        }
        """;
}
