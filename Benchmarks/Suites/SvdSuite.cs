using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Kernels.Benchmarks.Suites;

/// <summary>Thin SVD of square random matrices in double, ours and MathNet's.</summary>
public class SvdSuite
{
    private double[,] _a = new double[0, 0];
    private double[,] _u = new double[0, 0];
    private double[,] _v = new double[0, 0];
    private double[] _values = [];
    private Matrix<double>? _matrix;

    [Params(16, 64, 128)]
    public int N { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (_a, _u, _v, _values) = (new double[N, N], new double[N, N], new double[N, N], new double[N]);
        IrwinHall.Fill(seed: 1, stream: 1, start: 0, scale: 1, MemoryMarshal.CreateSpan(ref _a[0, 0], _a.Length));
        _matrix = Matrix<double>.Build.DenseOfArray(_a);
    }

    [Benchmark(Baseline = true)]
    public SvdInfo Kernels() => Svd.Decompose<double>(_a, _u, _values, _v);

    [Benchmark]
    public Svd<double> MathNet() => _matrix!.Svd(computeVectors: true);
}
