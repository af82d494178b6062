using System.Numerics;
using System.Numerics.Tensors;

namespace Kernels.Benchmarks.Compare.Vectors;

/// <summary>Reductions of A, or of A and B.</summary>
internal static class Sums<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal readonly struct Sum : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => vectors.First = Reductions.Sum(vectors.A);
    }

    internal readonly struct TensorSum : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => vectors.First = TensorPrimitives.Sum(vectors.A);
    }

    internal readonly struct Dot : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => vectors.First = Reductions.Dot(vectors.A, vectors.B);
    }

    internal readonly struct TensorDot : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => vectors.First = TensorPrimitives.Dot(vectors.A, vectors.B);
    }

    internal readonly struct Norm : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => vectors.First = Reductions.Norm(vectors.A);
    }

    internal readonly struct TensorNorm : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors) => vectors.First = TensorPrimitives.Norm(vectors.A);
    }

    /// <summary>Sum of squares, largest magnitude and number of non-zeros in one pass.</summary>
    internal readonly struct Extent : IVectorWork<T>
    {
        public static void Do(ref Vectors<T> vectors)
        {
            (vectors.First, vectors.Second, int count) = Reductions.Extent(vectors.A);
            vectors.Third = T.CreateTruncating(count);
        }
    }

    internal readonly struct TensorExtent : IVectorWork<T>
    {
        // What is not zero is what differs from zeros.
        private static T[] _zeros = [];

        public static void Do(ref Vectors<T> vectors)
        {
            if (_zeros.Length < vectors.A.Length)
            {
                _zeros = new T[vectors.A.Length];
            }

            vectors.First = TensorPrimitives.SumOfSquares(vectors.A);
            vectors.Second = T.Abs(TensorPrimitives.MaxMagnitude(vectors.A));
            vectors.Third = T.CreateTruncating(TensorPrimitives.HammingDistance(vectors.A, _zeros.AsSpan(0, vectors.A.Length)));
        }
    }

    internal static void CheckExtent(VectorCase<T> problem, string name)
    {
        Check(problem, name, "sum of squares", (a, _) => a * a, value => value);
        T largest = T.Zero;
        int count = 0;
        foreach (T value in problem.Input(0))
        {
            largest = T.Max(largest, T.Abs(value));
            count += value != T.Zero ? 1 : 0;
        }

        if (problem.Found[1] != largest || problem.Found[2] != T.CreateTruncating(count))
        {
            throw new InvalidOperationException($"{name} computed a wrong extent: ({problem.Found[1]}, {problem.Found[2]}) instead of ({largest}, {count}).");
        }
    }

    internal static void CheckSum(VectorCase<T> problem, string name)
        => Check(problem, name, "sum", (a, _) => a, value => value);

    internal static void CheckDot(VectorCase<T> problem, string name)
        => Check(problem, name, "dot product", (a, b) => a * b, value => value);

    internal static void CheckNorm(VectorCase<T> problem, string name)
        => Check(problem, name, "norm", (a, _) => a * a, Math.Sqrt);

    // In double, or good enough for double; no order of summation errs by more than n roundings of the sum of the magnitudes.
    private static void Check(VectorCase<T> problem, string name, string what, Func<double, double, double> term, Func<double, double> finish)
    {
        double sum = 0, magnitudes = 0;
        ReadOnlySpan<T> a = problem.Input(0), b = problem.Input(^1);
        for (int i = 0; i < a.Length; i++)
        {
            double value = term(double.CreateChecked(a[i]), double.CreateChecked(b[i]));
            sum += value;
            magnitudes += Math.Abs(value);
        }

        double roundoff = double.CreateChecked(T.BitIncrement(T.One) - T.One), expected = finish(sum);
        if (!(Math.Abs(double.CreateChecked(problem.Found[0]) - expected) <= 2 * Math.Min(a.Length, 1e4) * roundoff * finish(magnitudes)))
        {
            throw new InvalidOperationException($"{name} computed a wrong {what}: {problem.Found[0]} instead of {expected}.");
        }
    }
}
