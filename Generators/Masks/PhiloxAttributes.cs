using Kernels.Generators.Emit;

namespace Kernels.Generators.Masks;

/// <summary>The attribute of the table and the contract of the emitted kernels, given to every project that uses the generator.</summary>
internal static class PhiloxAttributes
{
    public const string FullName = "Kernels.PhiloxKernelsAttribute";

    public const string HintName = "Kernels.PhiloxKernelsAttribute.g.cs";

    public const string ContractHintName = "Kernels.PhiloxKernels.g.cs";

    public static readonly string Attribute = Banner.Of("The table of the Philox kernels is a list of these attributes.") + """

        namespace Kernels
        {
            /// <summary>One row of the table: emits a struct <c>PhiloxV{Width}</c> inside the annotated class.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            [global::System.AttributeUsage(global::System.AttributeTargets.Class, AllowMultiple = true)]
            internal sealed class PhiloxKernelsAttribute : global::System.Attribute
            {
                /// <summary>Bits of a vector: 128, 256 or 512.</summary>
                public int Width { get; set; }

                /// <summary>Vectors of blocks in flight. Not part of the result.</summary>
                public int Chains { get; set; }
            }
        }

        """.Replace("\r\n", "\n");

    /// <summary>Where pointers are allowed; nothing else can use it.</summary>
    public static readonly string Contract = Banner.Of("What a Philox kernel takes and tells.") + """

        namespace Kernels
        {
            /// <summary>What a kernel works on, in memory; a call leaves it where the next one goes on.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            internal unsafe struct PhiloxTask
            {
                /// <summary>The schedule: five entries for the first three rounds, two for each round in the middle.</summary>
                public ulong* Keys { get; set; }

                /// <summary>The two entries of the last round, behind those of the middle.</summary>
                public ulong* Last { get; set; }

                /// <summary>Low word of the first counter.</summary>
                public uint Block { get; set; }

                /// <summary>Vectors of blocks to make, at least 1.</summary>
                public nuint Vectors { get; set; }

                /// <summary>Where results go.</summary>
                public byte* To { get; set; }

                /// <summary>What is less than this keeps: a word or a byte, its top bit flipped.</summary>
                public int Threshold { get; set; }

                /// <summary>What the decisions will be applied to, to be brought near meanwhile: so many bytes from one prefetch to the next; 0 for none.</summary>
                public nint AheadGap { get; set; }

                /// <summary>The next prefetch; any readable address when there is none.</summary>
                public byte* Ahead { get; set; }

                /// <summary>Low words of counters, one a 64-bit lane; only <c>Blocks</c> asks for them.</summary>
                public ulong* Blocks { get; set; }

                /// <summary>Bits of the decisions that are not yet made, 64 an entry or those of a vector of blocks; this and the following only <c>PlaneBitsMarked</c> asks for.</summary>
                public ulong* Masks { get; set; }

                /// <summary>Where the first bit of each entry went: the low word of the address.</summary>
                public uint* Places { get; set; }

                /// <summary>Number of entries.</summary>
                public nuint Marked { get; set; }
            }

            /// <summary>What the drivers of random numbers and masks see of a width. Contract: docs/contracts/masks.md.</summary>
            [global::Microsoft.CodeAnalysis.Embedded]
            internal unsafe interface IPhiloxKernels
            {
                /// <summary>Blocks in a vector.</summary>
                static abstract int Lanes { get; }

                /// <summary>Four words a block, in the order of their indices.</summary>
                static abstract void Words(PhiloxTask* task);

                /// <summary>Four numbers in [0, 1) a block, multiples of 2^-24.</summary>
                static abstract void Singles(PhiloxTask* task);

                /// <summary>Two numbers in [0, 1) a block, multiples of 2^-53.</summary>
                static abstract void Doubles(PhiloxTask* task);

                /// <summary>Four decisions a block: word below threshold.</summary>
                static abstract void WordBits(PhiloxTask* task);

                /// <summary>Sixteen decisions a block: byte below threshold.</summary>
                static abstract void PlaneBits(PhiloxTask* task);

                /// <summary>The same, and where a byte equals the threshold.</summary>
                static abstract void PlaneBitsMarked(PhiloxTask* task);

                /// <summary>Blocks of given counters: a vector of words 0 and 1, then one of words 2 and 3.</summary>
                static abstract void Blocks(PhiloxTask* task);

                /// <summary>Normal numbers that one step of the following makes.</summary>
                static abstract int NormalsInStep<T>();

                /// <summary>Two normal numbers from each pair of words.</summary>
                static abstract void Normals(uint* words, nuint steps, double deviation, double* to);

                /// <summary>Two normal numbers from each pair of words.</summary>
                static abstract void Normals(uint* words, nuint steps, float deviation, float* to);

                /// <summary>Elements that one step of the following makes.</summary>
                static abstract int Step<T>();

                /// <summary><c>y = bit ? x scale : +0</c>.</summary>
                static abstract void Apply(float* x, byte* bits, nuint steps, float scale, float* y);

                /// <summary><c>y = bit ? x scale : +0</c>.</summary>
                static abstract void Apply(double* x, byte* bits, nuint steps, double scale, double* y);

                /// <summary><c>y = bit ? scale : +0</c>.</summary>
                static abstract void Fill(byte* bits, nuint steps, float scale, float* y);

                /// <summary><c>y = bit ? scale : +0</c>.</summary>
                static abstract void Fill(byte* bits, nuint steps, double scale, double* y);

                /// <summary><see cref="Apply(float*, byte*, nuint, float, float*)"/> past the caches; y on a boundary of 64 bytes.</summary>
                static abstract void ApplyStreaming(float* x, byte* bits, nuint steps, float scale, float* y);

                /// <summary><see cref="Apply(double*, byte*, nuint, double, double*)"/> past the caches; y on a boundary of 64 bytes.</summary>
                static abstract void ApplyStreaming(double* x, byte* bits, nuint steps, double scale, double* y);

                /// <summary><see cref="Fill(byte*, nuint, float, float*)"/> past the caches; y on a boundary of 64 bytes.</summary>
                static abstract void FillStreaming(byte* bits, nuint steps, float scale, float* y);

                /// <summary><see cref="Fill(byte*, nuint, double, double*)"/> past the caches; y on a boundary of 64 bytes.</summary>
                static abstract void FillStreaming(byte* bits, nuint steps, double scale, double* y);
            }
        }

        """.Replace("\r\n", "\n");
}
