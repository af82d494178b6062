using Kernels.Benchmarks.Compare.Measuring;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>MathNet.Numerics with its managed provider, the library that most .NET programs use.</summary>
internal sealed class MathNetGemm : IGemmPeer
{
    private object? _result;

    public string Name => "MathNet";

    public string Description => $"MathNet.Numerics {typeof(Control).Assembly.GetName().Version?.ToString(3)}, managed";

    // About 5 GFLOP/s: beyond this size one product takes longer than a whole row of the others. It has no product of two transposes, none
    // that adds to what is there, and no blocks of larger matrices.
    public bool Enters(GemmShape shape) => shape.IsPlain && !shape.HasGaps && shape.Operations <= 2.0 * 512 * 512 * 512 && !(shape.TransposedA && shape.TransposedB);

    public IReadOnlyList<Action<int>> Prepare<T>(GemmCase<T> problem)
        where T : unmanaged
    {
        Control.UseManaged();
        Control.MaxDegreeOfParallelism = problem.Threads;
        return problem switch
        {
            GemmCase<double> p => [Prepare(p, Matrix<double>.Build)],
            GemmCase<float> p => [Prepare(p, Matrix<float>.Build)],
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
        Matrix<T> a = Stored(p.A, p.Shape.LeadingA), b = Stored(p.B, p.Shape.LeadingB), c = build.Dense(p.M, p.N);
        _result = c;
        return (p.Shape.TransposedA, p.Shape.TransposedB) switch
        {
            (false, false) => times => Repeat(times, () => a.Multiply(b, c)),
            (true, false) => times => Repeat(times, () => a.TransposeThisAndMultiply(b, c)),
            (false, true) => times => Repeat(times, () => a.TransposeAndMultiply(b, c)),
            _ => throw new NotSupportedException("MathNet has no product of two transposes."),
        };

        Matrix<T> Stored(AlignedBuffer<T> elements, int columns) => build.DenseOfRowMajor(elements.Span.Length / columns, columns, elements.Span.ToArray());
    }

    private static void Repeat(int times, Action once)
    {
        for (int t = 0; t < times; t++)
        {
            once();
        }
    }
}
