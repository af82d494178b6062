namespace Kernels.Generators.Masks;

/// <summary>The text that turns packed decisions into elements: a bit chooses between a value and +0.</summary>
internal static class SelectTemplate
{
    /// <summary>
    /// <c>$Vectors</c> vectors a step; the bits of each are in the first of the bytes that it loads, and up to seven bytes behind the last bit
    /// are read.
    /// </summary>
    public const string Method = """
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public static void $Name($Parameters, byte* bits, nuint steps, $T scale, $T* y)
        {
            Vector$Width<$T> factor = W.Create(scale);
            @vectors Vector$Width<$I> chosen$v = W.Create($Chosen$v);
            do
            {
                @vectors W.$Store(W.ConditionalSelect(W.Equals(W.Create(*($I*)(bits + $v * L$B / 8)) & chosen$v, chosen$v).As$S(), $Value, Vector$Width<$T>.Zero), y + $v * L$B);
                $Next
                y += $Vectors * L$B;
                bits += $Vectors * L$B / 8;
            }
            while (--steps != 0);
        }
        """;
}
