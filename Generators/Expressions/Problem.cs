using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Expressions;

/// <summary>Why a method does not translate, and where. Lives only while the analyzer reports; never in the pipeline.</summary>
internal readonly struct Problem(DiagnosticDescriptor descriptor, Location location, params object[] arguments)
{
    public DiagnosticDescriptor Descriptor { get; } = descriptor;

    public Diagnostic ToDiagnostic() => Diagnostic.Create(Descriptor, location, arguments);
}
