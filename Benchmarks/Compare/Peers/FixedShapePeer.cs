using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>
/// libxsmm and Eigen, whose products of a fixed shape come from headers or from code written at run time: reached through Native/shim.cpp,
/// which repeats them in a native loop, so that no call from managed code is charged to them.
/// </summary>
internal sealed unsafe class FixedShapePeer
{
    private const string Folder = "Native", Library = "libkernels-shim.so", Source = "shim.cpp";
    private const int BuildMilliseconds = 120_000;

    private readonly delegate* unmanaged[Cdecl]<int, int, int, float*, float*, float*, nint, nint, int> _single;
    private readonly delegate* unmanaged[Cdecl]<int, int, int, double*, double*, double*, nint, nint, int> _double;

    private FixedShapePeer(nint shim, string key, string name, string description)
    {
        (Name, Description) = (name, description);
        _single = (delegate* unmanaged[Cdecl]<int, int, int, float*, float*, float*, nint, nint, int>)NativeLibrary.GetExport(shim, $"shim_{key}_float");
        _double = (delegate* unmanaged[Cdecl]<int, int, int, double*, double*, double*, nint, nint, int>)NativeLibrary.GetExport(shim, $"shim_{key}_double");
    }

    internal string Name { get; }

    internal string Description { get; }

    /// <summary>What is there, and what is not and how to get it. Builds the shim where it is missing.</summary>
    internal static (IReadOnlyList<FixedShapePeer> Present, IReadOnlyList<string> Absent) Find()
    {
        string path = Path.Combine(AppContext.BaseDirectory, Folder, Library);
        nint shim = 0;
        // Built with other functions than are called here, a library would not do.
        bool current = File.Exists(path) && File.GetLastWriteTimeUtc(path) >= File.GetLastWriteTimeUtc(Path.Combine(AppContext.BaseDirectory, Folder, Source));
        if ((!current && !Build()) || !NativeLibrary.TryLoad(path, out shim))
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
        => Prepare(problem.M, problem.N, problem.K, problem.A.Pointer, problem.B.Pointer, problem.C.Pointer, 0);

    /// <summary>All products of a batch, to be run a number of times, or null where the library has none of this shape.</summary>
    internal Action<int>? Prepare<T>(FixedBatchCase<T> problem)
        where T : unmanaged, INumber<T>
        => Prepare(problem.M, problem.N, problem.K, problem.A.Pointer, problem.B.Pointer, problem.C.Pointer, problem.Count);

    // A count of 0 is one product of operands that stay.
    private Action<int>? Prepare<T>(int m, int n, int k, T* a, T* b, T* c, int count)
        where T : unmanaged
    {
        Func<int, int> run = typeof(T) == typeof(float) ? times => _single(m, n, k, (float*)a, (float*)b, (float*)c, count, times)
            : typeof(T) == typeof(double) ? times => _double(m, n, k, (double*)a, (double*)b, (double*)c, count, times)
            : throw new NotSupportedException($"{typeof(T)}");
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
