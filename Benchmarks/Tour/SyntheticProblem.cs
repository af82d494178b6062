using System.Runtime.InteropServices;
using Kernels.Benchmarks.Formats;
using Kernels.Benchmarks.Solve;

namespace Kernels.Benchmarks.Tour;

/// <summary>A dropout problem that the project draws itself: a matrix of low rank under noise, the same on every machine.</summary>
internal static class SyntheticProblem
{
    internal const int Rows = 200, Columns = 120, TrueRank = 8, Factors = 40;
    internal const double Theta = 0.5, Noise = 0.5;

    private const ulong Seed = 2018;

    internal static string Description
        => FormattableString.Invariant($"A {Rows} x {Columns} matrix of rank {TrueRank} with noise of size {Noise}, {Factors} factors, each kept with probability {Theta}.");

    internal static SolveOutcome<double> Solve(IProgress<double> progress, CancellationToken cancellation)
        => SolveDropout.Run(Draw(), new SolveRequest("", Factors, null, Theta, null, false, default(CsvOptions)), withDescent: true, progress, cancellation);

    private static double[,] Draw()
    {
        double[,] left = Normal(Rows, TrueRank, stream: 1, scale: 1), right = Normal(Columns, TrueRank, stream: 2, scale: 1), y = Normal(Rows, Columns, stream: 3, Noise);
        ReadOnlyMatrixView<double> rightView = right;
        Gemm.Multiply(1, left, rightView.Transposed, 1, y);
        return y;
    }

    private static double[,] Normal(int rows, int columns, ulong stream, double scale)
    {
        double[,] matrix = new double[rows, columns];
        IrwinHall.Fill(Seed, stream, 0, scale, MemoryMarshal.CreateSpan(ref matrix[0, 0], matrix.Length));
        return matrix;
    }
}
