using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>One emitted file of each mechanism, kept for readers and compared byte for byte.</summary>
public class SnapshotTests
{
    [Theory]
    [InlineData("Prox/Prox.cs", "Kernels.Prox.SoftThreshold.g.cs")]
    [InlineData("Prox/Prox.cs", "Kernels.Prox.SoftThreshold.float.V512.g.cs")]
    [InlineData("Elementwise/Elementwise.cs", "Kernels.Elementwise.Rotate.double.V256.g.cs")]
    [InlineData("Elementwise/Functions.cs", "Kernels.Functions.Log.float.V256.g.cs")]
    [InlineData("Reductions/Reductions.cs", "Kernels.Reductions.GramPair.g.cs")]
    [InlineData("Reductions/Reductions.cs", "Kernels.Reductions.GramPair.double.V512.g.cs")]
    [InlineData("Reductions/Reductions.cs", "Kernels.Reductions.MaxMagnitude.float.V256.g.cs")]
    [InlineData("Reductions/Reductions.cs", "Kernels.Reductions.SumOfSquares.float.V256.g.cs")]
    [InlineData("Reductions/Reductions.cs", "Kernels.Reductions.SumOfSquares.Matrices.g.cs")]
    [InlineData("Prox/GroupKernels.cs", "Kernels.GroupKernels.Shrink.Matrices.g.cs")]
    public void TheEmittedFileIsTheKeptOne(string source, string hint)
    {
        string emitted = Driver.Emit(Driver.WithKernels + File.ReadAllText(Checkout.Path("Kernels", source)))[hint];
        Snapshot.Verify(emitted, hint.Replace(".g.cs", "", StringComparison.Ordinal));
    }
}
