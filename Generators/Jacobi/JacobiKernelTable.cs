using Kernels.Generators.Analysis;
using Kernels.Generators.Tables;
using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Jacobi;

/// <summary>The table of <c>[JacobiKernels]</c>.</summary>
internal static class JacobiKernelTable
{
    public const string SpecsStep = "JacobiSpecs";

    public static readonly KernelTable<JacobiSpec> Table = new(
        JacobiAttributes.FullName,
        new(JacobiAttributes.HintName, JacobiAttributes.Attribute),
        new(JacobiAttributes.ContractHintName, JacobiAttributes.Contract),
        SpecsStep,
        Read,
        spec => spec.Name,
        JacobiDiagnostics.ClassShape,
        JacobiDiagnostics.Duplicate,
        spec => new(JacobiEmitter.HintName(spec), JacobiEmitter.Emit(spec)));

    private static TableRow<JacobiSpec> Read(TableHome home, AttributeData attribute)
    {
        object? type = attribute.ConstructorArguments.FirstOrDefault().Value;
        string? scalar = (type as ITypeSymbol)?.SpecialType switch
        {
            SpecialType.System_Single => "float",
            SpecialType.System_Double => "double",
            _ => null,
        };
        int width = TableRow<JacobiSpec>.Number(attribute, "Width");
        return scalar is null ? TableRow<JacobiSpec>.Rejected(attribute, JacobiDiagnostics.Scalar, [type?.ToString() ?? "null"])
            : width is not (128 or 256 or 512) ? TableRow<JacobiSpec>.Rejected(attribute, JacobiDiagnostics.Width, [width])
            : TableRow<JacobiSpec>.Of(new(home.Namespace, home.Class, scalar, width), attribute);
    }
}
