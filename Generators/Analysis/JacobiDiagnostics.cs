using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Analysis;

/// <summary>What can be wrong with a row of the table of the Jacobi kernels: KRN401 to KRN404.</summary>
internal static class JacobiDiagnostics
{
    private const string Category = "Kernels.Jacobi";

    public static readonly DiagnosticDescriptor Scalar = Error(
        "KRN401", "Jacobi kernels are made for float or double", "'{0}' is neither float nor double; write typeof(float) or typeof(double)");

    public static readonly DiagnosticDescriptor Width = Error(
        "KRN402", "A vector has 128, 256 or 512 bits", "Width is {0}; write Width = 128, 256 or 512");

    public static readonly DiagnosticDescriptor ClassShape = Error(
        "KRN403", "Jacobi kernels go into a static partial class", "'{0}' must be a top-level 'static partial class' without type parameters, so that the kernels can be added to it");

    public static readonly DiagnosticDescriptor Duplicate = Error(
        "KRN404", "Kernels are listed twice", "{0} is already in this table; remove one of the two rows");

    private static DiagnosticDescriptor Error(string id, string title, string message)
        => new(id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true);
}
