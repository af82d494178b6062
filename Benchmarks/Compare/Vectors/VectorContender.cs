using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels.Benchmarks.Compare.Vectors;

/// <summary>A piece of work on vectors, as a type that a measuring loop can be compiled for: a delegate would cost as much as 16 elements.</summary>
internal interface IVectorWork<T>
    where T : unmanaged
{
    static abstract void Do(ref Vectors<T> vectors);
}

/// <summary>One way to do a piece of work.</summary>
/// <param name="Name">As the tables say it.</param>
/// <param name="Run">Does it a given number of times.</param>
internal sealed record VectorContender<T>(string Name, Action<VectorCase<T>, int> Run)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    internal static VectorContender<T> Of<TWork>(string name)
        where TWork : struct, IVectorWork<T>
        => new(name, Repeat<TWork>);

    // Compiled once and for good: a loop that is replaced while it runs would be measured in two versions.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Repeat<TWork>(VectorCase<T> problem, int times)
        where TWork : struct, IVectorWork<T>
    {
        Vectors<T> vectors = problem.Spans();
        for (int t = 0; t < times; t++)
        {
            TWork.Do(ref vectors);
        }

        (problem.Found[0], problem.Found[1], problem.Found[2]) = (vectors.First, vectors.Second, vectors.Third);
    }
}
