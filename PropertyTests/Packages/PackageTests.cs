using System.IO.Compression;
using System.Reflection.PortableExecutable;
using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace Kernels.PropertyTests.Packages;

/// <summary>What a stranger gets from the packages.</summary>
public sealed class PackageTests(StrangersFolder folder) : IClassFixture<StrangersFolder>
{
    private const string Program = """
        using Game;
        using Kernels;
        using Kernels.Runtime;

        float[] x = [.. Enumerable.Range(-20, 41).Select(i => (float)i)], y = new float[41], c = new float[16];
        Waves.Leaky(x, 0.5f, y);
        Waves.Multiply([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16], [0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1], c);
        Console.WriteLine($"leaky {string.Join(' ', y.Chunk(20).Select(part => part.Sum()))}");
        Console.WriteLine($"energy {Waves.Energy(x)}");
        Console.WriteLine($"product {string.Join(' ', c)}");

        float[,] samples = { { 1, 2, 3 }, { 4, 5, 6 } };
        float[] powers = new float[3];
        Fields.GainByColumn(samples, [1, 10, 100], samples);
        Fields.PowerByColumn(samples, powers);
        Console.WriteLine($"columns {string.Join(' ', powers)} {Fields.Power(samples)}");

        double[,] diagonal = { { 3, 0 }, { 0, 1 } }, square = new double[2, 2];
        MatrixView<double> view = diagonal;
        Gemm.Multiply(view, view.Transposed, square);
        Console.WriteLine($"gemm {square[0, 0]} {square[0, 1]} {square[1, 1]}");
        var thresholded = SingularValueThresholding.Solve<double>(diagonal, new() { Lambda = 2 });
        Console.WriteLine($"svt {thresholded.Status} {thresholded.X.Span[0, 0]:F6} {thresholded.X.Span[1, 1]:F6}");
        """;

    private const string Fields = """
        using Kernels;

        namespace Game;

        public static partial class Fields
        {
            [Vectorized, MatrixForms]
            private static float Gain(float x, [Uniform(PerColumnToo = true)] float gain) => gain * x;

            [VectorizedSum, MatrixForms]
            private static float Power(float x) => x * x;
        }
        """;

    // By hand: -20..-1 halved is -105, 0..19 is 190, then 20; twice 1 + 4 + ... + 400; columns 2, 1, twice 3, 4 of the matrix;
    // 1 + 16, 100 times 4 + 25, 10000 times 9 + 36.
    private static readonly string[] Expected =
    [
        "leaky -105 190 20", "energy 5740", "product 2 1 6 4 6 5 14 8 10 9 22 12 14 13 30 16", "columns 17 2900 450000 452917", "gemm 9 0 1", "svt Optimal 1.000000 0.000000",
    ];

    [Fact]
    public void EachPackageHasItsParts()
    {
        string[] common = ["PACKAGE.md", "LICENSE", "CHANGELOG.md"];
        Assert.Superset(Set([.. common, "analyzers/dotnet/cs/Kernels.Generators.dll", "docs/vectorized-expressions.md", "docs/gemm-fixed.md"]), Set(Files("Kernels.Generators")));
        Assert.Superset(Set([.. common, "lib/net10.0/Kernels.dll", "lib/net10.0/Kernels.xml", "docs/prox.md", "docs/gemm.md"]), Set(Files("Kernels")));
        Assert.Superset(Set([.. common, "lib/net10.0/Kernels.Runtime.dll", "lib/net10.0/Kernels.Runtime.xml", "docs/solvers.md"]), Set(Files("Kernels.Runtime")));
        Assert.DoesNotContain(Files("Kernels.Generators"), file => file.StartsWith("lib/", StringComparison.Ordinal));
        Assert.All(new[] { "Kernels", "Kernels.Generators", "Kernels.Runtime" }, id =>
        {
            Assert.Equal(("PACKAGE.md", "MIT", id == "Kernels.Generators" ? "true" : ""), (Metadata(id, "readme"), Metadata(id, "license"), Metadata(id, "developmentDependency")));
            Assert.NotEmpty(Metadata(id, "description"));
            Assert.Contains(DebugDirectoryEntryType.EmbeddedPortablePdb, Symbols(id));
        });
        Assert.Equal("", Metadata("Kernels", "dependencies", "id"));
        Assert.Equal("", Metadata("Kernels.Generators", "dependencies", "id"));
        Assert.Equal("CommunityToolkit.HighPerformance Kernels", Metadata("Kernels.Runtime", "dependencies", "id"));
    }

    [Fact]
    public void AStrangersProjectBuildsWithoutWarningsAndComputes()
    {
        Project("fresh", "");
        StrangersFolder.Succeed(folder.Build("build", folder.PathOf("fresh"), "-c", "Release", "-o", folder.PathOf("fresh-out")));
        Assert.Equal(Expected, Lines(StrangersFolder.Succeed(StrangersFolder.Run("dotnet", folder.PathOf("fresh-out", "Stranger.dll")))));
        Assert.True(Directory.Exists(folder.PathOf("restored", "kernels.generators", folder.Version)), "The generator did not come from the packed folder.");
    }

    // One file that runs without .NET, and one whose code is compiled ahead.
    [Theory]
    [InlineData("trimmed", "<PublishTrimmed>true</PublishTrimmed><SelfContained>true</SelfContained>")]
    [InlineData("ahead", "<PublishReadyToRun>true</PublishReadyToRun><SelfContained>false</SelfContained>")]
    public void AStrangersProgramIsTrimmedAndCompiledAhead(string name, string properties)
    {
        Project(name, $"<RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier><TrimmerSingleWarn>false</TrimmerSingleWarn>{properties}");
        var publish = folder.Build("publish", folder.PathOf(name), "-c", "Release", "-o", folder.PathOf(name + "-out"));
        // The runtime or the compiler for this SDK are packages of their own, which an offline machine may lack.
        if (publish.ExitCode != 0 && new[] { "NU1100", "NU1101", "NU1102", "NU1301" }.Any(publish.Output.Contains))
        {
            throw Xunit.Sdk.SkipException.ForSkip($"Publishing needs packages that cannot be restored here: {publish.Output}");
        }

        StrangersFolder.Succeed(publish);
        Assert.Equal(Expected, Lines(StrangersFolder.Succeed(StrangersFolder.Run(folder.PathOf(name + "-out", OperatingSystem.IsWindows() ? "Stranger.exe" : "Stranger")))));
        if (name == "ahead")
        {
            using var assembly = new PEReader(File.OpenRead(folder.PathOf("ahead-out", "Kernels.dll")));
            Assert.NotEqual(0, assembly.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size);
        }
    }

    private void Project(string name, string properties)
    {
        folder.Write(Path.Combine(name, "Stranger.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <AssemblyName>Stranger</AssemblyName>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Kernels" Version="{folder.Version}" />
                <PackageReference Include="Kernels.Generators" Version="{folder.Version}" PrivateAssets="all" />
                <PackageReference Include="Kernels.Runtime" Version="{folder.Version}" />
              </ItemGroup>
            </Project>
            """);
        folder.Write(Path.Combine(name, "Waves.cs"), StrangersFolder.Example("Generators"));
        folder.Write(Path.Combine(name, "Fields.cs"), Fields);
        folder.Write(Path.Combine(name, "Program.cs"), Program);
    }

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static HashSet<string> Set(IEnumerable<string> files) => [.. files];

    private string PackagePath(string id) => Path.Combine(folder.Packages, $"{id}.{folder.Version}.nupkg");

    private string[] Files(string id)
    {
        using var archive = ZipFile.OpenRead(PackagePath(id));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    // The text of an element of the manifest, or one attribute of the elements below it.
    private string Metadata(string id, string name, string? attribute = null)
    {
        using var archive = ZipFile.OpenRead(PackagePath(id));
        using var stream = archive.GetEntry($"{id}.nuspec")!.Open();
        var element = XDocument.Load(stream).Descendants().FirstOrDefault(node => node.Name.LocalName == name);
        return attribute is null ? element?.Value ?? ""
            : string.Join(' ', element?.Descendants().Attributes(attribute).Select(found => found.Value).Order().ToArray() ?? []);
    }

    private DebugDirectoryEntryType[] Symbols(string id)
    {
        using var archive = ZipFile.OpenRead(PackagePath(id));
        using var stream = archive.Entries.Single(entry => entry.Name == $"{id}.dll").Open();
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        memory.Position = 0;
        using var assembly = new PEReader(memory);
        return [.. assembly.ReadDebugDirectory().Select(entry => entry.Type)];
    }
}
