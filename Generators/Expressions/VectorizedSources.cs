using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>What every project that uses vectorized expressions receives: the attributes, and the checks that emitted methods call.</summary>
internal static class VectorizedSources
{
    public const string AttributesHint = "Kernels.VectorizedAttributes.g.cs";
    public const string GuardHint = "Kernels.VectorizedGuard.g.cs";

    public static readonly string Attributes = Banner.Of("The attributes of vectorized expressions.") + """

        namespace Kernels
        {
            /// <summary>
            /// Turns a private static method on scalars into vector kernels over spans: one public overload for each scalar type, and one
            /// generic facade for a generic method. Parameters become spans, unless marked <see cref="UniformAttribute"/>; results go to
            /// destinations.
            /// </summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Method)]
            internal sealed class VectorizedAttribute : global::System.Attribute
            {
                /// <param name="scalars">
                /// Of <c>typeof(float), typeof(double), typeof(int), typeof(uint), typeof(long), typeof(ulong)</c> those to write kernels for.
                /// When none is given: float and double where the constraints allow them, else the integers that they allow.
                /// </param>
                public VectorizedAttribute(params global::System.Type[] scalars) => Scalars = scalars;

                /// <summary>The scalar types to write kernels for.</summary>
                public global::System.Type[] Scalars { get; }
            }

            /// <summary>Like <see cref="VectorizedAttribute"/>, and the results are summed over the elements in the same pass.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Method)]
            internal sealed class VectorizedSumAttribute : global::System.Attribute
            {
                /// <param name="scalars">As for <see cref="VectorizedAttribute"/>.</param>
                public VectorizedSumAttribute(params global::System.Type[] scalars) => Scalars = scalars;

                /// <summary>The scalar types to write kernels for.</summary>
                public global::System.Type[] Scalars { get; }
            }

            /// <summary>Like <see cref="VectorizedAttribute"/>, and the largest of the results is found in the same pass.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Method)]
            internal sealed class VectorizedMaxAttribute : global::System.Attribute
            {
                /// <param name="scalars">As for <see cref="VectorizedAttribute"/>.</param>
                public VectorizedMaxAttribute(params global::System.Type[] scalars) => Scalars = scalars;

                /// <summary>The scalar types to write kernels for.</summary>
                public global::System.Type[] Scalars { get; }

                /// <summary>Where the maximum starts, hence the result for no elements: negative infinity, or the least integer, unless set.</summary>
                public double AtLeast { get; set; } = double.NegativeInfinity;
            }

            /// <summary>Like <see cref="VectorizedAttribute"/>, and the smallest of the results is found in the same pass.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Method)]
            internal sealed class VectorizedMinAttribute : global::System.Attribute
            {
                /// <param name="scalars">As for <see cref="VectorizedAttribute"/>.</param>
                public VectorizedMinAttribute(params global::System.Type[] scalars) => Scalars = scalars;

                /// <summary>The scalar types to write kernels for.</summary>
                public global::System.Type[] Scalars { get; }

                /// <summary>Where the minimum starts, hence the result for no elements: infinity, or the largest integer, unless set.</summary>
                public double AtMost { get; set; } = double.PositiveInfinity;
            }

            /// <summary>Like <see cref="VectorizedAttribute"/>, on a method that returns <c>bool</c>: counts the elements for which it is true.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Method)]
            internal sealed class VectorizedCountAttribute : global::System.Attribute
            {
                /// <param name="scalars">As for <see cref="VectorizedAttribute"/>.</param>
                public VectorizedCountAttribute(params global::System.Type[] scalars) => Scalars = scalars;

                /// <summary>The scalar types to write kernels for.</summary>
                public global::System.Type[] Scalars { get; }
            }

            /// <summary>Like <see cref="VectorizedAttribute"/>, and finds the index of the first of the largest results; -1 for no elements.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Method)]
            internal sealed class VectorizedArgMaxAttribute : global::System.Attribute
            {
                /// <param name="scalars">As for <see cref="VectorizedAttribute"/>.</param>
                public VectorizedArgMaxAttribute(params global::System.Type[] scalars) => Scalars = scalars;

                /// <summary>The scalar types to write kernels for.</summary>
                public global::System.Type[] Scalars { get; }
            }

            /// <summary>Like <see cref="VectorizedAttribute"/>, and finds the index of the first of the smallest results; -1 for no elements.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Method)]
            internal sealed class VectorizedArgMinAttribute : global::System.Attribute
            {
                /// <param name="scalars">As for <see cref="VectorizedAttribute"/>.</param>
                public VectorizedArgMinAttribute(params global::System.Type[] scalars) => Scalars = scalars;

                /// <summary>The scalar types to write kernels for.</summary>
                public global::System.Type[] Scalars { get; }
            }

            /// <summary>What <see cref="VectorizedReduceAttribute"/> makes of one result of the elements.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            internal enum Fold
            {
                /// <summary>Each goes to its place in a destination.</summary>
                Store,

                /// <summary>They are added up.</summary>
                Sum,

                /// <summary>The largest is kept.</summary>
                Max,

                /// <summary>The smallest is kept.</summary>
                Min,

                /// <summary>The true ones are counted.</summary>
                Count,

                /// <summary>The index of the first of the largest is kept.</summary>
                ArgMax,

                /// <summary>The index of the first of the smallest is kept.</summary>
                ArgMin,
            }

            /// <summary>Like <see cref="VectorizedAttribute"/>, with several reductions of the elements, and maps, in one pass.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Method)]
            internal sealed class VectorizedReduceAttribute : global::System.Attribute
            {
                /// <param name="folds">What becomes of each element of the tuple that the method returns.</param>
                public VectorizedReduceAttribute(params Fold[] folds) => Folds = folds;

                /// <summary>What becomes of each result.</summary>
                public Fold[] Folds { get; }

                /// <summary>The scalar types to write kernels for, as for <see cref="VectorizedAttribute"/>.</summary>
                public global::System.Type[]? Scalars { get; set; }
            }

            /// <summary>Marks a parameter of a vectorized expression that has one value for all elements.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Parameter)]
            internal sealed class UniformAttribute : global::System.Attribute
            {
                /// <summary>Writes a second overload that takes one value for each element.</summary>
                public bool PerElementToo { get; set; }

                /// <summary>With <see cref="MatrixFormsAttribute"/>: writes a form that takes one value for each row of the matrix.</summary>
                public bool PerRowToo { get; set; }

                /// <summary>With <see cref="MatrixFormsAttribute"/>: writes a form that takes one value for each column of the matrix.</summary>
                public bool PerColumnToo { get; set; }
            }

            /// <summary>
            /// Beside <see cref="VectorizedAttribute"/> or another attribute of this family: writes forms over matrix views of any strides too.
            /// A map takes views in place of spans; a reduction is over the whole matrix, and by row and by column into a span.
            /// </summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Method)]
            internal sealed class MatrixFormsAttribute : global::System.Attribute
            {
            }
        }

        """.Replace("\r\n", "\n");

    public static readonly string Guard = Banner.Of("The checks that the public methods of vectorized expressions make.") + """

        namespace Kernels
        {
            using System;
            using System.Diagnostics.CodeAnalysis;

            [global::Microsoft.CodeAnalysis.Embedded]
            internal static class VectorizedGuard
            {
                /// <summary>Inputs have one length.</summary>
                internal static void SameLength(int length, string name, int expected, string expectedName)
                {
                    if (length != expected)
                    {
                        ThrowLength(name, length, expectedName, expected, "the lengths must be equal");
                    }
                }

                /// <summary>A destination is as long as the inputs or longer.</summary>
                internal static void LongEnough(int length, string name, int expected, string expectedName)
                {
                    if (length < expected)
                    {
                        ThrowLength(name, length, expectedName, expected, "the destination must be at least as long");
                    }
                }

                /// <summary>A destination is exactly an input, or shares no memory with it.</summary>
                internal static void SameOrApart<T>(ReadOnlySpan<T> input, string inputName, Span<T> destination, string name)
                {
                    if (destination.Overlaps(input, out int offset) && offset != 0)
                    {
                        ThrowOverlap(name, inputName, "start at the same element or share no memory");
                    }
                }

                /// <summary>Two destinations share no memory.</summary>
                internal static void Apart<T>(Span<T> other, string otherName, Span<T> destination, string name)
                {
                    if (destination.Overlaps(other))
                    {
                        ThrowOverlap(name, otherName, "share no memory");
                    }
                }

                [DoesNotReturn]
                internal static void ThrowClamp(string expression)
                    => throw new ArgumentException($"{expression}: the lower bound is greater than the upper bound.");

                internal static NotSupportedException UnsupportedScalar(Type scalar, string supported)
                    => new($"The scalar type is {scalar}; supported: {supported}.");

                [DoesNotReturn]
                private static void ThrowLength(string name, int length, string expectedName, int expected, string rule)
                    => throw new ArgumentException($"'{name}' has {length} elements and '{expectedName}' has {expected}; {rule}.", name);

                [DoesNotReturn]
                private static void ThrowOverlap(string name, string otherName, string rule)
                    => throw new ArgumentException($"'{name}' overlaps '{otherName}'; they must {rule}.", name);
            }
        }

        """.Replace("\r\n", "\n");
}
