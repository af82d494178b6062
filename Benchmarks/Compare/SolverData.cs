using System.Globalization;
using System.Runtime.InteropServices;

namespace Kernels.Benchmarks.Compare;

/// <summary>A problem as the peer in another process reads it.</summary>
internal sealed record SolverData(int Rows, int Columns, double[] Numbers, double Number, int Iterations)
{
    internal string[] Arguments => [.. new IFormattable[] { Rows, Columns, Number, Iterations }.Select(value => value.ToString(null, CultureInfo.InvariantCulture))];

    internal void Write(string path)
    {
        using FileStream file = File.Create(path);
        file.Write(MemoryMarshal.AsBytes<double>(Numbers));
    }
}
