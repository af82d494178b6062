namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>Ours. Each contender has its arguments at hand before it is timed: views here, pointers and leading dimensions in <see cref="NativeBlas"/>.</summary>
internal sealed class KernelsGemm : IGemmPeer
{
    public string Name => "Kernels";

    public string Description => KernelInfo.Description;

    public bool Enters(GemmShape shape) => true;

    public IReadOnlyList<Action<int>> Prepare<T>(GemmCase<T> problem)
        where T : unmanaged
        => problem switch
        {
            GemmCase<double> p => [p.Shape.IsPlain ? times => Run(p, times) : times => Update(p, times)],
            GemmCase<float> p => [p.Shape.IsPlain ? times => Run(p, times) : times => Update(p, times)],
            _ => throw new NotSupportedException($"{typeof(T)}"),
        };

    private static void Run(GemmCase<double> p, int times)
    {
        ReadOnlyMatrixView<double> a = p.ViewA, b = p.ViewB;
        MatrixView<double> c = p.ViewC;
        var parallelism = Parallelism.Of(p.Threads);
        for (int t = 0; t < times; t++)
        {
            Gemm.Multiply(a, b, c, parallelism);
        }
    }

    private static void Update(GemmCase<double> p, int times)
    {
        ReadOnlyMatrixView<double> a = p.ViewA, b = p.ViewB;
        MatrixView<double> c = p.ViewC;
        var parallelism = Parallelism.Of(p.Threads);
        double alpha = p.Shape.Alpha, beta = p.Shape.Beta;
        for (int t = 0; t < times; t++)
        {
            Gemm.Multiply(alpha, a, b, beta, c, parallelism);
        }
    }

    private static void Run(GemmCase<float> p, int times)
    {
        ReadOnlyMatrixView<float> a = p.ViewA, b = p.ViewB;
        MatrixView<float> c = p.ViewC;
        var parallelism = Parallelism.Of(p.Threads);
        for (int t = 0; t < times; t++)
        {
            Gemm.Multiply(a, b, c, parallelism);
        }
    }

    private static void Update(GemmCase<float> p, int times)
    {
        ReadOnlyMatrixView<float> a = p.ViewA, b = p.ViewB;
        MatrixView<float> c = p.ViewC;
        var parallelism = Parallelism.Of(p.Threads);
        float alpha = (float)p.Shape.Alpha, beta = (float)p.Shape.Beta;
        for (int t = 0; t < times; t++)
        {
            Gemm.Multiply(alpha, a, b, beta, c, parallelism);
        }
    }
}
