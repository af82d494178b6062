using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>The generator in a project that has the analyzer and nothing else: no reference, no unsafe code, no implicit usings.</summary>
public class StrangerTests
{
    internal const string Source = """
        using System.Numerics;
        using Kernels;

        /// <summary>Documented, so that missing documentation would warn.</summary>
        public static partial class Global
        {
            [Vectorized]
            private static T Twice<T>(T x) where T : unmanaged, IFloatingPointIeee754<T> => x + x;
        }

        namespace Stranger.Deeply
        {
            /// <summary>Outer.</summary>
            public partial class Outer
            {
                /// <summary>Inner.</summary>
                public static partial class Inner
                {
                    /// <summary>Leaky rectifier, see <see cref="T:System.Math"/> and <see cref="Huge{T}(T)"/> for <typeparamref name="T"/>.</summary>
                    /// <param name="x">Where.</param>
                    /// <param name="slope">How &lt;steep&gt;.</param>
                    /// <returns>What it <b>is</b>.</returns>
                    [Vectorized(typeof(float))]
                    private static T Leaky<T>(T x, [Uniform(PerElementToo = true)] T slope) where T : unmanaged, IFloatingPointIeee754<T>
                    {
                        bool positive = x > T.Zero;
                        return positive ? x : slope * x;
                    }

                    [Vectorized]
                    private static (T Low, T High) Band<T>(T @class, [Uniform] T @in) where T : unmanaged, IFloatingPointIeee754<T>
                        => (T.Min(@class, T.Clamp(@in, T.Zero, T.One)), T.Max(@class, @in));

                    [VectorizedMax]
                    private static T Huge<T>(T x) where T : unmanaged, IFloatingPointIeee754<T> => x;

                    [VectorizedSum(typeof(double))]
                    private static (T, T) Both<T>(T x, [Uniform] T shift) where T : unmanaged, IFloatingPointIeee754<T> => (x - shift, (x - shift) * (x - shift));
                }
            }
        }
        """;

    internal const string MatrixSource = Driver.WithKernels + Driver.Head + """

        /// <summary>Documented, so that missing documentation would warn.</summary>
        public static partial class Fields
        {
            /// <summary>Each channel with a gain of its own.</summary>
            /// <param name="x">Samples.</param>
            /// <param name="gain">How <b>loud</b>.</param>
            [Vectorized, MatrixForms]
            private static T Gain<T>(T x, [Uniform(PerElementToo = true, PerRowToo = true, PerColumnToo = true)] T gain) where T : unmanaged, IFloatingPointIeee754<T>
                => T.Clamp(gain * x, T.NegativeOne, T.One);

            [Vectorized, MatrixForms]
            private static (T, T) Turn<T>(T @in, T i, [Uniform(PerRowToo = true)] T width, [Uniform(PerColumnToo = true)] T rows) where T : unmanaged, IFloatingPointIeee754<T>
                => (width * @in - i, rows * i + @in);

            [VectorizedSum, MatrixForms]
            private static T Power<T>(T x, [Uniform(PerColumnToo = true)] T state) where T : unmanaged, IFloatingPointIeee754<T> => (x - state) * (x - state);

            [VectorizedReduce(Fold.Store, Fold.ArgMax, Fold.Count, Fold.Sum), MatrixForms]
            private static (int Level, float Best, bool Any, uint @class) Read(float x, int k, [Uniform] bool up) => (k + 1, up ? x : -x, x > 0, (uint)k);

            [VectorizedMax, MatrixForms]
            private static T Most<T>(T x, [Uniform(PerRowToo = true)] T shift) where T : unmanaged, IBinaryInteger<T> => x + shift;
        }
        """;

    [Theory]
    [InlineData(Source)]
    [InlineData(MatrixSource)]
    public void EverythingCompilesWithoutAnyWarning(string source)
    {
        (_, IEnumerable<Diagnostic> diagnostics) = Driver.Build(source);
        Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden);
    }

    // Stores past the caches take pointers.
    [Fact]
    public void OnlyAProjectThatAllowsPointersReceivesThem()
    {
        Assert.All(Driver.Emit(Source), file => Assert.DoesNotContain("unsafe", file.Value));
        CSharpCompilation allowed = Driver.Compile(Source);
        allowed = allowed.WithOptions(allowed.Options.WithAllowUnsafe(true));
        GeneratorDriver driver = Driver.Create().RunGeneratorsAndUpdateCompilation(allowed, out Compilation updated, out _);
        Assert.DoesNotContain(updated.GetDiagnostics(), diagnostic => diagnostic.Severity > DiagnosticSeverity.Hidden);
        Assert.Contains("W.StoreAlignedNonTemporal(", Driver.Emitted(driver)["Stranger.Deeply.Outer.Inner.Band.double.V256.g.cs"]);
    }

    [Fact]
    public void TheEmittedMethodsRun()
    {
        Assembly assembly = Load(Source);
        float[] results = new float[100];
        Type inner = assembly.GetType("Stranger.Deeply.Outer+Inner", throwOnError: true)!;
        var call = Support.EntryPoints.Bind<LeakyCall>(inner, "Leaky");
        call([.. Enumerable.Range(-50, 100).Select(i => (float)i)], 0.5f, results);
        Assert.Equal(Enumerable.Range(-50, 100).Select(i => i > 0 ? i : 0.5f * i), results);
    }

    [Fact]
    public void FormsThatNobodyAskedForAreNotThere()
    {
        Assert.DoesNotContain(Driver.Emit(Source).Keys, hint => hint.EndsWith(".Matrices.g.cs", StringComparison.Ordinal));
        Dictionary<string, string> emitted = Driver.Emit(MatrixSource);
        string power = emitted["Stranger.Fields.Power.Matrices.g.cs"], gain = emitted["Stranger.Fields.Gain.Matrices.g.cs"], read = emitted["Stranger.Fields.Read.Matrices.g.cs"];
        Assert.Contains("public static void PowerByRow(ReadOnlyMatrixView<float> x, ReadOnlySpan<float> state, Span<float> destination)", power);
        Assert.Contains("/// <param name=\"state\">One value for each column of <paramref name=\"x\"/>.</param>", power);
        Assert.Contains("/// <param name=\"gain\">How <b>loud</b>. One value for each row of <paramref name=\"x\"/>.</param>", gain);
        Assert.DoesNotContain("GainByRowAndColumn", gain);
        Assert.Contains("TurnByRowAndColumn(", emitted["Stranger.Fields.Turn.Matrices.g.cs"]);
        Assert.Contains("public static void ReadByColumn(ReadOnlyMatrixView<float> x, ReadOnlyMatrixView<int> k, bool up, MatrixView<int> level, Span<int> best, Span<int> any, Span<uint> @class)", read);
        Assert.DoesNotContain(" Read(", read.Replace("static (int Level, float Best, bool Any, uint @class) Read(float x", "", StringComparison.Ordinal));
    }

    [Fact]
    public void PublicMethodsAreDocumentedFromTheScalarMethod()
    {
        string text = Driver.Emit(Source)["Stranger.Deeply.Outer.Inner.Leaky.g.cs"];
        Assert.Contains("/// <summary>Leaky rectifier, see <see cref=\"T:System.Math\" /> and <see cref=\"M:Stranger.Deeply.Outer.Inner.Huge``1(``0)\" /> for <c>T</c>.</summary>", text);
        Assert.Contains("/// <param name=\"slope\">How &lt;steep&gt;. One value for all elements.</param>", text);
        Assert.Contains("/// <param name=\"slope\">How &lt;steep&gt;. One value for each element; as many as <paramref name=\"x\"/>.</param>", text);
        Assert.Contains("/// <param name=\"destination\">Receives: What it <b>is</b>.", text);
        Assert.Contains("any other overlap is refused", text);
    }

    [Fact]
    public void KernelsQuoteTheStatementsTheyComeFromOnce()
    {
        string text = Driver.Emit(Source)["Stranger.Deeply.Outer.Inner.Leaky.float.V256.g.cs"];
        Assert.Matches("// bool positive = x > T.Zero;\n +V positive0 = W.GreaterThan\\(x0, V.Zero\\);", text);
        // Once in each of the two overloads; the copies of the loop go without.
        Assert.Equal(3, text.Split("// bool positive = x > T.Zero;").Length);
    }

    [Fact]
    public void EveryEmittedLineEndsInALineFeedAlone()
        => Assert.All(Driver.Emit(Source.Replace("\r\n", "\n").Replace("\n", "\r\n")), file => Assert.DoesNotContain("\r", file.Value));

    private delegate void LeakyCall(ReadOnlySpan<float> x, float slope, Span<float> destination);

    private static Assembly Load(string source)
    {
        using var stream = new MemoryStream();
        EmitResult emitted = Driver.Build(source).Compilation.Emit(stream);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        stream.Position = 0;
        return new AssemblyLoadContext("stranger", isCollectible: true).LoadFromStream(stream);
    }
}
