namespace Kernels.Generators.Jacobi;

/// <summary>The text of the kernels that have a matrix in each lane. Contract: docs/contracts/svd-batch.md.</summary>
internal static class JacobiBatchTemplate
{
    /// <summary>
    /// Matrices in lanes instead of pairs: each is brought to a largest element in [1, 2). The exponent of the largest element alone is the power of two that undoes it, and the
    /// complement of its bits (to twice those of one) is the factor. At the ends of the range that is no number, and nothing good comes of it.
    /// </summary>
    public const string BatchScale = """
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void BatchScale(T* x, nint lanes, nint elements, T* powers)
        {
            N exponent = V.One.As<T, I>(), twice = exponent + exponent;
            exponent = W.Create(T.PositiveInfinity).As<T, I>();
            for (nint k = 0; k < lanes; k += L)
            {
                V largest = V.Zero;
                for (nint i = 0; i < elements; i++)
                {
                    largest = W.MaxNative(largest, W.Abs(W.Load(x + i * lanes + k)));
                }

                N power = largest.As<T, I>() & exponent;
                V factor = (twice - power).As<I, T>();
                W.Store(power.As<I, T>(), powers + k);
                for (nint i = 0; i < elements; i++)
                {
                    W.Store(factor * W.Load(x + i * lanes + k), x + i * lanes + k);
                }
            }
        }
        """;

    /// <summary>
    /// A row-cyclic sweep over every matrix, longer columns first, so that a sweep that changes nothing leaves them sorted. Two vectors of matrices are in flight, because an angle
    /// waits for itself; it is that of <c>Sweep</c>.
    /// </summary>
    public const string BatchSweep = """
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static bool BatchSweep(T* x, nint lanes, nint rows, nint all, nint columns, T* counts, T tolerance, T shortest)
        {
            V one = V.One, least = W.Create(tolerance), square = W.Create(shortest), sign = W.Create((T)(-0.0)), half = W.Create((T)0.5);
            V changed = V.Zero, infinite = W.Create(T.PositiveInfinity);
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

                        V any = V.Zero;
                        @rows
                        V isFirst$r = W.GreaterThanOrEqual(xx$r, yy$r), turns$r = W.GreaterThan(xy$r * xy$r, least * (xx$r * yy$r)), changes$r = turns$r | W.GreaterThan(yy$r, xx$r);
                        V isVague$r = W.LessThan(W.MinNative(xx$r, yy$r), square);
                        count$r = W.ConditionalSelect(isVague$r, infinite, count$r + (one & changes$r));
                        any |= changes$r;
                        @end
                        if (W.EqualsAll(any, V.Zero))
                        {
                            continue;
                        }

                        @rows
                        V difference$r = yy$r - xx$r, twice$r = xy$r + xy$r;
                        V side$r = W.Sqrt(W.FusedMultiplyAdd(difference$r, difference$r, twice$r * twice$r)) + W.AndNot(difference$r, sign);
                        V factor$r = one / W.Sqrt(W.FusedMultiplyAdd(side$r, side$r, twice$r * twice$r));
                        V cosine$r = side$r * factor$r, sine$r = (twice$r ^ (difference$r & sign)) * factor$r;
                        V defect$r = half * W.FusedMultiplyAdd(-sine$r, sine$r, W.FusedMultiplyAdd(-cosine$r, cosine$r, one));
                        cosine$r = W.ConditionalSelect(turns$r, W.FusedMultiplyAdd(cosine$r, defect$r, cosine$r), one);
                        sine$r = W.FusedMultiplyAdd(sine$r, defect$r, sine$r) & turns$r;
                        V c$r = W.ConditionalSelect(changes$r, W.ConditionalSelect(isFirst$r, cosine$r, sine$r), one);
                        V s$r = W.ConditionalSelect(isFirst$r, sine$r, -cosine$r) & changes$r, back$r = -s$r;
                        @end
                        for (nint i = 0; i < all; i++)
                        {
                            @rows
                            V u$r = W.Load(a + i * row + $r * L), v$r = W.Load(b + i * row + $r * L);
                            W.Store(W.FusedMultiplyAdd(c$r, u$r, back$r * v$r), a + i * row + $r * L);
                            W.Store(W.FusedMultiplyAdd(s$r, u$r, c$r * v$r), b + i * row + $r * L);
                            @end
                        }
                    }
                }

                @rows
                changed |= W.GreaterThan(count$r, V.Zero) & W.LessThan(count$r, infinite);
                W.Store(count$r, counts + k + $r * L);
                @end
            }

            return !W.EqualsAll(changed, V.Zero);
        }
        """;

    /// <summary>Lengths of the columns of every matrix, times its power, and the columns divided by them.</summary>
    public const string BatchLengths = """
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void BatchLengths(T* x, nint lanes, nint rows, nint columns, T* powers, T* lengths)
        {
            nint row = columns * lanes, lane = 0;
            for (nint k = 0; k < row; k += L)
            {
                V sum = V.Zero;
                for (nint i = 0; i < rows; i++)
                {
                    V u = W.Load(x + i * row + k);
                    sum = W.FusedMultiplyAdd(u, u, sum);
                }

                V length = W.Sqrt(sum), factor = V.One / length;
                W.Store(W.Load(powers + lane) * length, lengths + k);
                lane = lane + L == lanes ? 0 : lane + L;
                for (nint i = 0; i < rows; i++)
                {
                    W.Store(factor * W.Load(x + i * row + k), x + i * row + k);
                }
            }
        }
        """;
}
