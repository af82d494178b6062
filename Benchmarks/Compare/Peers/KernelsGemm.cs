namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>Ours.</summary>
internal sealed class KernelsGemm : IGemmPeer
{
    public string Name => "Kernels";

    public string Description => KernelInfo.Description;

    public bool Enters(int m, int n, int k) => true;

    public Action<int> Prepare<T>(GemmCase<T> problem)
        where T : unmanaged
        => problem switch
        {
            GemmCase<double> p => times => Run(p, times),
            GemmCase<float> p => times => Run(p, times),
            _ => throw new NotSupportedException($"{typeof(T)}"),
        };

    private static void Run(GemmCase<double> p, int times)
    {
        var parallelism = Parallelism.Of(p.Threads);
        for (int t = 0; t < times; t++)
        {
            Gemm.Multiply(
                new ReadOnlyMatrixView<double>(p.A.Span, p.M, p.K), new ReadOnlyMatrixView<double>(p.B.Span, p.K, p.N), new MatrixView<double>(p.C.Span, p.M, p.N), parallelism);
        }
    }

    private static void Run(GemmCase<float> p, int times)
    {
        var parallelism = Parallelism.Of(p.Threads);
        for (int t = 0; t < times; t++)
        {
            Gemm.Multiply(
                new ReadOnlyMatrixView<float>(p.A.Span, p.M, p.K), new ReadOnlyMatrixView<float>(p.B.Span, p.K, p.N), new MatrixView<float>(p.C.Span, p.M, p.N), parallelism);
        }
    }
}
