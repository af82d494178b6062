using BenchmarkDotNet.Attributes;

namespace Kernels.Benchmarks.Suites;

/// <summary>Bernoulli masks in their forms, and truth values from System.Random.</summary>
public class MaskSuite
{
    private const double Theta = 0.8;

    private readonly KeepRate _rate = KeepRate.Of(Theta);
    private readonly Random _random = new();
    private bool[] _kept = [];
    private byte[] _packed = [];
    private float[] _scaled = [];

    [Params(4096, 1 << 20)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup() => (_kept, _packed, _scaled) = (new bool[Length], new byte[(Length + 7) / 8], new float[Length]);

    [Benchmark(Baseline = true)]
    public int Kept() => BernoulliMask.Kept(seed: 1, stream: 1, start: 0, _rate, _kept);

    [Benchmark]
    public int Packed() => BernoulliMask.Packed(seed: 1, stream: 1, start: 0, _rate, _packed, Length);

    [Benchmark]
    public int Fill() => BernoulliMask.Fill(seed: 1, stream: 1, start: 0, _rate, _scaled);

    [Benchmark]
    public void SystemRandom()
    {
        for (int i = 0; i < _kept.Length; i++)
        {
            _kept[i] = _random.NextSingle() < (float)Theta;
        }
    }
}
