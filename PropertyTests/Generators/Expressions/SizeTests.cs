using System.Reflection;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>No emitted method comes near the sizes at which the JIT gives up: 60,000 bytes of IL, 1,024 tracked locals.</summary>
public class SizeTests
{
    [Theory]
    [InlineData(typeof(Kernels.Prox))]
    [InlineData(typeof(Kernels.Elementwise))]
    [InlineData(typeof(Kernels.Reductions))]
    [InlineData(typeof(Samples))]
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
}
