using System.Numerics;
using System.Numerics.Tensors;

namespace Kernels.Benchmarks.Compare.Vectors;

/// <summary>One step of FISTA without its products: A is the point y, B the gradient there, C the last x; D becomes x and E the next point.</summary>
internal static class FistaSteps<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private static readonly T Step = T.CreateChecked(0.25), Threshold = T.CreateChecked(0.40625), Momentum = T.CreateChecked(0.75);

    internal readonly struct Fused : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors)
            => Prox.FistaStep(vectors.A, vectors.B, vectors.C, Step, Threshold, Momentum, vectors.D, vectors.E);
    }

    /// <summary>Our own kernels, one call for each operation.</summary>
    internal readonly struct Separate : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors)
        {
            Elementwise.AddScaled(vectors.A, vectors.B, -Step, vectors.D);
            Prox.SoftThreshold(vectors.D, Threshold, vectors.D);
            Elementwise.Subtract(vectors.D, vectors.C, vectors.E);
            Elementwise.AddScaled(vectors.D, vectors.E, Momentum, vectors.E);
        }
    }

    internal readonly struct Tensors : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors)
        {
            TensorPrimitives.MultiplyAdd(vectors.B, -Step, vectors.A, vectors.D);
            TensorPrimitives.Clamp(vectors.D, -Threshold, Threshold, vectors.E);
            TensorPrimitives.Subtract(vectors.D, vectors.E, vectors.D);
            TensorPrimitives.Subtract(vectors.D, vectors.C, vectors.E);
            TensorPrimitives.MultiplyAdd(vectors.E, Momentum, vectors.D, vectors.E);
        }
    }

    internal static void Check(VectorCase<T> problem, string name)
    {
        double tolerance = 16 * double.CreateChecked(T.BitIncrement(T.One) - T.One);
        Span<T> point = problem.Input(0), gradient = problem.Input(1), last = problem.Input(2), x = problem.Output(0), next = problem.Output(1);
        double step = double.CreateChecked(Step), threshold = double.CreateChecked(Threshold), momentum = double.CreateChecked(Momentum);
        for (int i = 0; i < problem.Length; i++)
        {
            double at = double.CreateChecked(point[i]) - step * double.CreateChecked(gradient[i]);
            double expected = Math.Sign(at) * Math.Max(Math.Abs(at) - threshold, 0);
            double beyond = expected + momentum * (expected - double.CreateChecked(last[i]));
            double size = 1 + Math.Abs(at) + Math.Abs(double.CreateChecked(last[i]));
            if (!(Math.Abs(double.CreateChecked(x[i]) - expected) <= tolerance * size) || !(Math.Abs(double.CreateChecked(next[i]) - beyond) <= tolerance * size))
            {
                throw new InvalidOperationException($"{name} computed a wrong step at {i}: ({x[i]}, {next[i]}) instead of ({expected}, {beyond}).");
            }
        }
    }
}
