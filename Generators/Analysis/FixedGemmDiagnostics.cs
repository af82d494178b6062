using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Analysis;

/// <summary>What can be wrong with a product of a fixed shape: KRN201 to KRN205.</summary>
internal static class FixedGemmDiagnostics
{
    public static readonly DiagnosticDescriptor Place = Rule(
        "KRN201", "A product of a fixed shape cannot be filled in",
        "'{0}' must be a 'static partial void' method without body or type parameters, in partial classes or structs: {1}");

    public static readonly DiagnosticDescriptor Signature = Rule(
        "KRN202", "Not the signature of a product",
        "'{0}' must take (ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c), (ref readonly T a, ref readonly T b, ref T c), or (int count, ReadOnlySpan<T> a, int strideA, ReadOnlySpan<T> b, int strideB, Span<T> c, int strideC)");

    public static readonly DiagnosticDescriptor Extent = Rule(
        "KRN203", "An extent is out of range",
        "{0} is {1}; give it a value from 1 to {2} (use Gemm.Multiply for larger products)");

    public static readonly DiagnosticDescriptor Leading = Rule(
        "KRN204", "A leading dimension is out of range",
        "{0} is {1}; it is the distance between rows, so it must be at least {2} = {3} and at most {4}");

    public static readonly DiagnosticDescriptor Scalar = Rule(
        "KRN205", "Unsupported scalar type",
        "'{0}' has elements of type {1}; {2}");

    /// <summary>Every rule, for the analyzer.</summary>
    public static readonly DiagnosticDescriptor[] All = [Place, Signature, Extent, Leading, Scalar];

    private static DiagnosticDescriptor Rule(string id, string title, string message)
        => new(id, title, message, "Kernels.Fixed", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
