using System.Reflection;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>No emitted method comes near the sizes at which the JIT gives up: 60,000 bytes of IL, 1,024 tracked locals.</summary>
public class SizeTests
{
    [Theory]
    [InlineData(typeof(Prox))]
    [InlineData(typeof(Elementwise))]
    [InlineData(typeof(Reductions))]
    [InlineData(typeof(Samples))]
    [InlineData(typeof(FoldSamples))]
    [InlineData(typeof(GroupKernels))]
    [InlineData(typeof(ElementarySamples))]
    public void EmittedMethodsAreOfASaneSize(Type type)
    {
        MethodInfo[] methods = type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);
        Assert.Contains(methods, method => method.Name.EndsWith("V512", StringComparison.Ordinal));
        Assert.All(methods, method =>
        {
            MethodBody body = method.GetMethodBody()!;
            Assert.InRange(body.GetILAsByteArray()!.Length, 1, 3500);
            Assert.InRange(body.LocalVariables.Count, 0, 200);
        });
    }

    // The documented sizes.
    [Fact]
    public void TheLongestExpressionsStayBelowTheLimitsOfTheJit()
    {
        string Sum(int terms) => string.Join(" + ", Enumerable.Range(1, terms).Select(i => $"{i}f / (x + {i + 1000}f)"));
        string source = Driver.Head + $$"""
            public static partial class C
            {
                [Vectorized] private static float Map(float x) => {{Sum(58)}};
                [VectorizedSum] private static float Total(float x) => {{Sum(58)}};
                [VectorizedSum] private static (float, float, float, float, float, float, float, float) Eight(float x) => ({{Sum(18)}}, {{Sum(19)}}, {{Sum(20)}}, {{Sum(21)}}, {{Sum(22)}}, {{Sum(23)}}, {{Sum(24)}}, {{Sum(25)}});
                [Vectorized] private static float Waves(float x) => System.MathF.Sin(System.MathF.Cos(System.MathF.Sin(System.MathF.Cos(System.MathF.Exp(System.MathF.Log(x))))));
                [VectorizedReduce(Fold.ArgMax, Fold.Sum, Fold.Count)] private static (double, double, bool) Waves(double x) => (System.Math.Sin(System.Math.Cos(x)), System.Math.Exp(System.Math.Log(x)), System.Math.Sin(x) > 0);
            }
            """.Replace("Waves(double", "Swell(double");
        using var stream = new MemoryStream();
        Microsoft.CodeAnalysis.Emit.EmitResult emitted = Driver.Build(source).Compilation.Emit(stream);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics.Take(5)));
        var context = new System.Runtime.Loader.AssemblyLoadContext("sizes", isCollectible: true);
        stream.Position = 0;
        MethodInfo[] methods = context.LoadFromStream(stream).GetType("Stranger.C", throwOnError: true)!
            .GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);
        Assert.Equal(5, methods.Count(method => method.Name.EndsWith("V512", StringComparison.Ordinal)));
        Assert.All(methods, method =>
        {
            Assert.InRange(method.GetMethodBody()!.GetILAsByteArray()!.Length, 1, 14000);
            Assert.InRange(method.GetMethodBody()!.LocalVariables.Count, 0, 1000);
        });
        context.Unload();
    }
}
