using Kernels.Generators.Analysis;
using Kernels.Generators.Tables;
using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Masks;

/// <summary>The table of <c>[PhiloxKernels]</c>.</summary>
internal static class PhiloxKernelTable
{
    public const string SpecsStep = "PhiloxSpecs";

    public static readonly KernelTable<PhiloxSpec> Table = new(
        PhiloxAttributes.FullName,
        new(PhiloxAttributes.HintName, PhiloxAttributes.Attribute),
        new(PhiloxAttributes.ContractHintName, PhiloxAttributes.Contract),
        SpecsStep,
        Read,
        spec => spec.Width,
        PhiloxDiagnostics.ClassShape,
        PhiloxDiagnostics.Duplicate,
        spec => new(PhiloxEmitter.HintName(spec), PhiloxEmitter.Emit(spec)));

    private static TableRow<PhiloxSpec> Read(TableHome home, AttributeData attribute)
    {
        TableRow<PhiloxSpec> Reject(DiagnosticDescriptor problem, params object[] arguments) => TableRow<PhiloxSpec>.Rejected(attribute, problem, arguments);

        int width = TableRow<PhiloxSpec>.Number(attribute, "Width"), chains = TableRow<PhiloxSpec>.Number(attribute, "Chains");
        if (width is not (128 or 256 or 512))
        {
            return Reject(PhiloxDiagnostics.Width, width);
        }

        if (chains < 1)
        {
            return Reject(PhiloxDiagnostics.Chains, chains);
        }

        var spec = new PhiloxSpec(home.Namespace, home.Class, width, chains);
        return spec.LiveRegisters > spec.Registers
            ? Reject(PhiloxDiagnostics.RegisterBudget, spec.Name, spec.Chains, spec.LiveRegisters, spec.Registers)
            : TableRow<PhiloxSpec>.Of(spec, attribute);
    }
}
