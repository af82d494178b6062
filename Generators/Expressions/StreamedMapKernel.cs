using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>
/// Writes the loop of a map over arrays that no cache keeps: stores go past the caches, so that a line is not read before it is overwritten.
/// Such stores are aligned and take pointers.
/// </summary>
internal static class StreamedMapKernel
{
    /// <summary>Whether every array has elements of the scalar type.</summary>
    public static bool Takes(ExpressionModel model, EquatableArray<bool> shape)
        => model.Parameters.Where((_, i) => shape[i]).All(parameter => parameter.Lane == Lane.Scalar) && model.Results.All(result => result.Lane == Lane.Scalar);

    /// <summary>The decision, in the kernel.</summary>
    public static void WriteCall(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape, string rest)
    {
        int arrays = shape.Count(varies => varies) + model.OutputNames.Count;
        writer.Block($"if ({rest} >= {MapTuning.StreamFrom / (arrays * variant.ScalarBits / 8)} && {model.Method}{variant.Suffix}Streamed({MapKernel.Arguments(model)}))", () => writer.Line("return;"));
        writer.Line();
    }

    public static void Write(CodeWriter writer, ExpressionModel model, Variant variant, EquatableArray<bool> shape, IReadOnlyList<int> bounds)
    {
        string[] inputs = [.. model.Parameters.Where((_, i) => shape[i]).Select(parameter => parameter.Name)];
        string[] outputs = [.. model.OutputNames];
        var names = new Names([model.Method, .. model.Parameters.Select(parameter => parameter.Name.TrimStart('@')), .. outputs.Select(name => name.TrimStart('@'))]);
        string rest = names.Fresh("rest"), lead = names.Fresh("lead");
        Dictionary<string, string> at = inputs.Concat(outputs).ToDictionary(name => name, name => names.Fresh(name + "At"));
        Dictionary<string, string> start = outputs.ToDictionary(name => name, name => names.Fresh(name + "Start"));
        var body = new KernelBody(model, variant, shape, model.Outputs, names, inlinesConstants: model.IsApproximate);
        int unroll = MapTuning.Unroll(body.Operations);

        string[] Results(int copy, string offset)
            => body.WriteVarying(writer, copy, name => $"W.LoadUnsafe(ref {at[name]}{(offset.Length == 0 ? "" : ", " + offset)})");

        IEnumerable<string> Stores(string[] results, string offset, string store)
            => [.. results.Select((result, i) => $"W.{store}({result}, {at[outputs[i]]}{(offset.Length == 0 ? "" : " + " + offset)});")];

        IEnumerable<string> Step(int copy, string offset, string store) => Stores(Results(copy, offset), offset, store);

        void Write(IEnumerable<string> stores)
        {
            foreach (string store in stores)
            {
                writer.Line(store);
            }
        }

        void Advance(string count)
        {
            foreach (string name in inputs)
            {
                writer.Line($"{at[name]} = ref Unsafe.Add(ref {at[name]}, {count});");
            }

            foreach (string name in outputs)
            {
                writer.Line($"{at[name]} += {count};");
            }

            writer.Line($"{rest} -= {count};");
        }

        // As in a loop within the caches, elementary functions have one body.
        void WriteOneBody()
        {
            string index = names.Fresh("index"), next = names.Fresh("next"), last = names.Fresh("last");
            writer.Line($"nuint {last} = {rest} - L;");
            writer.Line("// Nothing is in place, so the first and the last vector may be written by plain stores and partly once more; those between are aligned.");
            writer.Block($"for (nuint {index} = 0, {next} = L - (nuint){start[outputs[0]]} / sizeof(T) % L; ; {index} = {next} < {last} ? {next} : {last}, {next} += L)", () =>
            {
                string[] results = Results(0, index);
                writer.Line();
                writer.Block($"if ({index} != 0 && {index} != {last})", () =>
                {
                    Write(Stores(results, index, "StoreAlignedNonTemporal"));
                    writer.Line("continue;");
                });
                writer.Line();
                Write(Stores(results, index, "Store"));
                writer.Block($"if ({index} == {last})", () => writer.Line("break;"));
            });
        }

        writer.Line("// Past the caches. Declines what works in place, has destinations that no step brings to the alignment of a vector together or that loads would follow too closely (4 KiB aliasing), or bounds to be careful with.");
        writer.Line(ExpressionFiles.KernelOptions);
        writer.Block($"private static unsafe bool {model.Method}{variant.Suffix}Streamed({MapKernel.Signature(model, shape, "T")})", () =>
        {
            writer.Line($"const nuint L = {variant.Lanes};");
            writer.Line($"nuint {rest} = (nuint){inputs[0]}.Length;");
            foreach (string name in inputs)
            {
                writer.Line($"ref T {at[name]} = ref MemoryMarshal.GetReference({name});");
            }

            foreach (string name in outputs)
            {
                writer.Line($"fixed (T* {start[name]} = {name})");
            }

            writer.Block(() =>
            {
                IEnumerable<string> declines = outputs.SelectMany(output => inputs.Select(input => $"Unsafe.AreSame(ref {at[input]}, ref *{start[output]})"))
                    .Concat(outputs.Skip(1).Select(output => $"(((nuint){start[outputs[0]]} ^ (nuint){start[output]}) & (L * sizeof(T) - 1)) != 0"))
                    .Append($"(nuint){start[outputs[0]]} % sizeof(T) != 0")
                    .Concat(outputs.SelectMany(output => inputs.Select(input =>
                        $"((nuint)Unsafe.ByteOffset(ref {at[input]}, ref *{start[output]}) - 1) % {MapTuning.AliasPeriod} < {MapTuning.AliasWindow - 1}")));
                writer.Block($"if ({string.Join(" || ", declines)})", () => writer.Line("return false;"));
                writer.Line();
                foreach (string name in outputs)
                {
                    writer.Line($"T* {at[name]} = {start[name]};");
                }

                body.WriteUniform(writer);
                if (bounds.Count != 0)
                {
                    writer.Block($"if ({MapKernel.AnyExceptional(body, bounds)})", () => writer.Line("return false;"));
                }

                writer.Line();
                if (model.IsApproximate)
                {
                    WriteOneBody();
                    return;
                }

                writer.Line("// Nothing is in place, so the first and the last vector may be written by plain stores and partly once more.");
                foreach (string offset in new[] { "", $"({rest} - L)" })
                {
                    writer.Block(() => Write(Step(0, offset, "Store")));
                }

                writer.Line();
                writer.Line($"nuint {lead} = (L - (nuint){start[outputs[0]]} / sizeof(T) % L) % L;");
                Advance(lead);
                for (int copies = unroll; copies > 0; copies /= 2)
                {
                    string block = copies == 1 ? "L" : $"{copies} * L";
                    writer.Line();
                    writer.Block($"{(copies == unroll ? "while" : "if")} ({rest} > {block})", () =>
                    {
                        Write([.. Enumerable.Range(0, copies).SelectMany(copy => Step(copy, copy switch { 0 => "", 1 => "L", _ => $"{copy} * L" }, "StoreAlignedNonTemporal"))]);
                        writer.Line();
                        Advance(block);
                    });
                }
            });

            writer.Line();
            writer.Line("// Such stores are ordered with others by a fence alone.");
            writer.Line("System.Threading.Interlocked.MemoryBarrier();");
            writer.Line("return true;");
        });
    }
}
