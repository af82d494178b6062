using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Tables;

/// <summary>One attribute as read: what it asks for, or the reason why it cannot be.</summary>
internal readonly record struct TableRow<TSpec>(TSpec? Spec, AttributeData Attribute, DiagnosticDescriptor? Problem, object[] Arguments)
    where TSpec : class
{
    public static TableRow<TSpec> Of(TSpec spec, AttributeData attribute) => new(spec, attribute, null, []);

    public static TableRow<TSpec> Rejected(AttributeData attribute, DiagnosticDescriptor problem, params object[] arguments) => new(null, attribute, problem, arguments);

    /// <summary>The named argument of a row, 0 where it is missing.</summary>
    public static int Number(AttributeData attribute, string name) => attribute.NamedArguments.FirstOrDefault(pair => pair.Key == name).Value.Value as int? ?? 0;
}
