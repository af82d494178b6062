namespace Kernels.Generators.Jacobi;

/// <summary>The text of a sweep over a small matrix by rows. Contract: docs/contracts/jacobi.md.</summary>
internal static class JacobiSweepTemplate
{
    /// <summary>
    /// Every pair of columns once, a column a lane: in step s column j meets column j xor s, so a partner is a permutation away and no column moves. For columns of comparable
    /// length near one: nothing is scaled, and an angle is two roots and one division, <c>c : s = abs(y'y - x'x) + root : 2 x'y</c>.
    /// </summary>
    public const string Sweep = """
        public static void Sweep(T* x, nint stride, nint rows, nint all, nint columns, T* largest, T* counts, T tolerance, T shortest, T* c, T* s)
        {
            byte* frames = stackalloc byte[(int)(columns / L) + 1];
            nint steps = 1;
            while (steps < columns)
            {
                steps *= 2;
            }

            for (nint step = 1; step < steps; step++)
            {
                if ((step & (L - 1)) == 0)
                {
                    PutBack(x, stride, all, columns, frames);
                }

                if (step < L)
                {
                    SweepWithin(x, stride, rows, all, columns, step, largest, counts, tolerance, shortest, c, s);
                }
                else
                {
                    SweepAcross(x, stride, rows, all, columns, step, frames, largest, counts, tolerance, shortest, c, s);
                }
            }

            PutBack(x, stride, all, columns, frames);
        }

        // Lane j of the result is lane j xor step.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Partners(V lanes, N order)
        {
            @if pairs
            return Vector256.ShuffleNative(lanes.AsSingle(), order.AsInt32()).AsDouble();
            @end
            @if lanes
            return W.ShuffleNative(lanes, order);
            @end
        }

        // As Partners takes it; pairs of 32-bit lanes are moved where no instruction moves four of 64 bits.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static N OrderOf(nint step)
        {
            N order = N.Indices ^ W.Create((I)step);
            @if pairs
            order = (order << 1) | ((order << 33) | W.Create(1L << 32));
            @end
            return order;
        }
        """;

    /// <summary>Partners in one vector: both lanes of a pair find the same angle, and take it with opposite signs.</summary>
    public const string SweepWithin = """
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void SweepWithin(T* x, nint stride, nint rows, nint all, nint columns, nint step, T* largest, T* counts, T tolerance, T shortest, T* c, T* s)
        {
            V one = V.One, least = W.Create(tolerance), square = W.Create(shortest), sign = W.Create((T)(-0.0));
            N order = OrderOf(step);
            V isSecond = W.GreaterThan(N.Indices, N.Indices ^ W.Create((I)step)).As<I, T>();
            for (nint k = 0; k < columns; k += L)
            {
                T* p = x + k;
                @rows V xx$r = V.Zero, xy$r = V.Zero;
                nint left = rows;
                for (; left >= $Rows; left -= $Rows)
                {
                    @rows
                    V x$r = W.Load(p + $r * stride);
                    xx$r = W.FusedMultiplyAdd(x$r, x$r, xx$r);
                    xy$r = W.FusedMultiplyAdd(x$r, Partners(x$r, order), xy$r);
                    @end
                    p += $Rows * stride;
                }

                for (; left != 0; left--)
                {
                    V last = W.Load(p);
                    xx0 = W.FusedMultiplyAdd(last, last, xx0);
                    xy0 = W.FusedMultiplyAdd(last, Partners(last, order), xy0);
                    p += stride;
                }

                V own = (xx0 + xx1) + (xx2 + xx3), other = Partners(own, order), product = (xy0 + xy1) + (xy2 + xy3);
                V first = W.ConditionalSelect(isSecond, other, own), second = W.ConditionalSelect(isSecond, own, other), counted = W.AndNot(one, isSecond);
        $Angle
                W.Store(turn ^ (isSecond & sign), s + k);
            }

            for (nint k = 0; k < columns; k += L)
            {
                V cosine = W.Load(c + k), back = -W.Load(s + k);
                if (W.EqualsAll(back, V.Zero))
                {
                    continue;
                }

                T* p = x + k;
                nint left = all;
                for (; left >= $Rows; left -= $Rows)
                {
                    @rows V x$r = W.Load(p + $r * stride);
                    @rows W.Store(W.FusedMultiplyAdd(cosine, x$r, back * Partners(x$r, order)), p + $r * stride);
                    p += $Rows * stride;
                }

                for (; left != 0; left--)
                {
                    V last = W.Load(p);
                    W.Store(W.FusedMultiplyAdd(cosine, last, back * Partners(last, order)), p);
                    p += stride;
                }
            }
        }
        """;

    /// <summary>
    /// Partners in two vectors. The second stays as it was permuted for the step (its frame), so that the next one permutes it once; before others are its partners it is put back.
    /// Nothing is done where no pair of a vector rotates. What lies behind the last column has no partner.
    /// </summary>
    public const string SweepAcross = """
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void SweepAcross(T* x, nint stride, nint rows, nint all, nint columns, nint step, byte* frames, T* largest, T* counts, T tolerance, T shortest, T* c, T* s)
        {
            V one = V.One, least = W.Create(tolerance), square = W.Create(shortest), sign = W.Create((T)(-0.0)), counted = one;
            nint lane = step & (L - 1), across = step - lane;
            for (nint k = 0; k < columns; k += L)
            {
                nint partner = k ^ across;
                if (partner < k || partner >= columns)
                {
                    continue;
                }

                N order = OrderOf(lane ^ frames[partner / L]);
                T* p = x + k;
                T* q = x + partner;
                @rows V xx$r = V.Zero, xy$r = V.Zero, yy$r = V.Zero;
                nint left = rows;
                for (; left >= $Rows; left -= $Rows)
                {
                    @rows
                    V x$r = W.Load(p + $r * stride), y$r = W.Load(q + $r * stride);
                    xx$r = W.FusedMultiplyAdd(x$r, x$r, xx$r);
                    yy$r = W.FusedMultiplyAdd(y$r, y$r, yy$r);
                    xy$r = W.FusedMultiplyAdd(x$r, Partners(y$r, order), xy$r);
                    @end
                    p += $Rows * stride;
                    q += $Rows * stride;
                }

                for (; left != 0; left--)
                {
                    V lastX = W.Load(p), lastY = W.Load(q);
                    xx0 = W.FusedMultiplyAdd(lastX, lastX, xx0);
                    yy0 = W.FusedMultiplyAdd(lastY, lastY, yy0);
                    xy0 = W.FusedMultiplyAdd(lastX, Partners(lastY, order), xy0);
                    p += stride;
                    q += stride;
                }

                V first = (xx0 + xx1) + (xx2 + xx3), second = Partners((yy0 + yy1) + (yy2 + yy3), order), product = (xy0 + xy1) + (xy2 + xy3);
        $Angle
                W.Store(turn, s + k);
            }

            for (nint k = 0; k < columns; k += L)
            {
                nint partner = k ^ across;
                if (partner < k || partner >= columns)
                {
                    continue;
                }

                V cosine = W.Load(c + k), sine = W.Load(s + k), back = -sine;
                if (W.EqualsAll(sine, V.Zero))
                {
                    continue;
                }

                N order = OrderOf(lane ^ frames[partner / L]);
                T* p = x + k;
                T* q = x + partner;
                nint left = all;
                for (; left >= $Rows; left -= $Rows)
                {
                    @rows
                    V x$r = W.Load(p + $r * stride), y$r = Partners(W.Load(q + $r * stride), order);
                    W.Store(W.FusedMultiplyAdd(cosine, x$r, back * y$r), p + $r * stride);
                    W.Store(W.FusedMultiplyAdd(cosine, y$r, sine * x$r), q + $r * stride);
                    @end
                    p += $Rows * stride;
                    q += $Rows * stride;
                }

                for (; left != 0; left--)
                {
                    V lastX = W.Load(p), lastY = Partners(W.Load(q), order);
                    W.Store(W.FusedMultiplyAdd(cosine, lastX, back * lastY), p);
                    W.Store(W.FusedMultiplyAdd(cosine, lastY, sine * lastX), q);
                    p += stride;
                    q += stride;
                }

                frames[partner / L] = (byte)lane;
            }
        }

        private static void PutBack(T* x, nint stride, nint rows, nint columns, byte* frames)
        {
            for (nint k = 0; k < columns; k += L)
            {
                N order = OrderOf(frames[k / L]);
                T* p = x + k;
                for (nint left = frames[k / L] == 0 ? 0 : rows; left != 0; left--)
                {
                    W.Store(Partners(W.Load(p), order), p);
                    p += stride;
                }

                frames[k / L] = 0;
            }
        }
        """;

    /// <summary>From the squared lengths and the product of first and second to cosine and turn, the sine; both corrected by half their defect from the unit circle.</summary>
    public const string Angle = """
                V difference = second - first, twice = product + product;
                V side = W.Sqrt(W.FusedMultiplyAdd(difference, difference, twice * twice)) + W.AndNot(difference, sign);
                V factor = one / W.Sqrt(W.FusedMultiplyAdd(side, side, twice * twice));
                V cosine = side * factor, sine = (twice ^ (difference & sign)) * factor;
                V defect = W.Create((T)0.5) * W.FusedMultiplyAdd(-sine, sine, W.FusedMultiplyAdd(-cosine, cosine, one));
                V squares = first * second, smaller = W.MinNative(first, second), found = W.Load(largest + k), aligned = product * product;
                V rotates = W.GreaterThan(aligned, least * squares), isShort = W.GreaterThan(smaller, V.Zero) & W.LessThan(smaller, square);
                V turn = W.FusedMultiplyAdd(sine, defect, sine) & rotates;
                W.Store(W.ConditionalSelect(rotates, W.FusedMultiplyAdd(cosine, defect, cosine), one), c + k);
                W.Store(W.ConditionalSelect(W.GreaterThan(aligned, found * squares), aligned / squares, found), largest + k);
                W.Store(W.ConditionalSelect(isShort, W.Create(T.PositiveInfinity), W.Load(counts + k) + (counted & rotates)), counts + k);
        """;
}
