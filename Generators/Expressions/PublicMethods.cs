using System.Security;
using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>Writes the documented public overloads: checks, one decision about the width, and the generic facade.</summary>
internal static class PublicMethods
{
    public static void Write(CodeWriter writer, ExpressionModel model)
    {
        bool first = true;
        foreach (EquatableArray<bool> shape in model.Shapes())
        {
            foreach (string scalar in model.Scalars)
            {
                if (!first)
                {
                    writer.Line();
                }

                first = false;
                WriteDocs(writer, model, shape, generic: false);
                WriteOverload(writer, model, shape, scalar);
            }

            if (model.Generic)
            {
                writer.Line();
                WriteDocs(writer, model, shape, generic: true);
                WriteFacade(writer, model, shape);
            }
        }
    }

    internal static string Returns(ExpressionModel model, string scalar)
        => model.IsMap ? "void" : ReductionKernel.ReturnType(model, scalar);

    private static string[] Inputs(ExpressionModel model, EquatableArray<bool> shape)
        => [.. model.Parameters.Where((_, i) => shape[i]).Select(parameter => parameter.Name)];

    private static string[] Destinations(ExpressionModel model) => [.. model.Stored.Select(result => result.Name)];

    private static void WriteOverload(CodeWriter writer, ExpressionModel model, EquatableArray<bool> shape, string scalar)
    {
        string[] inputs = Inputs(model, shape);
        string[] destinations = Destinations(model);
        string all = string.Join(", ", [.. model.Parameters.Select(parameter => parameter.Name), .. destinations]);
        if (inputs.Length + destinations.Length == 1)
        {
            // Nothing to check: the caller may as well call the kernel.
            writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        }

        writer.Block($"public static {Returns(model, scalar)} {model.Method}({MapKernel.Signature(model, shape, scalar)})", () =>
        {
            foreach (string input in inputs.Skip(1))
            {
                writer.Line($"VectorizedGuard.SameLength({input}.Length, nameof({input}), {inputs[0]}.Length, nameof({inputs[0]}));");
            }

            foreach (string destination in destinations)
            {
                writer.Line($"VectorizedGuard.LongEnough({destination}.Length, nameof({destination}), {inputs[0]}.Length, nameof({inputs[0]}));");
                writer.Line($"{destination} = {destination}.Slice(0, {inputs[0]}.Length);");
            }

            for (int i = 0; i < destinations.Length; i++)
            {
                foreach (string input in inputs)
                {
                    // A destination of another type than an input may begin with it too: lanes have one width.
                    string same = model.LaneOf(input) == model.LaneOf(destinations[i]) ? input
                        : $"MemoryMarshal.Cast<{model.TypeOf(model.LaneOf(input), scalar)}, {model.TypeOf(model.LaneOf(destinations[i]), scalar)}>({input})";
                    writer.Line($"VectorizedGuard.SameOrApart({same}, nameof({input}), {destinations[i]}, nameof({destinations[i]}));");
                }

                foreach (string other in destinations.Take(i))
                {
                    string same = model.LaneOf(other) == model.LaneOf(destinations[i]) ? other
                        : $"MemoryMarshal.Cast<{model.TypeOf(model.LaneOf(other), scalar)}, {model.TypeOf(model.LaneOf(destinations[i]), scalar)}>({other})";
                    writer.Line($"VectorizedGuard.Apart({same}, nameof({other}), {destinations[i]}, nameof({destinations[i]}));");
                }
            }

            if (inputs.Length + destinations.Length > 1)
            {
                writer.Line();
            }

            WriteDispatch(writer, model, all);
        });
    }

    private static void WriteDispatch(CodeWriter writer, ExpressionModel model, string arguments)
    {
        writer.Line("// Widest first. The question is what the runtime accelerates and not what the processor has, because the runtime");
        writer.Line("// says no to 512 bits on processors that lower their clock for them (dotnet/runtime#86457).");
        void Call(int bits)
        {
            string call = $"{model.Method}V{bits}({arguments});";
            if (model.IsMap)
            {
                writer.Line(call);
                if (bits > 128)
                {
                    writer.Line("return;");
                }
            }
            else
            {
                writer.Line("return " + call);
            }
        }

        foreach (int bits in new[] { 512, 256 })
        {
            writer.Block($"if (Vector{bits}.IsHardwareAccelerated)", () => Call(bits));
            writer.Line();
        }

        Call(128);
    }

    private static void WriteFacade(CodeWriter writer, ExpressionModel model, EquatableArray<bool> shape)
    {
        var names = new Names([.. model.Parameters.Select(parameter => parameter.Name.TrimStart('@')), .. Destinations(model)]);
        OutputModel[] folded = [.. model.Folded];
        string[] results = [.. folded.Select((_, i) => names.Fresh($"result{i}"))];
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Line($"public static {Returns(model, "T")} {model.Method}<T>({MapKernel.Signature(model, shape, "T")})");
        writer.Block("    where T : unmanaged", () =>
        {
            foreach (string scalar in model.Scalars)
            {
                IEnumerable<string> arguments = model.Parameters
                    .Select((parameter, i) => shape[i] ? $"MemoryMarshal.Cast<T, {scalar}>({parameter.Name})"
                        : parameter.Lane == Lane.Scalar ? $"Unsafe.BitCast<T, {scalar}>({parameter.Name})" : parameter.Name)
                    .Concat(Destinations(model).Select(name => $"MemoryMarshal.Cast<T, {scalar}>({name})"));
                string call = $"{model.Method}({string.Join(", ", arguments)})";
                writer.Block($"if (typeof(T) == typeof({scalar}))", () =>
                {
                    string Cast(string name, int i)
                        => FoldCode.ReturnType(model, folded[i], "T") == "T" ? $"Unsafe.BitCast<{scalar}, T>({name})" : name;
                    if (model.IsMap)
                    {
                        writer.Line($"{call};").Line("return;");
                    }
                    else if (results.Length == 1)
                    {
                        writer.Line($"return {Cast(call, 0)};");
                    }
                    else
                    {
                        writer.Line($"({string.Join(", ", results.Select((name, i) => $"{FoldCode.ReturnType(model, folded[i], scalar)} {name}"))}) = {call};");
                        writer.Line($"return ({string.Join(", ", results.Select(Cast))});");
                    }
                });
                writer.Line();
            }

            writer.Line($"throw VectorizedGuard.UnsupportedScalar(typeof(T), {KernelBody.Literal(string.Join(", ", model.Scalars))});");
        });
    }

    private static void WriteDocs(CodeWriter writer, ExpressionModel model, EquatableArray<bool> shape, bool generic)
    {
        string[] inputs = Inputs(model, shape);
        string[] destinations = Destinations(model);
        Tag(writer, "summary", model.Summary.Length != 0 ? model.Summary : DefaultSummary(model));
        Tag(writer, "remarks", Remarks(model, destinations, generic));
        if (generic)
        {
            Tag(writer, "typeparam name=\"T\"", string.Join(" or ", model.Scalars.Select(scalar => $"<see cref=\"{scalar}\"/>")) + ".");
        }

        for (int i = 0; i < model.Parameters.Count; i++)
        {
            ParameterModel parameter = model.Parameters[i];
            string role = !shape[i] ? "One value for all elements." : inputs[0] == parameter.Name ? "One value for each element." : $"One value for each element; as many as <paramref name=\"{Xml(inputs[0])}\"/>.";
            Tag(writer, $"param name=\"{Xml(parameter.Name)}\"", parameter.Doc.Length == 0 ? role : $"{parameter.Doc} {role}");
        }

        foreach (string destination in destinations)
        {
            string content = destinations.Length == 1 && model.Returns.Length != 0 ? $"Receives: {model.Returns}" : "Receives the results.";
            Tag(writer, $"param name=\"{Xml(destination)}\"", $"{content} At least as long as <paramref name=\"{Xml(inputs[0])}\"/>; elements beyond that length are left alone.");
        }

        if (!model.IsMap)
        {
            Tag(writer, "returns", (model.Returns.Length != 0 ? model.Returns : "The result.") + $" For no elements {Empty(model)}.");
        }

        if (inputs.Length + destinations.Length > 1)
        {
            Tag(writer, "exception cref=\"ArgumentException\"", "The lengths do not fit"
                + (destinations.Length == 0 ? "." : destinations.Length == 1 ? ", or the destination overlaps an input other than exactly." : ", or a destination overlaps an input other than exactly, or another destination."));
        }

        if (generic)
        {
            Tag(writer, "exception cref=\"NotSupportedException\"", "<typeparamref name=\"T\"/> is another type.");
        }
    }

    internal static string DefaultSummary(ExpressionModel model)
    {
        OutputModel[] folded = [.. model.Folded];
        string name = $"<c>{Xml(model.Method)}</c>";
        return folded.Length == 0 ? $"Applies {name} to each element."
            : folded.Length != model.Results.Count ? $"Applies {name} to each element, and reduces results in the same pass."
            : folded.Select(result => result.Fold).Distinct().Count() > 1 ? $"Reduces the results of {name} over the elements, in one pass."
            : folded[0].Fold switch
            {
                Fold.Sum => $"Sums {name} over the elements.",
                Fold.Max => $"The largest {name} of the elements.",
                Fold.Min => $"The smallest {name} of the elements.",
                Fold.Count => $"Counts the elements for which {name} is true.",
                Fold.ArgMax => $"The index of the first element with the largest {name}.",
                _ => $"The index of the first element with the smallest {name}.",
            };
    }

    // What a reduction of no elements gives.
    internal static string Empty(ExpressionModel model)
    {
        string[] values = [.. model.Folded.Select(result => result.Fold switch
        {
            Fold.Sum or Fold.Count => "zero",
            Fold.ArgMax or Fold.ArgMin => "-1",
            _ => $"<c>{Xml(new FoldCode(model, new Variant(model.Scalars[0], 128), Array.IndexOf([.. model.Results], result)).Start)}</c>",
        })];
        return string.Join(", ", values.Distinct().Count() == 1 ? values.Take(1) : values);
    }

    private static string Remarks(ExpressionModel model, string[] destinations, bool generic)
    {
        var remarks = new List<string>();
        Fold[] folds = [.. model.Folded.Select(result => result.Fold)];
        bool floating = model.Folded.Any(result => result.Fold == Fold.Sum && model.Scalars.Any(scalar => ScalarTypes.IsFloating(ScalarTypes.Of(result.Lane, scalar))));
        if (destinations.Length != 0)
        {
            remarks.Add($"Each {(folds.Length == 0 ? "result" : "stored result")} has the bits of the scalar method.");
        }

        if (floating)
        {
            remarks.Add($"Element i is added to logical lane i mod N, and one fixed tree adds the lanes (N is {Lanes(model)}), so the bits are the same at every vector width."
                + (Products(model) ? " Products are accumulated by fused multiply-add." : ""));
        }

        if (folds.Any(fold => fold is Fold.Max or Fold.Min or Fold.ArgMax or Fold.ArgMin) && model.Scalars.Any(ScalarTypes.IsFloating))
        {
            remarks.Add("NaN wins over every number" + (folds.Any(fold => fold is Fold.Max or Fold.ArgMax) ? ", and +0 over -0" : "")
                + (folds.Any(fold => fold is Fold.Min or Fold.ArgMin) ? ", and -0 over +0 where the smallest is sought" : "") + ".");
        }

        remarks.AddRange(destinations.Length switch
        {
            0 => [],
            1 => ["The destination may be exactly an input; any other overlap is refused."],
            _ => new[] { "A destination may be exactly an input; any other overlap is refused, and so is one destination overlapping another." },
        });
        remarks.Add("O(n), no allocation.");
        if (generic)
        {
            remarks.Add("Calls the overload of the scalar type.");
        }

        return string.Join("\n", remarks);
    }

    internal static bool Products(ExpressionModel model)
        => model.Folded.Any(result => result.Fold == Fold.Sum && model.Code[result.Step].Operation == Operation.Multiply);

    internal static string Lanes(ExpressionModel model)
        => string.Join(", ", model.Scalars.Select(scalar => $"{ReductionKernel.LogicalLanes(model, scalar)} for {scalar}"));

    internal static string Xml(string text) => SecurityElement.Escape(text.TrimStart('@'))!;

    internal static void Tag(CodeWriter writer, string tag, string content)
    {
        string close = tag.Split(' ')[0];
        string[] lines = content.Split('\n');
        if (lines.Length == 1)
        {
            writer.Line($"/// <{tag}>{content}</{close}>");
            return;
        }

        writer.Line($"/// <{tag}>");
        foreach (string line in lines)
        {
            writer.Line("/// " + line);
        }

        writer.Line($"/// </{close}>");
    }
}
