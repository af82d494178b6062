using Kernels.Generators.Emit;

namespace Kernels.Generators.Jacobi;

/// <summary>The attribute of the table and the contract of the emitted kernels, given to every project that uses the generator.</summary>
internal static class JacobiAttributes
{
    public const string FullName = "Kernels.JacobiKernelsAttribute";

    public const string HintName = "Kernels.JacobiKernelsAttribute.g.cs";

    public const string ContractHintName = "Kernels.JacobiKernels.g.cs";

    public static readonly string Attribute = Banner.Of("The table of the Jacobi kernels is a list of these attributes.") + """

        namespace Kernels
        {
            /// <summary>One row of the table: emits a struct <c>JacobiV{Width}{Scalar}</c> inside the annotated class.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Class, AllowMultiple = true)]
            internal sealed class JacobiKernelsAttribute : global::System.Attribute
            {
                /// <summary>Kernels of <c>float</c> or <c>double</c>.</summary>
                public JacobiKernelsAttribute(global::System.Type scalar) => Scalar = scalar;

                /// <summary><c>float</c> or <c>double</c>.</summary>
                public global::System.Type Scalar { get; }

                /// <summary>Bits of a vector: 128, 256 or 512.</summary>
                public int Width { get; set; }
            }
        }

        """.Replace("\r\n", "\n");

    /// <summary>Where pointers are allowed; nothing else can use it.</summary>
    public static readonly string Contract = Banner.Of("What a Jacobi kernel takes and does. Contract: docs/contracts/jacobi.md.") + """

        namespace Kernels
        {
            /// <summary>
            /// Rotations of disjoint pairs of columns, one pair a lane. A row of the matrix is two halves, <c>right</c> elements apart; column k of the left
            /// half and column k of the right one are a pair. Before and after each half there is room for a vector, whose content does not matter.
            /// </summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            internal unsafe interface IJacobiKernels<T>
                where T : unmanaged
            {
                /// <summary>Sums over the rows of each pair: <c>xx = x'x</c>, <c>xy = x'y</c>, <c>yy = y'y</c>; even and odd rows are two chains.</summary>
                static abstract void Grams(T* x, nint stride, nint rows, nint right, nint half, T* xx, T* xy, T* yy);

                /// <summary>
                /// Cosine and sine of the rotation that makes each pair orthogonal; the identity where the squared cosine of its angle is at most the tolerance or a
                /// column is zero. largest collects squared cosines, counts the rotations, or infinity where a square is less than accurate or, relative to the
                /// other, less than comparable. Ordered, a pair that rotates has its longer column first afterwards. Whole vectors are read and written.
                /// </summary>
                static abstract void Angles(nint half, T* xx, T* xy, T* yy, T* largest, T* counts, T tolerance, T accurate, T comparable, bool ordered, T* c, T* s);

                /// <summary>
                /// Each pair becomes <c>(c x - s y, s x + c y)</c>, and the columns then move to their places for the next step: the first stays, the others
                /// go round, to the right in the left half and back in the right one. half is at least 2.
                /// </summary>
                static abstract void Rotate(T* x, nint stride, nint rows, nint right, nint half, T* c, T* s);

                /// <summary>The same on a symmetric matrix from both sides; rows <c>top[k]</c> and <c>bottom[k]</c> are a pair, and stay where they are.</summary>
                static abstract void RotateBoth(T* x, nint stride, nint right, nint half, int* top, int* bottom, T* c, T* s);

                /// <summary>As <c>Rotate</c>, but only the right half moves, back and round: so many steps pair each column of one half with each of the other.</summary>
                static abstract void RotateAcross(T* x, nint stride, nint rows, nint right, nint half, T* c, T* s);

                /// <summary>
                /// A sweep over a matrix by rows, zero or padding between the last column and the end of its vector: the first rows are made orthogonal, all are rotated along. For columns
                /// between 2^-20 and 2^10 long, or zero; counts is infinite where a square is less than shortest. largest and counts are one number a column, of its pairs with
                /// later ones, otherwise as for <c>Angles</c>; c and s are scratch of that length.
                /// </summary>
                static abstract void Sweep(T* x, nint stride, nint rows, nint all, nint columns, T* largest, T* counts, T tolerance, T shortest, T* c, T* s);

                /// <summary>
                /// One sweep over as many matrices as there are lanes, a multiple of two vectors; element (i, j) of all of them is at <c>x + (i columns + j) lanes</c>. The first rows are
                /// made orthogonal, all are rotated along. counts goes up by what was rotated or exchanged, or is infinite as for <c>Angles</c> and where a column is zero.
                /// </summary>
                static abstract void BatchSweep(T* x, nint lanes, nint rows, nint all, nint columns, T* counts, T tolerance, T accurate, T comparable);

                /// <summary>Lengths of the columns, as many as there are lanes for each, and the columns divided by them.</summary>
                static abstract void BatchLengths(T* x, nint lanes, nint rows, nint columns, T* lengths);

                /// <summary>As <c>RotateBoth</c>, in that order.</summary>
                static abstract void RotateBothAcross(T* x, nint stride, nint right, nint half, int* top, int* bottom, T* c, T* s);
            }
        }

        """.Replace("\r\n", "\n");
}
