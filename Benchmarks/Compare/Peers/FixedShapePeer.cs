using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>
/// libxsmm and Eigen, whose products of a fixed shape come from headers or from code written at run time: reached through Native/shim.cpp,
/// which repeats them in a native loop, so that no call from managed code is charged to them.
/// </summary>
internal sealed unsafe class FixedShapePeer
{
    private const string Folder = "Native", Library = "libkernels-shim.so";
    private const int BuildMilliseconds = 120_000;

    private readonly delegate* unmanaged[Cdecl]<int, int, int, float*, float*, float*, nint, int> _single;
    private readonly delegate* unmanaged[Cdecl]<int, int, int, double*, double*, double*, nint, int> _double;

    private FixedShapePeer(nint shim, string key, string name, string description)
    {
        (Name, Description) = (name, description);
        _single = (delegate* unmanaged[Cdecl]<int, int, int, float*, float*, float*, nint, int>)NativeLibrary.GetExport(shim, $"shim_{key}_float");
        _double = (delegate* unmanaged[Cdecl]<int, int, int, double*, double*, double*, nint, int>)NativeLibrary.GetExport(shim, $"shim_{key}_double");
    }

    internal string Name { get; }

    internal string Description { get; }

    /// <summary>What is there, and what is not and how to get it. Builds the shim where it is missing.</summary>
    internal static (IReadOnlyList<FixedShapePeer> Present, IReadOnlyList<string> Absent) Find()
    {
        string path = Path.Combine(AppContext.BaseDirectory, Folder, Library);
        nint shim = 0;
        if ((!File.Exists(path) && !Build()) || !NativeLibrary.TryLoad(path, out shim))
        {
            return ([], ["libxsmm and Eigen need a C++ compiler and their headers (Debian: g++ libxsmm-dev libeigen3-dev); compared without them."]);
        }

        var (present, absent) = (new List<FixedShapePeer>(), new List<string>());
        if (Text(shim, "shim_xsmm_version") is { } version)
        {
            present.Add(new(shim, "xsmm", "libxsmm", $"{version}, {Text(shim, "shim_xsmm_target")} kernels"));
        }
        else
        {
            absent.Add("libxsmm is not installed (Debian: libxsmm-dev; then delete Native/libkernels-shim.so beside the program); compared without it.");
        }

        int eigen = ((delegate* unmanaged[Cdecl]<int>)NativeLibrary.GetExport(shim, "shim_eigen_version"))();
        if (eigen > 0)
        {
            present.Add(new(shim, "eigen", "Eigen", $"Eigen {eigen / 10000}.{eigen / 100 % 100}.{eigen % 100}, fixed-size types, inlined"));
        }
        else
        {
            absent.Add("Eigen is not installed (Debian: libeigen3-dev; then delete Native/libkernels-shim.so beside the program); compared without it.");
        }

        return (present, absent);
    }

    /// <summary>The product, to be run a number of times, or null where the library has none of this shape.</summary>
    internal Action<int>? Prepare<T>(GemmCase<T> problem)
        where T : unmanaged
    {
        Func<int, int> run = problem switch
        {
            GemmCase<float> p => times => _single(p.M, p.N, p.K, p.A.Pointer, p.B.Pointer, p.C.Pointer, times),
            GemmCase<double> p => times => _double(p.M, p.N, p.K, p.A.Pointer, p.B.Pointer, p.C.Pointer, times),
            _ => throw new NotSupportedException($"{typeof(T)}"),
        };
        return run(1) == 0 ? null : times => run(times);
    }

    private static bool Build()
    {
        string script = Path.Combine(AppContext.BaseDirectory, Folder, "build.sh");
        if (!OperatingSystem.IsLinux() || !File.Exists(script))
        {
            return false;
        }

        var start = new ProcessStartInfo("/bin/sh", [script]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var build = Process.Start(start)!;
        build.OutputDataReceived += (_, _) => { };
        build.ErrorDataReceived += (_, _) => { };
        build.BeginOutputReadLine();
        build.BeginErrorReadLine();
        return build.WaitForExit(BuildMilliseconds) && build.ExitCode == 0;
    }

    private static string? Text(nint library, string function)
        => Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<byte*>)NativeLibrary.GetExport(library, function))());
}
