using Kernels.Generators.Emit;

namespace Kernels.Generators.Fixed;

/// <summary>
/// Writes the file of one method: the implementing part with its checks, and one kernel for each vector width that is worth one.
/// The tests of the width are constants to the JIT, so the compiled method holds one of them.
/// </summary>
internal static class FixedGemmEmitter
{
    // A product of so few multiply-adds costs less than the call of it.
    private const int InlineLimit = 128;

    public static string HintName(FixedGemmModel model)
        => $"{(model.Namespace.Length == 0 ? "" : model.Namespace + ".")}{string.Join(".", model.Containers.Select(container => container.Split(' ')[1].TrimStart('@')))}.{model.KernelName}.{model.Shape.Scalar}.g.cs";

    public static string Emit(FixedGemmModel model)
    {
        var shape = model.Shape;
        var writer = new CodeWriter();
        writer.Line(Banner.Of(
            $"Product of a fixed shape, {shape.Scalar}: c ({shape.M} x {shape.N}) {(shape.Accumulate ? "+=" : "=")} a ({shape.M} x {shape.K}) b ({shape.K} x {shape.N}).",
            "Each element of c is one chain of fused multiply-adds over ascending k, at every width: the bits do not depend on it.",
            "Contract: docs/contracts/gemm-fixed.md."));
        writer.Line("using System.Runtime.CompilerServices;");
        writer.Line("using System.Runtime.InteropServices;");
        writer.Line("using System.Runtime.Intrinsics;");
        writer.Line("using System.Runtime.Intrinsics.X86;");
        foreach (int bits in Widths)
        {
            writer.Line($"using V{bits} = System.Runtime.Intrinsics.Vector{bits}<{shape.Scalar}>;");
            writer.Line($"using W{bits} = System.Runtime.Intrinsics.Vector{bits};");
        }

        writer.Line();
        if (model.Namespace.Length != 0)
        {
            writer.Line($"namespace {model.Namespace};").Line();
        }

        Nest(writer, model, 0);
        return writer.ToString();
    }

    private static int[] Widths => [128, 256, 512];

    private static void Nest(CodeWriter writer, FixedGemmModel model, int depth)
    {
        if (depth < model.Containers.Count)
        {
            writer.Block($"partial {model.Containers[depth]}", () => Nest(writer, model, depth + 1));
            return;
        }

        var kernels = Kernels(model.Shape);
        Method(writer, model, kernels);
        foreach (var (bits, body) in kernels)
        {
            if (model.Form == FixedGemmForm.Batch)
            {
                Loop(writer.Line(), model, bits);
            }

            Kernel(writer.Line(), model, bits, body);
        }
    }

    // A width that would do exactly what the next narrower one does is left out.
    private static List<(int Bits, string Body)> Kernels(FixedShape shape)
    {
        var kernels = new List<(int Bits, string Body)>();
        foreach (int bits in Widths)
        {
            string body = PackedKernel.TryWrite(shape, bits) ?? PointsKernel.TryWrite(shape, bits) ?? PairsKernel.TryWrite(shape, bits) ?? RowsKernel.Write(shape, bits);
            if (kernels.Count == 0 || kernels[kernels.Count - 1].Body != body)
            {
                kernels.Add((bits, body));
            }
        }

        kernels.Reverse();
        return kernels;
    }

    private static void Method(CodeWriter writer, FixedGemmModel model, List<(int Bits, string Body)> kernels)
    {
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Block($"{model.Modifiers} void {model.Method}({string.Join(", ", model.Declarations)})", () =>
        {
            string arguments = Checks(writer, model);
            for (int i = 0; i < kernels.Count; i++)
            {
                string call = $"{model.KernelName}{(model.Form == FixedGemmForm.Batch ? "Loop" : "")}V{kernels[i].Bits}({arguments});";
                if (i == kernels.Count - 1)
                {
                    writer.Line(call);
                    return;
                }

                writer.Block($"if (W{kernels[i].Bits}.IsHardwareAccelerated)", () => writer.Line(call).Line("return;")).Line();
            }
        });
    }

    private static string Checks(CodeWriter writer, FixedGemmModel model)
    {
        var (shape, names) = (model.Shape, model.Names);
        string Reference(string span) => $"ref MemoryMarshal.GetReference({span})";
        switch (model.Form)
        {
            case FixedGemmForm.References:
                return $"ref Unsafe.AsRef(in {names[0]}), ref Unsafe.AsRef(in {names[1]}), ref {names[2]}";

            case FixedGemmForm.Spans:
                foreach (var (name, size, rows, columns, leading) in new[]
                {
                    (names[0], shape.SizeA, shape.M, shape.K, shape.LdA), (names[1], shape.SizeB, shape.K, shape.N, shape.LdB), (names[2], shape.SizeC, shape.M, shape.N, shape.LdC),
                })
                {
                    writer.Block($"if ({name}.Length < {size})", () =>
                        writer.Line($"global::Kernels.FixedGemmGuard.ThrowShort(nameof({name}), {name}.Length, {rows}, {columns}, {leading});")).Line();
                }

                return $"{Reference(names[0])}, {Reference(names[1])}, {Reference(names[2])}";

            default:
                writer.Line($"global::Kernels.FixedGemmGuard.Count({names[0]}, nameof({names[0]}));");
                foreach (var (span, size) in new[] { (1, shape.SizeA), (3, shape.SizeB), (5, shape.SizeC) })
                {
                    writer.Line($"global::Kernels.FixedGemmGuard.Batch({names[0]}, nameof({names[span]}), {names[span]}.Length, nameof({names[span + 1]}), {names[span + 1]}, {size}, {(span == 5 ? "true" : "false")});");
                }

                return $"{names[0]}, {Reference(names[1])}, {names[2]}, {Reference(names[3])}, {names[4]}, {Reference(names[5])}, {names[6]}";
        }
    }

    private static void Loop(CodeWriter writer, FixedGemmModel model, int bits)
    {
        string scalar = model.Shape.Scalar;
        writer.Line("[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
        writer.Block($"private static void {model.KernelName}LoopV{bits}(int count, ref {scalar} a, nint strideA, ref {scalar} b, nint strideB, ref {scalar} c, nint strideC)", () =>
            writer.Block("for (; count > 0; count--)", () =>
            {
                writer.Line($"{model.KernelName}V{bits}(ref a, ref b, ref c);");
                writer.Line("a = ref Unsafe.Add(ref a, strideA);");
                writer.Line("b = ref Unsafe.Add(ref b, strideB);");
                writer.Line("c = ref Unsafe.Add(ref c, strideC);");
            }));
    }

    private static void Kernel(CodeWriter writer, FixedGemmModel model, int bits, string body)
    {
        var shape = model.Shape;
        // A caller too small for the JIT's budget calls what was to be inlined: that too is compiled once and for good.
        writer.Line(shape.M * shape.N * shape.K <= InlineLimit
            ? "[MethodImpl(MethodImplOptions.AggressiveInlining | MethodImplOptions.AggressiveOptimization)]"
            : "[MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]");
        writer.Block($"private static void {model.KernelName}V{bits}(ref {shape.Scalar} a, ref {shape.Scalar} b, ref {shape.Scalar} c)", () =>
        {
            // Instructions called by name have no software form, so a test on another machine is handed on; to the JIT the question is a constant.
            foreach (string set in new[] { "Avx", "Avx512F" }.Where(set => body.Contains($"= {set}.") || body.Contains($"({set}.")))
            {
                writer.Block($"if (!{set}.IsSupported)", () => writer.Line($"{model.KernelName}V128(ref a, ref b, ref c);").Line("return;")).Line();
            }

            writer.Line(body.TrimEnd('\n'));
        });
    }
}
