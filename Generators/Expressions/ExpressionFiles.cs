using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>The emitted files of one expression: the public methods, and one file for each scalar type and width.</summary>
internal static class ExpressionFiles
{
    // NoInlining: a vector body inlined into its dispatcher starves its own intrinsics of the inliner's budget (dotnet/runtime#118544).
    // AggressiveOptimization: a leaf loop loses nothing by skipping the first tier and is fast from the first call.
    public const string KernelOptions = "[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]";

    /// <param name="model">The expression.</param>
    /// <param name="streams">Whether maps of large arrays write past the caches, which takes pointers.</param>
    public static IEnumerable<(string Hint, string Text)> Of(ExpressionModel model, bool streams)
    {
        string prefix = (model.Namespace.Length == 0 ? "" : model.Namespace + ".") + model.Class.Replace("@", "") + "." + model.Method.Replace("@", "");
        yield return ($"{prefix}.g.cs", PublicFile(model));
        if (model.Matrices)
        {
            yield return ($"{prefix}.Matrices.g.cs", MatrixFile(model));
        }

        foreach (string scalar in model.Scalars)
        {
            foreach (int bits in Variant.Widths)
            {
                var variant = new Variant(scalar, bits);
                yield return ($"{prefix}.{scalar}.{variant.Suffix}.g.cs", KernelFile(model, variant, streams));
            }
        }
    }

    private static string PublicFile(ExpressionModel model)
    {
        var writer = new CodeWriter();
        WriteHead(writer, model, $"{model.Class}.{model.Method}: the public methods.");
        writer.Line("using System;");
        writer.Line("using System.Runtime.CompilerServices;");
        writer.Line("using System.Runtime.InteropServices;");
        writer.Line("using System.Runtime.Intrinsics;");
        writer.Line("using Kernels;");
        WriteClass(writer, model, () => PublicMethods.Write(writer, model));
        return writer.ToString();
    }

    private static string MatrixFile(ExpressionModel model)
    {
        var writer = new CodeWriter();
        WriteHead(writer, model, $"{model.Class}.{model.Method}: the forms for matrices.");
        writer.Line("using System;");
        writer.Line("using System.Runtime.CompilerServices;");
        writer.Line("using System.Runtime.InteropServices;");
        writer.Line("using System.Runtime.Intrinsics;");
        writer.Line("using Kernels;");
        WriteClass(writer, model, () => MatrixMethods.Write(writer, model));
        return writer.ToString();
    }

    /// <summary>The same text at every width: what it calls T, V and W.</summary>
    public static void WriteAliases(CodeWriter writer, Variant variant)
    {
        writer.Line("using System;");
        writer.Line("using System.Runtime.CompilerServices;");
        writer.Line("using System.Runtime.InteropServices;");
        writer.Line("using System.Runtime.Intrinsics;");
        writer.Line("using Kernels;");
        writer.Line($"using T = System.{ScalarTypes.SystemName(variant.Scalar)};");
        writer.Line($"using V = System.Runtime.Intrinsics.Vector{variant.Bits}<{variant.Scalar}>;");
        writer.Line($"using W = System.Runtime.Intrinsics.Vector{variant.Bits};");
    }

    private static string KernelFile(ExpressionModel source, Variant variant, bool streams)
    {
        ExpressionModel model = Lowering.Of(source, variant.Scalar);
        var writer = new CodeWriter();
        WriteHead(writer, model, $"{model.Class}.{model.Method} for {variant.Scalar} at {variant.Bits} bits.");
        WriteAliases(writer, variant);
        WriteClass(writer, model, () =>
        {
            bool first = true;
            foreach (EquatableArray<bool> shape in model.KernelShapes())
            {
                if (!first)
                {
                    writer.Line();
                }

                first = false;
                if (model.IsMap)
                {
                    MapKernel.Write(writer, model, variant, shape, streams);
                    if (model.IsApproximate && variant.Bits == 128)
                    {
                        MapKernel.WriteOneByOne(writer, model, variant, shape);
                    }
                }
                else
                {
                    ReductionKernel.Write(writer, model, variant, shape);
                }
            }

            if (!model.IsMap && model.Matrices)
            {
                AcrossKernel.Write(writer, model, variant);
            }
        });
        return writer.ToString();
    }

    private static void WriteHead(CodeWriter writer, ExpressionModel model, string title)
    {
        string[] source = [.. model.Source.Split('\n').Select(line => ("    " + line).TrimEnd())];
        writer.Line(Banner.Of([title, "", .. source]).Replace("// \n", "//\n"));
    }

    private static void WriteClass(CodeWriter writer, ExpressionModel model, Action members)
    {
        writer.Line();
        if (model.Namespace.Length != 0)
        {
            writer.Line($"namespace {model.Namespace};");
            writer.Line();
        }

        void Nest(int depth)
        {
            if (depth == model.Containers.Count)
            {
                members();
                return;
            }

            writer.Block($"partial class {model.Containers[depth]}", () => Nest(depth + 1));
        }

        Nest(0);
    }
}
