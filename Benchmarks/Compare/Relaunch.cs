using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Kernels.Benchmarks.Compare;

/// <summary>
/// Starts this program again with the environment that native libraries read when they are loaded: setting a variable inside
/// the process does not reach them.
/// </summary>
internal static partial class Relaunch
{
    private const string Mark = "KERNELS_BENCHMARKS_CHILD";
    private const int Interrupt = 2, Terminate = 15;

    // Each peer at its best: on AVX-512 processors that they do not know, OpenBLAS 0.3.21 falls back to its Haswell kernels and
    // BLIS 0.9 to plain C. BLIS takes the number of its arch_t (0 skx, 3 haswell) and reads any name as 0.
    private static readonly (string Name, string Value)[] BestOnAvx512 = [("OPENBLAS_CORETYPE", "SkylakeX"), ("BLIS_ARCH_TYPE", "0")];

    // Where our own kernels are held to 256 bits on such a processor, so are the others.
    private static readonly (string Name, string Value)[] BestOnAvx2 = [("OPENBLAS_CORETYPE", "Haswell"), ("BLIS_ARCH_TYPE", "3")];

    // A thread of OpenBLAS that waits gives its core up to the next contender after 2^20 cycles, not 2^28; and our own code reaches
    // its final tier without the compiler first waiting for a quiet moment.
    private static readonly (string Name, string Value)[] Always = [("OPENBLAS_THREAD_TIMEOUT", "20"), ("DOTNET_TC_CallCountingDelayMs", "0")];

    /// <summary>False in the child, and where this program cannot be started again.</summary>
    internal static bool IsNeeded => Environment.GetEnvironmentVariable(Mark) is null && Environment.ProcessPath is not null;

    /// <summary>Settings of the user's environment that the child does not see, for a note.</summary>
    internal static IReadOnlyList<string> Replaced => Environment.GetEnvironmentVariable(Mark)?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>Runs the child to its end and returns its exit code.</summary>
    internal static int Run(string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet")
        {
            start.ArgumentList.Add(Assembly.GetExecutingAssembly().Location);
        }

        Array.ForEach(args, start.ArgumentList.Add);
        // Never empty: an empty variable counts as absent on some systems.
        start.Environment[Mark] = ";" + string.Join(';', Tune(start.Environment));

        // Signals are passed on (the terminal's Ctrl-C reaches the child twice, which is once); the child decides, the parent waits for it.
        using var child = Process.Start(start)!;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => PassOn(context, Interrupt));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => PassOn(context, Terminate));
        child.WaitForExit();
        return child.ExitCode;

        void PassOn(PosixSignalContext context, int signal)
        {
            context.Cancel = true;
            if (!OperatingSystem.IsWindows())
            {
                _ = Kill(child.Id, signal);
            }
        }
    }

    /// <summary>The kernels that native libraries are to use, by what this process uses and what the processor has; empty where they choose well.</summary>
    internal static IReadOnlyList<(string Name, string Value)> KernelsFor(bool usesAvx512, bool usesAvx2, bool hasAvx512)
        => usesAvx512 ? BestOnAvx512 : usesAvx2 && hasAvx512 ? BestOnAvx2 : [];

    // DOTNET_EnableAVX512=0 hides the instructions from this process, not from CPUID: leaf 7, EBX bit 16.
    private static bool ProcessorHasAvx512() => Avx2.IsSupported && (X86Base.CpuId(7, 0).Ebx >> 16 & 1) != 0;

    private static List<string> Tune(IDictionary<string, string?> environment)
    {
        var replaced = new List<string>();
        foreach (string name in environment.Keys.Where(name => name.StartsWith("OPENBLAS_") || name.StartsWith("BLIS_")).ToArray())
        {
            replaced.Add($"{name}={environment[name]}");
            environment.Remove(name);
        }

        foreach (var (name, value) in Always.Concat(KernelsFor(Avx512F.IsSupported, Avx2.IsSupported, ProcessorHasAvx512())))
        {
            environment[name] = value;
            replaced.Remove($"{name}={value}");
        }

        return replaced;
    }

    // Process.Kill would not let the child remove what it has half written.
    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
