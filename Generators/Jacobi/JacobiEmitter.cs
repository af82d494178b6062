using Kernels.Generators.Emit;
using Kernels.Generators.Tiles;

namespace Kernels.Generators.Jacobi;

/// <summary>Writes one file a row of the table.</summary>
internal static class JacobiEmitter
{
    // Rows that share the loads of cosines and sines.
    private const int Rows = 2;

    // Rows of a sweep in flight: as many chains for each sum.
    private const int SweepRows = 4;

    public static string HintName(JacobiSpec spec) => $"{spec.Class}.{spec.Name}.g.cs";

    public static string Emit(JacobiSpec spec)
    {
        string scalar = spec.Scalar == "float" ? "System.Single" : "System.Double", vector = $"global::System.Runtime.Intrinsics.Vector{spec.Width}";
        var writer = new CodeWriter();
        writer.Line(Banner.Of(
            $"Jacobi rotations of {spec.Lanes} pairs of columns at a time, {spec.Scalar}, vectors of {spec.Width} bits.",
            "Templates: Generators/Jacobi. Contract: docs/contracts/jacobi.md."));
        writer.Line("using System.Runtime.CompilerServices;");
        writer.Line("using System.Runtime.Intrinsics;");
        writer.Line($"using I = {(spec.Scalar == "float" ? "System.Int32" : "System.Int64")};");
        writer.Line($"using N = {vector}<{(spec.Scalar == "float" ? "System.Int32" : "System.Int64")}>;");
        writer.Line($"using T = {scalar};");
        writer.Line($"using V = {vector}<{scalar}>;");
        writer.Line($"using W = {vector};");
        writer.Line();
        writer.Line($"namespace {spec.Namespace};").Line();
        writer.Block($"partial class {spec.Class}", () => writer.Block($"internal readonly unsafe struct {spec.Name} : global::Kernels.IJacobiKernels<T>", () =>
        {
            writer.Line($"private const int L = {spec.Lanes};");
            writer.Line().Line(Expand(JacobiTemplate.Grams, Rows));
            writer.Line().Line(Expand(JacobiTemplate.Angles, Rows));
            writer.Line().Line(Expand(JacobiSweepTemplate.Sweep, SweepRows, option: spec is { Scalar: "double", Width: 256 } ? "pairs" : "lanes"));
            writer.Line().Line(Expand(JacobiSweepTemplate.SweepWithin, SweepRows));
            writer.Line().Line(Expand(JacobiSweepTemplate.SweepAcross, SweepRows));
            writer.Line().Line(Expand(JacobiBatchTemplate.BatchScale, Rows));
            writer.Line().Line(Expand(JacobiBatchTemplate.BatchSweep, Rows));
            writer.Line().Line(Expand(JacobiBatchTemplate.BatchLengths, Rows));
            foreach (bool across in new[] { false, true })
            {
                writer.Line().Line(Expand(JacobiTemplate.Rotate, Rows, across));
                writer.Line().Line(Expand(JacobiTemplate.RotateRows, Rows, across));
                writer.Line().Line(Expand(JacobiTemplate.RotateRows, 1, across));
                writer.Line().Line(Expand(JacobiTemplate.RotateBoth, Rows, across));
            }
        }));
        return writer.ToString();
    }

    private static string Expand(string text, int rows, bool across = false, string option = "")
        => TileTemplate.Expand(
            text.Replace("\r\n", "\n").Replace("$Places", (across ? JacobiTemplate.AcrossPlaces : JacobiTemplate.TournamentPlaces).Replace("\r\n", "\n"))
                .Replace("$Angle", JacobiSweepTemplate.Angle.Replace("\r\n", "\n")),
            new(rows, 1),
            new Dictionary<string, string>
            {
                ["Rows"] = rows.ToString(),
                ["Order"] = across ? "Across" : "",
                ["Shift"] = across ? "0" : "1",
            },
            option).TrimEnd();
}
