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
}
