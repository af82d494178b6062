using Kernels.Generators.Emit;

namespace Kernels.Generators.Fixed;

/// <summary>How the operands of a fixed product arrive.</summary>
internal enum FixedGemmForm
{
    /// <summary>Three spans, one length check each.</summary>
    Spans,

    /// <summary>Three references, no checks.</summary>
    References,

    /// <summary>Many products in strided storage.</summary>
    Batch,
}

/// <summary>Shape and storage of one product: c (+)= a b, row-major.</summary>
internal readonly record struct FixedShape(string Scalar, int M, int N, int K, int LdA, int LdB, int LdC, bool Accumulate)
{
    public int ScalarBits => Scalar == "double" ? 64 : 32;

    public int SizeA => (M - 1) * LdA + K;

    public int SizeB => (K - 1) * LdB + N;

    public int SizeC => (M - 1) * LdC + N;

    /// <summary>No gaps between rows.</summary>
    public bool IsTight => LdA == K && LdB == N && LdC == N;
}

/// <summary>A partial method to fill; compares by value. Parameters are (declaration, name) pairs as the author wrote them.</summary>
internal sealed record FixedGemmModel(
    string Namespace,
    EquatableArray<string> Containers,
    string Modifiers,
    string Method,
    EquatableArray<string> Declarations,
    EquatableArray<string> Names,
    FixedGemmForm Form,
    FixedShape Shape)
{
    /// <summary>Name that the kernels of this method start with; overloads of one name must not meet.</summary>
    public string KernelName => Method.TrimStart('@') + (Form == FixedGemmForm.References ? "Reference" : Form == FixedGemmForm.Batch ? "Batched" : "");
}
