using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Runtime.Loader;
using Kernels.PropertyTests.Support;
using Microsoft.CodeAnalysis;

namespace Kernels.PropertyTests.Generators;

/// <summary>A stranger's project that has the generator as the package delivers it, and nothing else.</summary>
public sealed class FixedGemmPackageTests : IDisposable
{
    private const string Source = """
        using System;
        using Kernels;

        public static partial class Small
        {
            [FixedGemm(M = 3, N = 3, K = 3)]
            public static partial void Multiply3(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> c);

            [FixedGemm(M = 6, N = 6, K = 6)]
            public static partial void Multiply6(ReadOnlySpan<double> a, ReadOnlySpan<double> b, Span<double> c);
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("kernels-package-").FullName;

    private delegate void Product<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> c);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ThePackedGeneratorFillsAStrangersMethods()
    {
        string analyzer = UnpackAnalyzer(Pack());
        var load = new AssemblyLoadContext("packed", isCollectible: false);
        var generator = (IIncrementalGenerator)Activator.CreateInstance(load.LoadFromAssemblyPath(analyzer).GetType("Kernels.Generators.Fixed.FixedGemmGenerator", throwOnError: true)!)!;
        Assert.NotSame(typeof(Kernels.Generators.Fixed.FixedGemmGenerator).Assembly, generator.GetType().Assembly);

        var stranger = Load(new GeneratorHarness(generator, Source)).GetType("Small", throwOnError: true)!;
        float[] threes = [1, 2, 3, 4, 5, 6, 7, 8, 9], square = new float[9];
        EntryPoints.Bind<Product<float>>(stranger, "Multiply3")(threes, threes, square);
        Assert.Equal([30, 36, 42, 66, 81, 96, 102, 126, 150], square);

        double[] a = [.. Enumerable.Range(0, 36).Select(i => (double)i)], identity = [.. Enumerable.Range(0, 36).Select(i => i % 7 == 0 ? 1.0 : 0.0)], same = new double[36];
        EntryPoints.Bind<Product<double>>(stranger, "Multiply6")(a, identity, same);
        Assert.Equal(a, same);
    }

    private static Assembly Load(GeneratorHarness harness)
    {
        Assert.Empty(harness.Problems);
        using var image = new MemoryStream();
        Assert.True(harness.Output.Emit(image).Success);
        image.Position = 0;
        return new AssemblyLoadContext("stranger", isCollectible: true).LoadFromStream(image);
    }

    // What is built is packed: the assembly that this configuration made before these tests ran.
    private string Pack()
    {
        string project = Checkout.Path("Generators", "Generators.csproj");
        string configuration = typeof(FixedGemmPackageTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        var start = new ProcessStartInfo("dotnet", ["pack", project, "--no-build", "-c", configuration, "-o", _folder, "--nologo"]) { RedirectStandardOutput = true };
        using var pack = Process.Start(start)!;
        string output = pack.StandardOutput.ReadToEnd();
        pack.WaitForExit();
        Assert.True(pack.ExitCode == 0, output);
        return Directory.GetFiles(_folder, "*.nupkg").Single();
    }

    private string UnpackAnalyzer(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        var entry = archive.Entries.Single(file => file.FullName.EndsWith(".dll", StringComparison.Ordinal));
        Assert.Equal("analyzers/dotnet/cs/Kernels.Generators.dll", entry.FullName);
        string target = Path.Combine(_folder, entry.Name);
        entry.ExtractToFile(target);
        return target;
    }
}
