using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Analysis;

/// <summary>What can be wrong with a row of the table of the Philox kernels: KRN301 to KRN305.</summary>
internal static class PhiloxDiagnostics
{
    private const string Category = "Kernels.Masks";

    public static readonly DiagnosticDescriptor RegisterBudget = Error(
        "KRN301",
        "The chains do not fit the vector registers",
        "{0} with {1} chains keeps {2} vectors live, but there are {3} registers; use fewer chains, because a spilled word costs a store and a load in every round");

    public static readonly DiagnosticDescriptor Width = Error(
        "KRN302", "A vector has 128, 256 or 512 bits", "Width is {0}; write Width = 128, 256 or 512");

    public static readonly DiagnosticDescriptor Chains = Error(
        "KRN303", "The number of chains is missing", "Chains is {0}; give it a value of at least 1");

    public static readonly DiagnosticDescriptor ClassShape = Error(
        "KRN304", "Philox kernels go into a static partial class", "'{0}' must be a top-level 'static partial class' without type parameters, so that the kernels can be added to it");

    public static readonly DiagnosticDescriptor Duplicate = Error(
        "KRN305", "A width is listed twice", "Width = {0} is already in this table; remove one of the two rows");

    private static DiagnosticDescriptor Error(string id, string title, string message)
        => new(id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true);
}
