using System.Numerics;

namespace Kernels.Benchmarks.Compare.Vectors;

/// <summary>One kind of work on vectors, who does it, and what limits it.</summary>
/// <param name="Name">For rows and options.</param>
/// <param name="Title">What is computed, for a reader.</param>
/// <param name="Inputs">Vectors read.</param>
/// <param name="Outputs">Vectors written; a reduction has none, and is limited by reading instead of copying.</param>
internal sealed record VectorFamily(string Name, string Title, int Inputs, int Outputs)
{
    internal static readonly VectorFamily SoftThreshold = new("soft-threshold", "Soft-threshold", 1, 1);

    internal static readonly IReadOnlyList<VectorFamily> All =
    [
        SoftThreshold,
        new("fista", "FISTA step: gradient, threshold and momentum", 3, 2),
        new("sum", "Sum", 1, 0),
        new("dot", "Inner product", 2, 0),
        new("norm", "Euclidean norm", 1, 0),
        new("extent", "Sum of squares, largest magnitude and number of non-zeros", 1, 0),
        new("exp", "Exponential", 1, 1),
        new("log", "Logarithm of positive numbers", 1, 1) { Positive = true },
        new("sin", "Sine", 1, 1),
        new("cos", "Cosine", 1, 1),
    ];

    /// <summary>Whether the inputs are made positive.</summary>
    internal bool Positive { get; init; }

    /// <summary>Ours first.</summary>
    internal IReadOnlyList<VectorContender<T>> Contenders<T>()
        where T : unmanaged, IFloatingPointIeee754<T>
        => Name switch
        {
            "soft-threshold" =>
            [
                VectorContender<T>.Of<SoftThresholds<T>.Ours>("Kernels"),
                VectorContender<T>.Of<SoftThresholds<T>.FourCalls>("Tensors x4"),
                VectorContender<T>.Of<SoftThresholds<T>.TwoCalls>("Tensors x2"),
                VectorContender<T>.Of<SoftThresholds<T>.ByHand>("Vector512"),
                VectorContender<T>.Of<SoftThresholds<T>.Scalar>("scalar loop"),
            ],
            "fista" =>
            [
                VectorContender<T>.Of<FistaSteps<T>.Fused>("Kernels"),
                VectorContender<T>.Of<FistaSteps<T>.Separate>("separate calls"),
                VectorContender<T>.Of<FistaSteps<T>.Tensors>("Tensors x5"),
            ],
            "sum" => [VectorContender<T>.Of<Sums<T>.Sum>("Kernels"), VectorContender<T>.Of<Sums<T>.TensorSum>("Tensors")],
            "dot" => [VectorContender<T>.Of<Sums<T>.Dot>("Kernels"), VectorContender<T>.Of<Sums<T>.TensorDot>("Tensors")],
            "norm" => [VectorContender<T>.Of<Sums<T>.Norm>("Kernels"), VectorContender<T>.Of<Sums<T>.TensorNorm>("Tensors")],
            "extent" => [VectorContender<T>.Of<Sums<T>.Extent>("Kernels"), VectorContender<T>.Of<Sums<T>.TensorExtent>("Tensors x3")],
            "exp" => [VectorContender<T>.Of<ElementaryMaps<T>.Exp>("Kernels"), VectorContender<T>.Of<ElementaryMaps<T>.TensorExp>("Tensors")],
            "log" => [VectorContender<T>.Of<ElementaryMaps<T>.Log>("Kernels"), VectorContender<T>.Of<ElementaryMaps<T>.TensorLog>("Tensors")],
            "sin" => [VectorContender<T>.Of<ElementaryMaps<T>.Sin>("Kernels"), VectorContender<T>.Of<ElementaryMaps<T>.TensorSin>("Tensors")],
            "cos" => [VectorContender<T>.Of<ElementaryMaps<T>.Cos>("Kernels"), VectorContender<T>.Of<ElementaryMaps<T>.TensorCos>("Tensors")],
            _ => throw new InvalidOperationException($"Nobody does {Name}."),
        };

    /// <summary>Says whose result is wrong.</summary>
    internal void Check<T>(VectorCase<T> problem, string contender)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Action<VectorCase<T>, string> check = Name switch
        {
            "soft-threshold" => SoftThresholds<T>.Check,
            "fista" => FistaSteps<T>.Check,
            "sum" => Sums<T>.CheckSum,
            "dot" => Sums<T>.CheckDot,
            "norm" => Sums<T>.CheckNorm,
            "extent" => Sums<T>.CheckExtent,
            "exp" => (vectors, name) => ElementaryMaps<T>.Check(vectors, name, Math.Exp),
            "log" => (vectors, name) => ElementaryMaps<T>.Check(vectors, name, Math.Log),
            "sin" => (vectors, name) => ElementaryMaps<T>.Check(vectors, name, Math.Sin),
            "cos" => (vectors, name) => ElementaryMaps<T>.Check(vectors, name, Math.Cos),
            _ => throw new InvalidOperationException($"Nobody checks {Name}."),
        };
        check(problem, contender);
    }
}
