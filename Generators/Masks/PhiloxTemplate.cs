namespace Kernels.Generators.Masks;

/// <summary>The text of the Philox kernels: words, numbers and decisions from counters. Contract: docs/contracts/masks.md.</summary>
/// <remarks>
/// One block a 64-bit lane: the widening multiplication reads low halves only, so what is left in the upper halves does no harm. The three
/// upper words of a counter are the same in all lanes, so half of the first two rounds is scalar and done once (<c>PhiloxKeys</c>).
/// The rows of a kernel are vectors of blocks in flight, each a chain of its own.
/// </remarks>
internal static class PhiloxTemplate
{
    /// <summary>A kernel: <c>$Rows</c> vectors of blocks a step. The task says where to start and is left where the next call goes on.</summary>
    public const string Method = """
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private static void $Name$Rows(global::Kernels.PhiloxTask* task, nuint steps)
        {
            ulong* keys = task->Keys, last = task->Last;
            V m0 = W.Create(0xD2511F53UL), m1 = W.Create(0xCD9E8D57UL), halves = W.Create(0xFFFFFFFFUL);
            bool tenRounds = last == keys + 17;
            $Prologue
            do
            {
                @rows V x$r = $Counters;
                $Advance
                @rows
                V d$r = Multiply(x$r, m0);
                V c$r = (d$r >>> 32) ^ W.Create(keys[0]);
                V b$r = Multiply(c$r, m1);
                V a$r = (b$r >>> 32) ^ W.Create(keys[1]);
                c$r = d$r ^ W.Create(keys[2]);
                d$r = Multiply(a$r, m0);
                V q$r = Multiply(c$r, m1);
                a$r = (q$r >>> 32) ^ (b$r ^ W.Create(keys[3]));
                c$r = (d$r >>> 32) ^ W.Create(keys[4]);
                b$r = q$r;
                @end
                $Early
                if (tenRounds)
                {
                    $Late
                }

                // The last round keeps both words of each product: with its halves exchanged it is (high, low).
                V l0 = W.Create(last[0]), l1 = W.Create(last[1]);
                @rows
                V u$r = Swap(Multiply(c$r, m1)) ^ ((b$r & halves) ^ l0);
                V v$r = Swap(Multiply(a$r, m0)) ^ ((d$r & halves) ^ l1);
                @end
                $Body
            }
            while (--steps != 0);

            $Epilogue
        }
        """;

    /// <summary>Three rounds, the keys of the first one <c>$Key</c> entries behind the first.</summary>
    public const string Rounds = """
        @parts
        V k0_$q = W.Create(keys[$Key + 2 * $q]), k1_$q = W.Create(keys[$Key + 1 + 2 * $q]);
        @rows
        V p$r_$q = Multiply(a$r, m0), q$r_$q = Multiply(c$r, m1);
        a$r = (q$r_$q >>> 32) ^ (b$r ^ k0_$q);
        c$r = (p$r_$q >>> 32) ^ (d$r ^ k1_$q);
        b$r = q$r_$q;
        d$r = p$r_$q;
        @end
        @end
        """;

    /// <summary>The public face of a kernel: as many chains at a time as there are, then one.</summary>
    public const string Entry = """
        public static void $Name(global::Kernels.PhiloxTask* task)
        {
            nuint vectors = task->Vectors;
            if (vectors >= $Rows)
            {
                $Name$Rows(task, vectors / $Rows);
            }

            if (vectors % $Rows != 0)
            {
                $Name1(task, vectors % $Rows);
            }
        }
        """;

    public const string Helpers = """
        // The product of the low halves.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Multiply(V x, V y)
        {
            if ($X86.IsSupported)
            {
                return $X86.Multiply(x.AsUInt32(), y.AsUInt32());
            }

            @if 128
            if (AdvSimd.IsSupported)
            {
                return AdvSimd.MultiplyWideningLower(AdvSimd.ExtractNarrowingLower(x), AdvSimd.ExtractNarrowingLower(y));
            }

            @end
            return (x & W.Create(0xFFFFFFFFUL)) * (y & W.Create(0xFFFFFFFFUL));
        }

        // One line, and on to the next one.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Prefetch(ref byte* ahead, nint gap)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch1(ahead);
            }

            ahead += gap;
        }

        // The halves of each lane exchanged.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Swap(V x) => $X86.IsSupported ? $X86.Shuffle(x.AsUInt32(), 0xB1).AsUInt64() : (x << 32) | (x >>> 32);

        // Words of blocks in the order of their indices: the lanes of the counters are permuted so that these two do it.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V First(V u, V v)
        {
            if ($X86.IsSupported)
            {
                return $X86.UnpackLow(u, v);
            }

            @if 512
            return W.Create(u[0], v[0], u[2], v[2], u[4], v[4], u[6], v[6]);
            @end
            @if 256
            return W.Create(u[0], v[0], u[2], v[2]);
            @end
            @if 128
            return W.Create(u.GetLower(), v.GetLower());
            @end
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Second(V u, V v)
        {
            if ($X86.IsSupported)
            {
                return $X86.UnpackHigh(u, v);
            }

            @if 512
            return W.Create(u[1], v[1], u[3], v[3], u[5], v[5], u[7], v[7]);
            @end
            @if 256
            return W.Create(u[1], v[1], u[3], v[3]);
            @end
            @if 128
            return W.Create(u.GetUpper(), v.GetUpper());
            @end
        }
        """;
}
