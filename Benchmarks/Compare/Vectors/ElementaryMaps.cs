using System.Numerics;
using System.Numerics.Tensors;

namespace Kernels.Benchmarks.Compare.Vectors;

/// <summary>Elementary functions of A, into D.</summary>
internal static class ElementaryMaps<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal readonly struct Exp : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => Functions.Exp(vectors.A, vectors.D);
    }

    internal readonly struct TensorExp : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => TensorPrimitives.Exp(vectors.A, vectors.D);
    }

    internal readonly struct Log : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => Functions.Log(vectors.A, vectors.D);
    }

    internal readonly struct TensorLog : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => TensorPrimitives.Log(vectors.A, vectors.D);
    }

    internal readonly struct Sin : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => Functions.Sin(vectors.A, vectors.D);
    }

    internal readonly struct TensorSin : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => TensorPrimitives.Sin(vectors.A, vectors.D);
    }

    internal readonly struct Cos : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => Functions.Cos(vectors.A, vectors.D);
    }

    internal readonly struct TensorCos : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => TensorPrimitives.Cos(vectors.A, vectors.D);
    }

    // The peers document no bound: what is sought here is a wrong result, not a rounded one.
    internal static void Check(VectorCase<T> problem, string name, Func<double, double> function)
    {
        double tolerance = 64 * double.CreateChecked(T.BitIncrement(T.One) - T.One);
        ReadOnlySpan<T> x = problem.Input(0), y = problem.Output(0);
        for (int i = 0; i < x.Length; i++)
        {
            double expected = function(double.CreateChecked(x[i]));
            if (!(Math.Abs(double.CreateChecked(y[i]) - expected) <= tolerance * (1 + Math.Abs(expected))))
            {
                throw new InvalidOperationException($"{name} computed a wrong function value at {i}: {y[i]} instead of {expected}.");
            }
        }
    }
}
