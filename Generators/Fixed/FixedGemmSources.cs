using Kernels.Generators.Emit;

namespace Kernels.Generators.Fixed;

/// <summary>What every project that uses the generator receives for products of a fixed shape: the attribute and its checks.</summary>
internal static class FixedGemmSources
{
    public const string AttributeName = "Kernels.FixedGemmAttribute";

    public const string AttributeHint = "Kernels.FixedGemmAttribute.g.cs";

    public const string GuardHint = "Kernels.FixedGemmGuard.g.cs";

    public static readonly string Attribute = Banner.Of("The attribute of matrix products whose shape is known at compile time.") + """

        namespace Kernels
        {
            /// <summary>
            /// Fills a static partial method with the product c = a b of row-major matrices of this shape, unrolled for each vector width.
            /// The method takes <c>(ReadOnlySpan&lt;T&gt; a, ReadOnlySpan&lt;T&gt; b, Span&lt;T&gt; c)</c>,
            /// or <c>(ref readonly T a, ref readonly T b, ref T c)</c> without length checks,
            /// or <c>(int count, ReadOnlySpan&lt;T&gt; a, int strideA, ReadOnlySpan&lt;T&gt; b, int strideB, Span&lt;T&gt; c, int strideC)</c>
            /// for many products in strided storage; T is float or double. c must not share memory with a or b; this is not checked.
            /// </summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Method)]
            internal sealed class FixedGemmAttribute : global::System.Attribute
            {
                /// <summary>Rows of a and c, from 1 to 64.</summary>
                public int M { get; set; }

                /// <summary>Columns of b and c, from 1 to 64.</summary>
                public int N { get; set; }

                /// <summary>Columns of a and rows of b, from 1 to 64.</summary>
                public int K { get; set; }

                /// <summary>Elements from one row of a to the next: K when not set.</summary>
                public int LdA { get; set; }

                /// <summary>Elements from one row of b to the next: N when not set.</summary>
                public int LdB { get; set; }

                /// <summary>Elements from one row of c to the next: N when not set.</summary>
                public int LdC { get; set; }

                /// <summary>Adds to c instead of overwriting it.</summary>
                public bool Accumulate { get; set; }
            }
        }

        """.Replace("\r\n", "\n");

    public static readonly string Guard = Banner.Of("The checks that products of a fixed shape make.") + """

        namespace Kernels
        {
            using System;
            using System.Diagnostics.CodeAnalysis;

            [global::Microsoft.CodeAnalysis.Embedded]
            internal static class FixedGemmGuard
            {
                // Nothing but a throw: only so does the JIT see that it never returns, and keeps it out of the caller's hot path.
                [DoesNotReturn]
                internal static void ThrowShort(string name, int length, int rows, int columns, int leading) => throw Short(name, length, rows, columns, leading);

                private static ArgumentException Short(string name, int length, int rows, int columns, int leading)
                    => new($"'{name}' has {length} elements; a {rows} x {columns} matrix with leading dimension {leading} needs at least {(rows - 1) * leading + columns}.", name);

                /// <summary>At least zero products.</summary>
                internal static void Count(int count, string name)
                {
                    if (count < 0)
                    {
                        throw new ArgumentOutOfRangeException(name, count, $"'{name}' is {count}; it must be at least 0.");
                    }
                }

                /// <summary>All matrices of a batch are inside their span, and those that are written do not overlap.</summary>
                internal static void Batch(int count, string name, int length, string strideName, int stride, int size, bool written)
                {
                    int least = written && count > 1 ? size : 0;
                    if (stride < least)
                    {
                        throw new ArgumentOutOfRangeException(strideName, stride, $"'{strideName}' is {stride}; it must be at least {least}{(written ? ", so that no two products share memory" : "")}.");
                    }

                    if (count > 0 && (long)(count - 1) * stride + size > length)
                    {
                        throw new ArgumentException($"'{name}' has {length} elements; {count} matrices of {size} elements, {stride} apart, need at least {(long)(count - 1) * stride + size}.", name);
                    }
                }
            }
        }

        """.Replace("\r\n", "\n");
}
