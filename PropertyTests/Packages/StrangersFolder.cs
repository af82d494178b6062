using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Packages;

/// <summary>
/// The packages as a release has them, and a folder outside the checkout where a stranger's project gets Kernels from them and from nowhere else.
/// What the machine has in its package folder already is found there, so that building needs no network.
/// </summary>
public sealed partial class StrangersFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kernels-stranger-");

    public StrangersFolder()
    {
        // What is built is packed: the assemblies that this configuration made before these tests ran.
        string configuration = typeof(StrangersFolder).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        foreach (string project in new[] { "Generators", "Kernels", "Runtime" })
        {
            Succeed(Dotnet(Checkout.Path(project), "pack", "--no-build", "-c", configuration, "-o", Packages, "--nologo", $"-p:PackageVersion={Version}"));
        }

        Write("nuget.config", $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{PathOf("restored")}" /></config>
              <fallbackPackageFolders><clear /><add key="machine" value="{MachinePackages()}" /></fallbackPackageFolders>
              <packageSources><add key="packed" value="{Packages}" /></packageSources>
            </configuration>
            """);
    }

    /// <summary>Where the packages are.</summary>
    internal string Packages => PathOf("packages");

    /// <summary>Their version, which no other source has.</summary>
    internal string Version { get; } = $"0.0.0-stranger.{Guid.NewGuid():N}";

    internal string PathOf(params string[] parts) => Path.Combine([_folder.FullName, .. parts]);

    internal void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }

    /// <summary>The example of a package's page.</summary>
    internal static string Example(string project) => Block().Match(File.ReadAllText(Checkout.Path(project, "PACKAGE.md"))).Groups[1].Value;

    internal (int ExitCode, string Output) Build(string verb, params string[] arguments)
        => Dotnet(_folder.FullName, [verb, "--nologo", "-p:UseSharedCompilation=false", .. arguments]);

    internal static (int ExitCode, string Output) Run(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    internal static string Succeed((int ExitCode, string Output) run)
    {
        Assert.True(run.ExitCode == 0, run.Output);
        return run.Output;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static (int ExitCode, string Output) Dotnet(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        // No build server outlives the test, and none of the build that runs the tests is told about this one.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment.Remove("MSBuildSDKsPath");
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static string MachinePackages()
        => Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
