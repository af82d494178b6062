using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>MathNet.Numerics with its managed provider, the library that most .NET programs use.</summary>
internal sealed class MathNetGemm : IGemmPeer
{
    private object? _result;

    public string Name => "MathNet";

    public string Description => $"MathNet.Numerics {typeof(Control).Assembly.GetName().Version?.ToString(3)}, managed";

    // About 5 GFLOP/s: beyond this size one product takes longer than a whole row of the others.
    public bool Enters(int m, int n, int k) => (double)m * n * k <= 512.0 * 512 * 512;

    public Action<int> Prepare<T>(GemmCase<T> problem)
        where T : unmanaged
    {
        Control.UseManaged();
        Control.MaxDegreeOfParallelism = problem.Threads;
        return problem switch
        {
            GemmCase<double> p => Prepare(p),
            GemmCase<float> p => Prepare(p),
            _ => throw new NotSupportedException($"{typeof(T)}"),
        };
    }

    public void Deliver<T>(GemmCase<T> problem)
        where T : unmanaged
    {
        switch (problem)
        {
            case GemmCase<double> p:
                ((Matrix<double>)_result!).ToRowMajorArray().CopyTo(p.C.Span);
                break;
            case GemmCase<float> p:
                ((Matrix<float>)_result!).ToRowMajorArray().CopyTo(p.C.Span);
                break;
        }
    }

    private Action<int> Prepare<T>(GemmCase<T> p, MatrixBuilder<T> build)
        where T : unmanaged, IEquatable<T>, IFormattable
    {
        Matrix<T> a = build.DenseOfRowMajor(p.M, p.K, p.A.Span.ToArray()), b = build.DenseOfRowMajor(p.K, p.N, p.B.Span.ToArray()), c = build.Dense(p.M, p.N);
        _result = c;
        return times =>
        {
            for (int t = 0; t < times; t++)
            {
                a.Multiply(b, c);
            }
        };
    }

    private Action<int> Prepare(GemmCase<double> p) => Prepare(p, Matrix<double>.Build);

    private Action<int> Prepare(GemmCase<float> p) => Prepare(p, Matrix<float>.Build);
}
