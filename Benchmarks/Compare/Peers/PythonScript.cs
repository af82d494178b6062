using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>Scripts of this program in an interpreter that has NumPy, in a process of their own.</summary>
internal static class PythonScript
{
    private static readonly string[] Interpreters = ["/usr/bin/python3", "python3"];

    // OpenBLAS in NumPy chooses its kernels by itself there, on one thread.
    private static readonly string[] Removed = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_THREAD_TIMEOUT"];

    /// <summary>The words that the script printed, or null where no interpreter runs it to its end.</summary>
    internal static string[]? Run(string name, params string[] arguments)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Scripts", name);
        foreach (string interpreter in Interpreters)
        {
            var start = new ProcessStartInfo(interpreter, [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
            Array.ForEach(Removed, variable => start.Environment.Remove(variable));
            start.Environment["OPENBLAS_NUM_THREADS"] = "1";
            try
            {
                using var process = Process.Start(start)!;
                process.ErrorDataReceived += (_, _) => { };
                process.BeginErrorReadLine();
                string[] words = process.StandardOutput.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                process.WaitForExit();
                if (process.ExitCode == 0)
                {
                    return words;
                }
            }
            catch (Win32Exception)
            {
                // No such program; the next one.
            }
        }

        return null;
    }

    internal static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);
}
