using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Analysis;

/// <summary>What can be wrong with a row of the tuning table: KRN001 to KRN006.</summary>
internal static class TileDiagnostics
{
    private const string Category = "Kernels.Tiles";

    public static readonly DiagnosticDescriptor RegisterBudget = Error(
        "KRN001",
        "A tile does not fit the vector registers",
        "{0} keeps {1} x {2} accumulators, {2} vectors of B and one broadcast live: {3} registers, but there are {4}; use fewer rows or vectors, because a spilled accumulator costs a store and a load in every step");

    public static readonly DiagnosticDescriptor Scalar = Error(
        "KRN002", "A tile is made for float or double", "GEMM tiles exist for float and double, not for '{0}'; write typeof(float) or typeof(double)");

    public static readonly DiagnosticDescriptor Width = Error(
        "KRN003", "A vector has 128, 256 or 512 bits", "Width is {0}; write Width = 128, 256 or 512");

    public static readonly DiagnosticDescriptor Positive = Error(
        "KRN004", "A tile size or block size is missing", "{0} is {1}; give it a value of at least 1");

    public static readonly DiagnosticDescriptor ClassShape = Error(
        "KRN005", "Tiles go into a static partial class", "'{0}' must be a top-level 'static partial class' without type parameters, so that the tiles can be added to it");

    public static readonly DiagnosticDescriptor Duplicate = Error(
        "KRN006", "A tile is listed twice", "{0} is already in this table; remove one of the two rows");

    private static DiagnosticDescriptor Error(string id, string title, string message)
        => new(id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true);
}
