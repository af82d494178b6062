namespace Kernels.Generators.Jacobi;

/// <summary>The text of the Jacobi kernels.</summary>
/// <remarks>
/// Lanes are pairs of columns, so that no sum crosses lanes and the bits are those of every width. In the tournament (circle) order the next step's pairs lie one
/// element to the right in one half and one to the left in the other: a rotated vector is stored there, and three elements a row are put
/// right afterwards. The left half is read one vector ahead of what is stored. (Shifting in registers was slower: two shuffles and a blend each.)
/// Across halves only the right one moves. Rounded square roots just above one make c^2 + s^2 exceed one on average, and hundreds of float rotations lengthen
/// columns by tens of ulp; a step towards c^2 + s^2 = 1, its defect computed by fused multiply-adds, takes the bias away.
/// </remarks>
internal static class JacobiTemplate
{
    public const string Grams = """
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void Grams(T* x, nint stride, nint rows, nint right, nint half, T* xx, T* xy, T* yy)
        {
            for (nint k = 0; k < half; k += L)
            {
                T* p = x + k;
                @rows V xx$r = V.Zero, xy$r = V.Zero, yy$r = V.Zero;
                nint left = rows;
                for (; left >= $Rows; left -= $Rows)
                {
                    @rows
                    V x$r = W.Load(p + $r * stride), y$r = W.Load(p + $r * stride + right);
                    xx$r = W.FusedMultiplyAdd(x$r, x$r, xx$r);
                    xy$r = W.FusedMultiplyAdd(x$r, y$r, xy$r);
                    yy$r = W.FusedMultiplyAdd(y$r, y$r, yy$r);
                    @end
                    p += $Rows * stride;
                }

                if (left != 0)
                {
                    V lastX = W.Load(p), lastY = W.Load(p + right);
                    xx0 = W.FusedMultiplyAdd(lastX, lastX, xx0);
                    xy0 = W.FusedMultiplyAdd(lastX, lastY, xy0);
                    yy0 = W.FusedMultiplyAdd(lastY, lastY, yy0);
                }

                W.Store(xx0 + xx1, xx + k);
                W.Store(xy0 + xy1, xy + k);
                W.Store(yy0 + yy1, yy + k);
            }
        }
        """;

    /// <summary>
    /// The smaller angle, from <c>cot 2 phi = (y'y - x'x) / 2 x'y</c> (H. Rutishauser, Numer. Math. 9, 1966), computed relative to the longer column.
    /// </summary>
    public const string Angles = """
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void Angles(nint half, T* xx, T* xy, T* yy, T* largest, T* counts, T tolerance, T accurate, T comparable, bool ordered, T* c, T* s)
        {
            V one = V.One, least = W.Create(tolerance), square = W.Create(accurate), quotient = W.Create(comparable), mayExchange = ordered ? V.AllBitsSet : V.Zero;
            for (nint k = 0; k < half; k += L)
            {
                V first = W.Load(xx + k), second = W.Load(yy + k), cosines = W.Load(largest + k);
                V isFirst = W.GreaterThan(first, second);
                V scale = one / W.ConditionalSelect(isFirst, first, second), smaller = W.ConditionalSelect(isFirst, second, first);
                V x = scale * first, y = scale * second, z = scale * W.Load(xy + k);
                V difference = y - x, twice = z + z, squares = x * y, product = z * z;
                V root = W.CopySign(W.Sqrt(W.FusedMultiplyAdd(difference, difference, twice * twice)), difference);
                V tangent = twice / (difference + root);
                V cosine = one / W.Sqrt(W.FusedMultiplyAdd(tangent, tangent, one));
                V turn = cosine * tangent;
                cosine = W.FusedMultiplyAdd(W.Create((T)0.5) * cosine, W.FusedMultiplyAdd(-turn, turn, W.FusedMultiplyAdd(-cosine, cosine, one)), cosine);
                V rotates = W.GreaterThan(product, least * squares);
                V isVague = W.GreaterThan(smaller, V.Zero) & (W.LessThan(smaller, square) | W.LessThan(scale * smaller, quotient));
                V sine = cosine * tangent, exchanges = W.GreaterThan(y, x) & mayExchange;
                W.Store(W.ConditionalSelect(rotates, W.ConditionalSelect(exchanges, sine, cosine), one), c + k);
                W.Store(W.ConditionalSelect(exchanges, -cosine, sine) & rotates, s + k);
                W.Store(W.ConditionalSelect(W.GreaterThan(product, cosines * squares), product / squares, cosines), largest + k);
                W.Store(W.ConditionalSelect(isVague, W.Create(T.PositiveInfinity), W.Load(counts + k) + (one & rotates)), counts + k);
            }
        }
        """;

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

    public const string Rotate = """
        public static void Rotate$Order(T* x, nint stride, nint rows, nint right, nint half, T* c, T* s)
        {
            Rotate$Order$Rows(x, stride, rows / $Rows, right, half, c, s);
            Rotate$Order1(x + rows / $Rows * $Rows * stride, stride, rows % $Rows, right, half, c, s);
        }
        """;

    public const string RotateRows = """
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void Rotate$Order$Rows(T* x, nint stride, nint times, nint right, nint half, T* c, T* s)
        {
            for (; times > 0; times--)
            {
                @rows
                T* p$r = x + $r * stride;
                V x$r = W.Load(p$r);
                @end
                for (nint k = 0; k < half; k += L)
                {
                    V cosine = W.Load(c + k), sine = W.Load(s + k);
                    @rows
                    V y$r = W.Load(p$r + right + k), next$r = W.Load(p$r + k + L);
                    W.Store(W.FusedMultiplyAdd(cosine, x$r, -(sine * y$r)), p$r + k + $Shift);
                    W.Store(W.FusedMultiplyAdd(sine, x$r, cosine * y$r), p$r + right + k - 1);
                    x$r = next$r;
                    @end
                }

                @rows
        $Places
                @end
                x += $Rows * stride;
            }
        }
        """;

    public const string RotateBoth = """
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void RotateBoth$Order(T* x, nint stride, nint right, nint half, int* top, int* bottom, T* c, T* s)
        {
            for (nint i = 0; i < half; i++)
            {
                T* p0 = x + top[i] * stride;
                T* p1 = x + bottom[i] * stride;
                V rowCosine = W.Create(c[i]), rowSine = W.Create(s[i]);
                @rows V x$r = W.Load(p$r);
                for (nint k = 0; k < half; k += L)
                {
                    V cosine = W.Load(c + k), sine = W.Load(s + k);
                    @rows V y$r = W.Load(p$r + right + k), next$r = W.Load(p$r + k + L);
                    V u0 = W.FusedMultiplyAdd(rowCosine, x0, -(rowSine * x1)), u1 = W.FusedMultiplyAdd(rowSine, x0, rowCosine * x1);
                    V w0 = W.FusedMultiplyAdd(rowCosine, y0, -(rowSine * y1)), w1 = W.FusedMultiplyAdd(rowSine, y0, rowCosine * y1);
                    @rows
                    W.Store(W.FusedMultiplyAdd(cosine, u$r, -(sine * w$r)), p$r + k + $Shift);
                    W.Store(W.FusedMultiplyAdd(sine, u$r, cosine * w$r), p$r + right + k - 1);
                    x$r = next$r;
                    @end
                }

                @rows
        $Places
                @end
            }
        }
        """;

    /// <summary>What vectors leave to be done: in the tournament the first column stays and both halves exchange one.</summary>
    public const string TournamentPlaces = """
                T first$r = p$r[1];
                p$r[1] = p$r[right - 1];
                p$r[0] = first$r;
                p$r[right + half - 1] = p$r[half];
        """;

    /// <summary>Across, the right half closes its circle.</summary>
    public const string AcrossPlaces = """
                p$r[right + half - 1] = p$r[right - 1];
        """;

    /// <summary>
    /// Matrices in lanes instead of pairs: a row-cyclic sweep over every matrix, longer columns first, so that a sweep that changes nothing leaves them sorted.
    /// Two vectors of matrices are in flight, because an angle waits for itself.
    /// </summary>
    public const string BatchSweep = """
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void BatchSweep(T* x, nint lanes, nint rows, nint all, nint columns, T* counts, T tolerance, T accurate, T comparable)
        {
            V one = V.One, least = W.Create(tolerance), square = W.Create(accurate), quotient = W.Create(comparable), vague = W.Create(T.PositiveInfinity);
            nint row = columns * lanes;
            for (nint k = 0; k < lanes; k += $Rows * L)
            {
                @rows V count$r = W.Load(counts + k + $r * L);
                for (nint p = 0; p < columns - 1; p++)
                {
                    for (nint q = p + 1; q < columns; q++)
                    {
                        T* a = x + p * lanes + k;
                        T* b = x + q * lanes + k;
                        @rows V xx$r = V.Zero, xy$r = V.Zero, yy$r = V.Zero;
                        for (nint i = 0; i < rows; i++)
                        {
                            @rows
                            V u$r = W.Load(a + i * row + $r * L), v$r = W.Load(b + i * row + $r * L);
                            xx$r = W.FusedMultiplyAdd(u$r, u$r, xx$r);
                            xy$r = W.FusedMultiplyAdd(u$r, v$r, xy$r);
                            yy$r = W.FusedMultiplyAdd(v$r, v$r, yy$r);
                            @end
                        }

                        @rows
                        V isFirst$r = W.GreaterThanOrEqual(xx$r, yy$r);
                        V smaller$r = W.ConditionalSelect(isFirst$r, yy$r, xx$r), scale$r = one / W.ConditionalSelect(isFirst$r, xx$r, yy$r);
                        V x$r = scale$r * xx$r, y$r = scale$r * yy$r, z$r = scale$r * xy$r;
                        V difference$r = y$r - x$r, twice$r = z$r + z$r;
                        V root$r = W.CopySign(W.Sqrt(W.FusedMultiplyAdd(difference$r, difference$r, twice$r * twice$r)), difference$r);
                        V turns$r = W.GreaterThan(z$r * z$r, least * (x$r * y$r)), changes$r = turns$r | W.GreaterThan(yy$r, xx$r);
                        V tangent$r = (twice$r / (difference$r + root$r)) & turns$r;
                        V cosine$r = one / W.Sqrt(W.FusedMultiplyAdd(tangent$r, tangent$r, one));
                        V turn$r = cosine$r * tangent$r;
                        cosine$r = W.FusedMultiplyAdd(W.Create((T)0.5) * cosine$r, W.FusedMultiplyAdd(-turn$r, turn$r, W.FusedMultiplyAdd(-cosine$r, cosine$r, one)), cosine$r);
                        V sine$r = cosine$r * tangent$r;
                        V isVague$r = W.LessThan(smaller$r, square) | W.LessThan(scale$r * smaller$r, quotient);
                        count$r = W.ConditionalSelect(isVague$r, vague, count$r + (one & changes$r));
                        V c$r = W.ConditionalSelect(changes$r, W.ConditionalSelect(isFirst$r, cosine$r, sine$r), one);
                        V s$r = W.ConditionalSelect(isFirst$r, sine$r, -cosine$r) & changes$r;
                        @end
                        for (nint i = 0; i < all; i++)
                        {
                            @rows
                            V u$r = W.Load(a + i * row + $r * L), v$r = W.Load(b + i * row + $r * L);
                            W.Store(W.FusedMultiplyAdd(c$r, u$r, -(s$r * v$r)), a + i * row + $r * L);
                            W.Store(W.FusedMultiplyAdd(s$r, u$r, c$r * v$r), b + i * row + $r * L);
                            @end
                        }
                    }
                }

                @rows W.Store(count$r, counts + k + $r * L);
            }
        }
        """;

    /// <summary>Lengths of the columns of every matrix, and the columns divided by them.</summary>
    public const string BatchLengths = """
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void BatchLengths(T* x, nint lanes, nint rows, nint columns, T* lengths)
        {
            nint row = columns * lanes;
            for (nint k = 0; k < row; k += L)
            {
                V sum = V.Zero;
                for (nint i = 0; i < rows; i++)
                {
                    V u = W.Load(x + i * row + k);
                    sum = W.FusedMultiplyAdd(u, u, sum);
                }

                V length = W.Sqrt(sum), factor = V.One / length;
                W.Store(length, lengths + k);
                for (nint i = 0; i < rows; i++)
                {
                    W.Store(factor * W.Load(x + i * row + k), x + i * row + k);
                }
            }
        }
        """;
}
