using BenchmarkDotNet.Attributes;
using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.Benchmarks.Suites;

/// <summary>Square products, ours and MathNet's; native libraries have <c>compare gemm</c>, which sets up their environment.</summary>
public class GemmSuite
{
    private GemmCase<float>? _single;
    private GemmCase<double>? _double;
    private Action<int>? _ours32;
    private Action<int>? _ours64;
    private Action<int>? _mathNet64;

    [Params(16, 128, 512)]
    public int N { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _single = new(N, N, N, threads: 1);
        _double = new(N, N, N, threads: 1);
        ProductCheck.Fill(_single);
        ProductCheck.Fill(_double);
        _ours32 = new KernelsGemm().Prepare(_single)[0];
        _ours64 = new KernelsGemm().Prepare(_double)[0];
        _mathNet64 = new MathNetGemm().Prepare(_double)[0];
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _single?.Dispose();
        _double?.Dispose();
    }

    [Benchmark]
    public void KernelsSingle() => _ours32!(1);

    [Benchmark(Baseline = true)]
    public void KernelsDouble() => _ours64!(1);

    [Benchmark]
    public void MathNetDouble() => _mathNet64!(1);
}
