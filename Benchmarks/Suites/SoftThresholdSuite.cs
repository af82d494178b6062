using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;

namespace Kernels.Benchmarks.Suites;

/// <summary>The soft-threshold of a vector in float, ours and System.Numerics.Tensors in four calls.</summary>
public class SoftThresholdSuite
{
    private const float Threshold = 0.4f;

    private float[] _x = [];
    private float[] _y = [];

    [Params(64, 4096, 1 << 22)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _x = new float[Length];
        _y = new float[Length];
        IrwinHall.Fill(seed: 1, stream: 1, start: 0, scale: 1, _x.AsSpan());
    }

    [Benchmark(Baseline = true)]
    public void Kernels() => Prox.SoftThreshold(_x, Threshold, _y);

    [Benchmark]
    public void TensorPrimitivesComposed()
    {
        TensorPrimitives.Abs(_x, _y);
        TensorPrimitives.Subtract(_y, Threshold, _y);
        TensorPrimitives.Max(_y, 0, _y);
        TensorPrimitives.CopySign(_y, _x, _y);
    }

    [Benchmark]
    public void Scalar()
    {
        for (int i = 0; i < _x.Length; i++)
        {
            _y[i] = _x[i] - Math.Clamp(_x[i], -Threshold, Threshold);
        }
    }
}
