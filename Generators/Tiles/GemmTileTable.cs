using Kernels.Generators.Analysis;
using Kernels.Generators.Tables;
using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Tiles;

/// <summary>The table of <c>[GemmTile]</c>.</summary>
internal static class GemmTileTable
{
    public const string SpecsStep = "GemmTileSpecs";

    public static readonly KernelTable<GemmTileSpec> Table = new(
        GemmTileAttributes.FullName,
        new(GemmTileAttributes.HintName, GemmTileAttributes.Attribute),
        new(GemmTileAttributes.ContractHintName, GemmTileAttributes.Contract),
        SpecsStep,
        Read,
        spec => spec.Name,
        TileDiagnostics.ClassShape,
        TileDiagnostics.Duplicate,
        spec => new(GemmTileEmitter.HintName(spec), GemmTileEmitter.Emit(spec)));

    private static TableRow<GemmTileSpec> Read(TableHome home, AttributeData attribute)
    {
        TableRow<GemmTileSpec> Reject(DiagnosticDescriptor problem, params object[] arguments) => TableRow<GemmTileSpec>.Rejected(attribute, problem, arguments);

        int Number(string name) => TableRow<GemmTileSpec>.Number(attribute, name);

        int NumberOr(string name, int otherwise) => Number(name) is > 0 and int number ? number : otherwise;

        string? scalar = (attribute.ConstructorArguments.FirstOrDefault().Value as ITypeSymbol)?.SpecialType switch
        {
            SpecialType.System_Single => "float",
            SpecialType.System_Double => "double",
            _ => null,
        };
        if (scalar is null)
        {
            return Reject(TileDiagnostics.Scalar, attribute.ConstructorArguments.FirstOrDefault().Value?.ToString() ?? "null");
        }

        if (Number("Width") is not (128 or 256 or 512))
        {
            return Reject(TileDiagnostics.Width, Number("Width"));
        }

        foreach (string name in new[] { "Rows", "Vectors", "DepthBlock", "RowBlock", "ColumnBlock", "PackingKiB" })
        {
            if (Number(name) < 1)
            {
                return Reject(TileDiagnostics.Positive, name, Number(name));
            }
        }

        var spec = new GemmTileSpec(
            home.Namespace,
            home.Class,
            scalar,
            Number("Width"),
            Number("Rows"),
            Number("Vectors"),
            Number("DepthBlock"),
            Number("RowBlock"),
            Number("ColumnBlock"),
            Number("PackingKiB"),
            NumberOr("Steps", 1),
            Number("PanelRows"),
            Number("ShallowDepth"),
            NumberOr("NearDepth", 24),
            NumberOr("StreamDepth", 24),
            NumberOr("Ways", 8),
            Number("RowByRowKiB"));
        return spec.LiveRegisters > spec.Registers
            ? Reject(TileDiagnostics.RegisterBudget, spec.Name, spec.Rows, spec.Vectors, spec.LiveRegisters, spec.Registers)
            : TableRow<GemmTileSpec>.Of(spec, attribute);
    }
}
