using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>Each diagnostic: its place, marked by brackets, and that nothing is emitted for the method.</summary>
public class DiagnosticTests
{
    private const string Where = Driver.Where;

    public static TheoryData<string, string, string> Cases => new()
    {
        // Class.
        { "KRN101", "partial class [|C|] { [Vectorized] private static T F<T>(T x) " + Where + " => x; }", "must be a non-generic 'static partial class'" },
        { "KRN101", "static class [|C|] { [Vectorized] private static T F<T>(T x) " + Where + " => x; }", "'C'" },
        { "KRN101", "static partial class [|C|]<U> { [Vectorized] private static T F<T>(T x) " + Where + " => x; }", "non-generic" },
        { "KRN101", "class [|Outer|] { static partial class C { [Vectorized] private static T F<T>(T x) " + Where + " => x; } }", "'Outer'" },
        { "KRN101", "partial struct [|Outer|] { static partial class C { [Vectorized] private static T F<T>(T x) " + Where + " => x; } }", "'Outer'" },

        // Signature.
        { "KRN102", In("[Vectorized] private static decimal [|F|](decimal x) => x;"), "'x' has type decimal" },
        { "KRN102", In("[Vectorized] private static short [|F|](short x) => x;"), "'x' has type short" },
        { "KRN102", In("[Vectorized] private static float [|F|]([Uniform] float x) => x;"), "no parameter that varies by element" },
        { "KRN102", In("[Vectorized] private static T [|F|]<T>(T x) where T : unmanaged => x;"), "not constrained to IFloatingPointIeee754<T> (IBinaryInteger<T> for integers" },
        { "KRN102", In("[Vectorized] private static T [|F|]<T, U>(T x) " + Where + " => x;"), "it has 2 type parameters" },
        { "KRN102", In("[Vectorized] private static T [|F|]<T>(T x) where T : IFloatingPointIeee754<T> => x;"), "T is not constrained to unmanaged" },
        { "KRN102", In("interface I; [Vectorized] private static T [|F|]<T>(T x) where T : unmanaged, IFloatingPointIeee754<T>, I => x;"), "do not satisfy the constraint I" },
        { "KRN102", In("[Vectorized] private static T [|F|]<T>([Uniform] T x) " + Where + " => x;"), "no parameter that varies by element" },
        { "KRN102", In("[Vectorized] private static T [|F|]<T>() " + Where + " => T.One;"), "no parameter that varies by element" },

        // Scalar types.
        { "KRN103", In("[Vectorized(typeof(float), [|typeof(int)|])] private static T F<T>(T x) " + Where + " => x;"), "No kernels of this method exist for int; write typeof(float), typeof(double)" },
        { "KRN103", In("[VectorizedSum([|typeof(System.Half)|])] private static T F<T>(T x) " + Where + " => x;"), "System.Half" },

        { "KRN103", In("[Vectorized([|typeof(double)|])] private static float F(float x) => x;"), "exist for double; write typeof(float)" },
        { "KRN103", In("[Vectorized(typeof(int), [|typeof(float)|])] private static T F<T>(T x) where T : unmanaged, IBinaryInteger<T> => x;"), "exist for float" },
        { "KRN103", In("[[|VectorizedReduce(Fold.Sum, Scalars = new[] { typeof(byte) })|]] private static T F<T>(T x) " + Where + " => x;"), "exist for byte" },
        { "KRN103", In("[[|Vectorized|]] private static T F<T>(T x) where T : unmanaged, IFloatingPointIeee754<T>, IBinaryInteger<T> => x;"), "the constraints of T" },

        // Result.
        { "KRN104", In("[Vectorized] private static [|bool|] F<T>(T x) " + Where + " => x > x;"), "returns bool; return T" },
        { "KRN104", In("[Vectorized] private static [|void|] F<T>(T x) " + Where + " { }"), "returns void" },
        { "KRN104", In("[Vectorized] private static [|(T, int)|] F<T>(T x) " + Where + " => (x, 1);"), "(T, int)" },

        { "KRN104", In("[VectorizedCount] private static [|T|] F<T>(T x) " + Where + " => x;"), "return bool" },
        { "KRN104", In("[VectorizedReduce(Fold.Sum, Fold.Count)] private static [|(T, T)|] F<T>(T x) " + Where + " => (x, x);"), "bool where elements are counted, T elsewhere" },
        { "KRN104", In("[Vectorized] private static [|double|] F(float x) => x;"), "returns double; return float" },
        { "KRN104", In("[VectorizedSum] private static [|(T, T, T, T, T, T, T, T, T)|] F<T>(T x) " + Where + " => (x, x, x, x, x, x, x, x, x);"), "two to eight" },

        // Parameters.
        { "KRN105", In("[Vectorized] private static T F<T>(T x, int [|n|]) " + Where + " => x;"), "has type int; every parameter must have type T" },
        { "KRN105", In("[Vectorized] private static T F<T>(T x, in T [|y|]) " + Where + " => x;"), "must be passed by value" },
        { "KRN105", In("[Vectorized] private static T F<T>(T x, T [|y|] = default) " + Where + " => x;"), "must not have a default value" },
        { "KRN105", In("[Vectorized] private static T F<T>(T x, T [|W|]) " + Where + " => x;"), "kernels use for themselves" },
        { "KRN105", In("[Vectorized] private static T F<T>(T [|destination|]) " + Where + " => destination;"), "name of a destination" },
        { "KRN105", In("[Vectorized] private static (T Sum, T Other) F<T>(T x, T [|sum|]) " + Where + " => (x, sum);"), "name of a destination" },
        { "KRN105", In("[Vectorized] private static T F<T>(T x, [Uniform(PerElementToo = true)] T a, [Uniform(PerElementToo = true)] T b, [Uniform(PerElementToo = true)] T c, [Uniform(PerElementToo = true)] T [|d|]) " + Where + " => x;"), "at most three" },

        { "KRN105", In("[Vectorized] private static float F(float x, double [|y|]) => x;"), "has type double; the lanes of float keep their width" },
        { "KRN105", In("[Vectorized] private static T F<T>(T x, bool [|on|]) " + Where + " => x;"), "must be [Uniform]" },
        { "KRN105", In("[Vectorized] private static T F<T>(T x, [Uniform(PerElementToo = true)] bool [|on|]) " + Where + " => x;"), "must be [Uniform]" },

        // Statements.
        { "KRN106", In("[Vectorized] private static T F<T>(T x) " + Where + " { [|for|] (int i = 0; i < 3; i++) { x += x; } return x; }"), "no vector form" },
        { "KRN106", In("[Vectorized] private static T F<T>(T x) " + Where + " { [|switch|] (x > x) { case true: return x; default: return -x; } }"), "a 'switch' expression instead of a statement" },
        { "KRN106", In("[Vectorized] private static T F<T>(T x) " + Where + " { if (x > x) { [|while|] (x > x) { } return x; } return -x; }"), "repeated lines instead of a loop" },
        { "KRN106", In("private static int s; [Vectorized] private static T F<T>(T x) " + Where + " { [|s|] = 3; return x; }"), "locals, assignments to them" },
        { "KRN106", In("[Vectorized] private static T F<T>(T x) " + Where + " { T y = x; [|ref|] T z = ref y; z = x; return y; }"), "no vector form" },
        { "KRN106", In("[Vectorized] private static T F<T>(T x) " + Where + " { [|T|] G(T y) => y; return G(x); }"), "no vector form" },
        { "KRN106", In("[Vectorized] private static T F<T>(T x) " + Where + " { [|throw|] null!; }"), "no vector form" },

        // Expressions.
        { "KRN107", In("[Vectorized] private static T F<T>(T x) " + Where + " => x [|%|] x;"), "'%' has no vector form" },
        { "KRN107", In("[Vectorized] private static T F<T>(T x) " + Where + " => [|(x, x) == (x, x)|] ? x : -x;"), "'(x, x) == (x, x)'" },
        { "KRN107", In("[Vectorized] private static T F<T>(T x) " + Where + " => [|x is float|] ? x : -x;"), "'x is float'" },
        { "KRN107", In("[Vectorized] private static T F<T>(T x) " + Where + " { T y = [|x++|]; return y + x; }"), "'x++'" },
        { "KRN107", In("[Vectorized] private static T F<T>(T x) where T : unmanaged, IBinaryInteger<T> => x [|/|] x;"), "no division, on integers" },
        { "KRN107", In("[Vectorized] private static int F(int x) => x [|%|] 3;"), "'%'" },
        { "KRN107", In("private static readonly float K = 2; [Vectorized] private static float F(float x) => x * [|K|];"), "'K'" },
        { "KRN107", In("private static readonly float[] K = new float[9]; [Vectorized] private static float F(float x) => x * [|K[2]|];"), "'K[2]'" },
        { "KRN107", In("[Vectorized] private static T F<T>(T x) " + Where + " => x > x ? x : T.[|Radix|];"), "'T.Radix'" },
        { "KRN107", In("private static readonly double K = 2; [Vectorized] private static T F<T>(T x) " + Where + " => x > x ? x : [|(T)(object)K|];"), "has no vector form" },
        { "KRN107", In("[Vectorized] private static (T, T) F<T>(T x) " + Where + " => [|default|];"), "'default'" },

        // Calls.
        { "KRN108", In("[Vectorized] private static T F<T>(T x) " + Where + " => T.[|Tanh|](x);"), "use T.Abs, Sqrt, Floor" },
        { "KRN108", In("[Vectorized] private static T F<T>(T x) " + Where + " => T.[|Round|](x, 3);"), "use T.Abs" },
        { "KRN108", In("[Vectorized] private static T F<T>(T x) " + Where + " => T.[|Pow|](x, x);"), "write products" },
        { "KRN108", In("[Vectorized] private static T F<T>(T x) " + Where + " => T.[|ReciprocalEstimate|](x);"), "differ from processor to processor" },
        { "KRN108", In("[Vectorized] private static T F<T>(T x) where T : unmanaged, IBinaryInteger<T> => T.[|Abs|](x);"), "throws for the least integer" },
        { "KRN108", In("[Vectorized] private static int F(int x) => System.Math.[|Abs|](x);"), "throws for the least integer" },
        { "KRN108", In("[Vectorized] private static float F(float x) => System.Math.[|Clamp|](x, 0f, 1f);"), "unlike float.Clamp" },
        { "KRN108", In("private static T G<T>(T x) " + Where + " => x; [Vectorized] private static T F<T>(T x) " + Where + " => [|G|](x);"), "mark the method it calls with [Vectorized]" },
        { "KRN108", In("[Vectorized] private static T F<T>(T x) " + Where + " => x * [|System.Math.Abs|](x);"), "call the function of the scalar type, as in T.Abs(x)" },

        // Constants.
        { "KRN109", In("[Vectorized] private static T F<T>(T x) " + Where + " => x * T.CreateChecked([|System.Environment.TickCount|]);"), "write T.CreateChecked(number)" },
        { "KRN109", In("[Vectorized] private static T F<T>(T x) " + Where + " => x * T.CreateChecked([|0.1m|]);"), "'0.1m'" },
        { "KRN109", In("[Vectorized] private static T F<T>(T x) " + Where + " => x * T.CreateChecked([|1L|]);"), "'1L'" },

        { "KRN109", In("[Vectorized] private static T F<T>(T x) " + Where + " => x is [|1|] ? x : -x;"), "write T.CreateChecked(number)" },
        { "KRN109", In("[Vectorized] private static T F<T>(T x) " + Where + " => x * [|2|];"), "'2' is not a constant of type T" },
        { "KRN109", In("[Vectorized] private static T F<T>(T x) where T : unmanaged, IBinaryInteger<T> => x * T.CreateChecked([|-1|]);"), "that T holds" },
        { "KRN109", In("[Vectorized] private static T F<T>(T x) where T : unmanaged, IBinaryInteger<T> => x * T.CreateChecked([|0.5|]);"), "that T holds" },
        { "KRN109", In("[[|VectorizedMax(AtLeast = 0.5)|]] private static int F(int x) => x;"), "'0.5' is not a constant of type int" },

        // Nested expressions.
        { "KRN110", In("[Vectorized] private static T F<T>(T x) " + Where + " => [|F|](x);"), "call itself without end" },
        { "KRN110", In("[VectorizedCount] private static bool G<T>(T x) " + Where + " => x > x; [Vectorized] private static float F(float x) => [|G<double>|](2.0) ? x : -x;"), "its type argument double is no lane of float" },

        // Duplicates.
        { "KRN111", In("[Vectorized] private static T F<T>(T x) " + Where + " => x; [Vectorized] private static T [|F|]<T>(T x, T y) " + Where + " => y;"), "give each its own name" },
        { "KRN111", In("[Vectorized] private static T F<T>(T x) " + Where + " => x; [Vectorized] private static T [|f|]<T>(T x) " + Where + " => x;"), "give each its own name" },
        { "KRN111", In("[Vectorized, VectorizedSum] private static T [|F|]<T>(T x) " + Where + " => x;"), "one attribute" },

        // Switches, shifts, overflow, widths, sizes.
        { "KRN113", In("[Vectorized] private static T F<T>(T x) " + Where + " => x [|switch|] { _ when x > T.Zero => x };"), "end it with an arm '_ => value'" },
        { "KRN113", In("[Vectorized] private static float F(float x) => x [|switch|] { > 0 => x, <= 0 => -x };"), "may match no arm" },
        { "KRN114", In("[Vectorized] private static int F(int x, int y) => x << [|y|];"), "'y' is no distance" },
        { "KRN114", In("[Vectorized] private static T F<T>(T x, [Uniform] int n) where T : unmanaged, IBinaryInteger<T> => x >> ([|n + 1|]);"), "write a constant, or a parameter '[Uniform] int'" },
        { "KRN115", In("[Vectorized] private static int F(int x) => checked(x [|+|] 1);"), "'+' throws on overflow" },
        { "KRN115", In("[Vectorized] private static T F<T>(T x) where T : unmanaged, IBinaryInteger<T> { checked { return x [|*|] x; } }"), "'*' throws on overflow" },
        { "KRN115", In("[Vectorized] private static int F(float x) => checked([|(int)x|]);"), "write unchecked(...)" },
        { "KRN116", In("[Vectorized] private static float F(float x) => (float)(x * [|0.1|]);"), "write constants with the suffix f" },
        { "KRN116", In("[Vectorized] private static float F(float x) => (float)[|System.Math.Sqrt(x)|];"), "functions of float or MathF" },
        { "KRN116", In("[Vectorized] private static int F(int x, uint y) => (int)([|x + y|]);"), "has type long" },
        { "KRN117", In("[Vectorized] private static float [|F|](float x) => " + string.Join(" + ", Enumerable.Range(1, 160).Select(i => $"{i}f / (x + {i + 1000}f)")) + ";"), "at most 300" },
        { "KRN118", In("[[|VectorizedReduce(Fold.Sum, Fold.Max)|]] private static T F<T>(T x) " + Where + " => x;"), "names 2 folds, and the method returns 1 values" },

        // Matrix forms.
        { "KRN105", In("[Vectorized] private static T F<T>(T x, [Uniform(PerRowToo = true)] T [|a|]) " + Where + " => x;"), "add [MatrixForms] to the method" },
        { "KRN105", In("[VectorizedSum] private static T F<T>(T x, [Uniform(PerColumnToo = true)] bool [|on|]) " + Where + " => x;"), "must be [Uniform]" },
        { "KRN119", In("[Vectorized, [|MatrixForms|]] private static T F<T>(T x) " + Where + " => x;"), "reference the package Kernels" },
        { "KRN119", In("[[|MatrixForms|]] private static T F<T>(T x) " + Where + " => x;"), "add [Vectorized] or another attribute" },

        // Names that emitted kernels use.
        { "KRN112", "class V; static partial class C { [Vectorized] private static T [|F|]<T>(T x) " + Where + " => x; }", "'V' in 'Stranger' hides" },
        { "KRN112", In("private const int W = 3; [Vectorized] private static T [|F|]<T>(T x) " + Where + " => x;"), "'W' in 'Stranger.C' hides" },
        { "KRN112", "partial class Outer { class Unsafe; static partial class C { [Vectorized] private static T [|F|]<T>(T x) " + Where + " => x; } }", "'Unsafe' in 'Stranger.Outer' hides" },
    };

    private static string In(string members) => "static partial class C { " + members + " }";

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task EachIsReportedAtItsPlace(string id, string marked, string message)
    {
        string source = Driver.Head + marked;
        int start = source.IndexOf("[|", StringComparison.Ordinal);
        int end = source.IndexOf("|]", StringComparison.Ordinal) - 2;
        source = source.Replace("[|", "").Replace("|]", "");

        Diagnostic diagnostic = Assert.Single(await Driver.Analyze(source));
        Assert.Equal(id, diagnostic.Id);
        Assert.Equal(source[start..end], source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length));
        Assert.Equal(TextSpan.FromBounds(start, end), diagnostic.Location.SourceSpan);
        Assert.Contains(message, diagnostic.GetMessage());
        Assert.DoesNotContain("{", diagnostic.GetMessage());
        // The first of two of a name is fine.
        Assert.Equal(id == "KRN111" && !source.Contains("VectorizedSum"), Driver.Emit(source).ContainsKey("Stranger.C.F.g.cs"));
    }

    // In a project that has Kernels.
    [Theory]
    [InlineData("KRN112", "class MatrixView; static partial class C { [Vectorized, MatrixForms] private static T [|F|]<T>(T x) " + Where + " => x; }", "'MatrixView' in 'Stranger' hides")]
    [InlineData("KRN105", "static partial class C { [VectorizedSum, MatrixForms] private static (T Sum, T Other) F<T>(T x, T [|sum|]) " + Where + " => (x, sum); }", "name of a destination")]
    [InlineData("KRN105", "static partial class C { [VectorizedMax, MatrixForms] private static T F<T>(T [|destination|]) " + Where + " => destination; }", "name of a destination")]
    [InlineData("KRN108", "static partial class C { [Vectorized, MatrixForms] private static T F<T>(T x) " + Where + " => T.[|Tanh|](x); }", "use T.Abs")]
    public async Task EachOfMatrixFormsIsReportedAtItsPlace(string id, string marked, string message)
    {
        string source = Driver.WithKernels + Driver.Head + marked;
        int start = source.IndexOf("[|", StringComparison.Ordinal);
        int end = source.IndexOf("|]", StringComparison.Ordinal) - 2;
        source = source.Replace("[|", "").Replace("|]", "");
        Diagnostic diagnostic = Assert.Single(await Driver.Analyze(source));
        Assert.Equal((id, TextSpan.FromBounds(start, end)), (diagnostic.Id, diagnostic.Location.SourceSpan));
        Assert.Contains(message, diagnostic.GetMessage());
        Assert.Empty(Driver.Emit(source));
    }

    [Fact]
    public async Task AnExpressionThatCallsAnUntranslatableOneIsReportedAtTheCall()
    {
        string source = Driver.Head + In(
            "[Vectorized] private static T G<T>(T x) " + Where + " => T.Tanh(x); [Vectorized] private static T F<T>(T x) " + Where + " => x + G(x);");
        Diagnostic[] diagnostics = [.. (await Driver.Analyze(source)).OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
        Assert.Equal(["KRN108", "KRN110"], diagnostics.Select(diagnostic => diagnostic.Id));
        Assert.Equal(source.LastIndexOf("G(x)", StringComparison.Ordinal), diagnostics[1].Location.SourceSpan.Start);
        Assert.Contains("no vector form itself (KRN108)", diagnostics[1].GetMessage());
        Assert.Empty(Driver.Emit(source));
    }

    [Fact]
    public async Task AnExpressionWithSeveralFaultsHasThemAllReported()
        => Assert.Equal(
            ["KRN107", "KRN108", "KRN109"],
            (await Driver.Analyze(Driver.Head + In("[Vectorized] private static T F<T>(T x) " + Where + " => T.Tanh(x) + (x % x) * T.CreateChecked(1m);")))
                .Select(diagnostic => diagnostic.Id).Order());

    [Fact]
    public async Task AnExpressionOfAnotherFileIsInlined()
    {
        string[] sources =
        [
            Driver.Head + In("[Vectorized] private static T F<T>(T x) " + Where + " => x + G(x);"),
            Driver.Head.Replace("Numerics", "Numerics; using S = System.Math") + In("[Vectorized] private static TOther G<TOther>(TOther y) where TOther : unmanaged, IFloatingPointIeee754<TOther> => y * TOther.Pi;"),
        ];
        Assert.Empty(await Driver.Analyze(sources));
        Assert.Contains("x0 + (x0 * constant)", Driver.Emit(sources)["Stranger.C.F.float.V512.g.cs"]);
        Assert.DoesNotContain(Driver.Build(sources).Diagnostics, diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden && diagnostic.Id != "CS1591");
    }

    [Fact]
    public async Task GoodExpressionsHaveNoDiagnostics()
    {
        Assert.Empty(await Driver.Analyze(StrangerTests.Source));
        Assert.Empty(await Driver.Analyze(StrangerTests.MatrixSource));
    }
}
