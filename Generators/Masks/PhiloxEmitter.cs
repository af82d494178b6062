using Kernels.Generators.Emit;
using Kernels.Generators.Tiles;

namespace Kernels.Generators.Masks;

/// <summary>Writes one file a row of the table.</summary>
internal static class PhiloxEmitter
{
    // Of four vectors each has its bits in bytes of its own or shares them with its neighbours.
    private const int SelectVectors = 4;

    public static string HintName(PhiloxSpec spec) => $"{spec.Class}.{spec.Name}.g.cs";

    public static string Emit(PhiloxSpec spec)
    {
        string vector = $"global::System.Runtime.Intrinsics.Vector{spec.Width}";
        var writer = new CodeWriter();
        writer.Line(Banner.Of(
            $"Philox4x32, {spec.Chains} chains of {spec.Lanes} blocks in vectors of {spec.Width} bits: {spec.LiveRegisters} of {spec.Registers} vector registers live.",
            "Templates: Generators/Masks. Contract: docs/contracts/masks.md."));
        writer.Line("using System.Numerics;");
        writer.Line("using System.Runtime.CompilerServices;");
        writer.Line("using System.Runtime.Intrinsics;");
        writer.Line("using System.Runtime.Intrinsics.Arm;");
        writer.Line("using System.Runtime.Intrinsics.X86;");
        writer.Line($"using V = {vector}<ulong>;");
        writer.Line($"using W = {vector};");
        writer.Line();
        writer.Line($"namespace {spec.Namespace};").Line();
        writer.Block($"partial class {spec.Class}", () => writer.Block($"internal readonly unsafe struct {spec.Name} : global::Kernels.IPhiloxKernels", () => Members(writer, spec)));
        return writer.ToString();
    }

    private static void Members(CodeWriter writer, PhiloxSpec spec)
    {
        writer.Line($"private const int L = {spec.Lanes}, LSingle = {2 * spec.Lanes}, LDouble = {spec.Lanes};").Line();
        writer.Line("public static int Lanes => L;").Line();
        writer.Line($"public static int NormalsInStep<T>() => Unsafe.SizeOf<T>() == sizeof(float) ? 2 * LSingle : {2 * NormalsTemplate.Rows} * L;").Line();
        writer.Line($"public static int Step<T>() => {SelectVectors} * {spec.Width / 8} / Unsafe.SizeOf<T>();");
        foreach (PhiloxBody body in PhiloxBody.All)
        {
            writer.Line().Line(Expand(PhiloxTemplate.Entry, spec, spec.Chains, body));
            foreach (int chains in new[] { spec.Chains, 1 }.Distinct())
            {
                string text = Insert(Insert(Insert(PhiloxTemplate.Method, "$Prologue", body.Prologue), "$Body", body.Body), "$Epilogue", body.Epilogue);
                text = Insert(Insert(text, "$Early", Rounds(5, "early")), "$Late", Rounds(11, "late"));
                text = Insert(text, "$Prefetch", Prefetch(spec, body));
                text = text.Replace("$Counters", body.Counters).Replace("$Advance", body.Advance);
                writer.Line().Line(Expand(text, spec, chains, body));
            }
        }

        foreach (bool single in new[] { true, false })
        {
            foreach (bool apply in new[] { true, false })
            {
                writer.Line().Line(Select(spec, single, apply, streaming: false));
                writer.Line().Line(Select(spec, single, apply, streaming: true));
            }
        }

        string normals = Insert(Insert(NormalsTemplate.Method, "$Logarithm", NormalsTemplate.Logarithm), "$Sine", NormalsTemplate.Sine);
        normals = Insert(Insert(normals, "$Cosine", NormalsTemplate.Cosine), "$Store", NormalsTemplate.Store(spec.Lanes));
        writer.Line().Line(Expand(normals, spec, NormalsTemplate.Rows, PhiloxBody.All[0]));
        writer.Line().Line(Expand(NormalSinglesTemplate.Of(spec.Width), spec, 1, PhiloxBody.All[0]));
        writer.Line().Line(Expand(PhiloxTemplate.Helpers, spec, 1, PhiloxBody.All[0]));
    }

    private static string Rounds(int key, string name) => PhiloxTemplate.Rounds.Replace("$Key", key.ToString()).Replace("_$q", "_" + name + "$q");

    // The lines of a float for each decision, so that they come while the decisions are made.
    private static string Prefetch(PhiloxSpec spec, PhiloxBody body)
    {
        int lines = spec.Lanes * body.InBlock * sizeof(float) / 64;
        if (lines == 0)
        {
            return "";
        }

        string each = string.Join("\n", Enumerable.Repeat("    @rows Prefetch(ref ahead, gap);", lines));
        return $"if (gap != 0)\n{{\n{each}\n}}\n";
    }

    private static string Expand(string text, PhiloxSpec spec, int chains, PhiloxBody body)
        => TileTemplate.Expand(
            text,
            new(chains, 1, Parts: 3),
            new Dictionary<string, string>
            {
                ["Name"] = body.Name,
                ["Rows"] = chains.ToString(),
                // Unpacking works within 128 bits, so that consecutive blocks are half a vector apart.
                ["Order"] = spec.Lanes switch { 8 => "0UL, 4, 1, 5, 2, 6, 3, 7", 4 => "0UL, 2, 1, 3", _ => "0UL, 1" },
                ["X86"] = spec.Lanes switch { 8 => "Avx512F", 4 => "Avx2", _ => "Sse2" },
                ["PlaneBits"] = spec.Lanes switch { 8 => "ulong", 4 => "uint", _ => "ushort" },
                ["WordBits"] = spec.Lanes switch { 8 => "uint", 4 => "ushort", _ => "byte" },
                ["WordLanes"] = (2 * spec.Lanes).ToString(),
                ["Mask"] = spec.Lanes == 8 ? "ulong" : "uint",
            },
            spec.Width == 512 ? ["512"] : [spec.Width.ToString(), "narrow"]).TrimEnd();

    private static string Select(PhiloxSpec spec, bool single, bool apply, bool streaming)
    {
        int lanes = spec.Width / (single ? 32 : 64);
        var constants = new Dictionary<string, string>
        {
            ["Name"] = (apply ? "Apply" : "Fill") + (streaming ? "Streaming" : ""),
            ["Parameters"] = apply ? "$T* x" : "",
            ["Value"] = apply ? "W.Load(x + $v * L$B) * factor" : "factor",
            ["Next"] = apply ? "x += $Vectors * L$B;" : "",
            ["Store"] = streaming ? "StoreAlignedNonTemporal" : "Store",
            ["Vectors"] = SelectVectors.ToString(),
            ["Width"] = spec.Width.ToString(),
            ["T"] = single ? "float" : "double",
            ["I"] = single ? "uint" : "ulong",
            ["S"] = single ? "Single" : "Double",
            ["B"] = single ? "Single" : "Double",
        };
        string text = SelectTemplate.Method;
        foreach (string part in new[] { "Parameters", "Value", "Next" })
        {
            text = text.Replace("$" + part, constants[part]);
        }

        text = TileTemplate.Expand(text.Replace("(, byte*", "(byte*"), new(1, SelectVectors), constants).TrimEnd();
        for (int v = 0; v < SelectVectors; v++)
        {
            // Where the bits of a vector start in their first byte.
            int shift = v * lanes % 8;
            text = text.Replace($"$Chosen{v}", string.Join(", ", Enumerable.Range(shift, lanes).Select(bit => (single ? "1u" : "1ul") + $" << {bit}")));
        }

        return text;
    }

    // Puts text in the place of a mark that stands alone on its line, as far to the right as the mark is.
    private static string Insert(string template, string mark, string text)
        => string.Join("\n", template.Replace("\r\n", "\n").Split('\n').SelectMany(line =>
            line.Trim() != mark ? [line]
            : text.Length == 0 ? Array.Empty<string>()
            : text.Replace("\r\n", "\n").Split('\n').Where(one => one.Length > 0).Select(one => line.Substring(0, line.Length - mark.Length) + one)));
}
