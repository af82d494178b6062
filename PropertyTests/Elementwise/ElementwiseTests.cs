using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Elementwise;

public class ElementwiseTests
{
    [GuardedFact]
    public void MapsAreTheScalarMapsAtEveryWidth()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            Type owner = typeof(Kernels.Elementwise);
            new MapCase<T>("Scale", 1, 1, 1, (x, u) => [u[0] * x[0]], [
                .. EntryPoints.Map<T>(owner, "Scale", "sud"),
                ("generic", (i, u, o) => Kernels.Elementwise.Scale<T>(i[0].Span, u[0], o[0].Span))]).Check();
            new MapCase<T>("Add", 2, 0, 1, (x, u) => [x[0] + x[1]], [
                .. EntryPoints.Map<T>(owner, "Add", "ssd"),
                ("generic", (i, u, o) => Kernels.Elementwise.Add<T>(i[0].Span, i[1].Span, o[0].Span))]).Check();
            new MapCase<T>("Subtract", 2, 0, 1, (x, u) => [x[0] - x[1]], [
                .. EntryPoints.Map<T>(owner, "Subtract", "ssd"),
                ("generic", (i, u, o) => Kernels.Elementwise.Subtract<T>(i[0].Span, i[1].Span, o[0].Span))]).Check();
            new MapCase<T>("Multiply", 2, 0, 1, (x, u) => [x[0] * x[1]], [
                .. EntryPoints.Map<T>(owner, "Multiply", "ssd"),
                ("generic", (i, u, o) => Kernels.Elementwise.Multiply<T>(i[0].Span, i[1].Span, o[0].Span))]).Check();
            new MapCase<T>("AddScaled", 2, 1, 1, (x, u) => [T.FusedMultiplyAdd(u[0], x[1], x[0])], [
                .. EntryPoints.Map<T>(owner, "AddScaled", "ssud"),
                ("generic", (i, u, o) => Kernels.Elementwise.AddScaled<T>(i[0].Span, i[1].Span, u[0], o[0].Span))]).Check();
        }
    }

    [GuardedFact]
    public void RotateIsTheScalarRotationAtEveryWidth()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
            => new MapCase<T>(
                "Rotate", 2, 2, 2,
                (x, u) => [T.FusedMultiplyAdd(u[0], x[0], -(u[1] * x[1])), T.FusedMultiplyAdd(u[1], x[0], u[0] * x[1])],
                [
                    .. EntryPoints.Map<T>(typeof(Kernels.Elementwise), "Rotate", "ssuudd"),
                    ("generic", (i, u, o) => Kernels.Elementwise.Rotate<T>(i[0].Span, i[1].Span, u[0], u[1], o[0].Span, o[1].Span)),
                ]).Check();
    }

    [Fact]
    public void ADestinationMayBeLongerAndKeepsItsRest()
    {
        double[] destination = [9, 9, 9, 9, 9];
        Kernels.Elementwise.Scale([1, 2, 3], 2, destination);
        Assert.Equal([2, 4, 6, 9, 9], destination);
    }

    [Fact]
    public void LengthsAreCheckedAndNamed()
    {
        var error = Assert.Throws<ArgumentException>("destination", () => Kernels.Elementwise.Scale(new float[4], 2, new float[3]));
        Assert.Contains("'destination' has 3 elements and 'x' has 4", error.Message);
        error = Assert.Throws<ArgumentException>("y", () => Kernels.Elementwise.Add(new float[4], new float[5], new float[5]));
        Assert.Contains("'y' has 5 elements and 'x' has 4", error.Message);
        Assert.Throws<ArgumentException>("second", () => Kernels.Elementwise.Rotate(new double[4], new double[4], 1, 0, new double[4], new double[3]));
    }

    [Fact]
    public void AnOverlapOtherThanExactIsRefused()
    {
        float[] memory = new float[40];
        Kernels.Elementwise.Add(memory.AsSpan(0, 10), memory.AsSpan(20, 10), memory.AsSpan(0, 10));
        Kernels.Elementwise.Add(memory.AsSpan(0, 10), memory.AsSpan(20, 10), memory.AsSpan(10, 10));
        // Longer than the inputs: only the part that is written counts.
        Kernels.Elementwise.Add(memory.AsSpan(0, 10), memory.AsSpan(20, 10), memory.AsSpan(10, 20));
        foreach (int start in new[] { 1, 9, 11, 19, 21, 29 })
        {
            var error = Assert.Throws<ArgumentException>("destination", () => Kernels.Elementwise.Add(memory.AsSpan(0, 10), memory.AsSpan(20, 10), memory.AsSpan(start, 10)));
            Assert.Contains(start < 10 ? "overlaps 'x'" : "overlaps 'y'", error.Message);
        }
    }

    [Fact]
    public void TwoDestinationsMayNotOverlapAtAll()
    {
        double[] memory = new double[40];
        Kernels.Elementwise.Rotate(memory.AsSpan(0, 10), memory.AsSpan(20, 10), 0.6, 0.8, memory.AsSpan(20, 10), memory.AsSpan(0, 10));
        Assert.Throws<ArgumentException>("second", () => Kernels.Elementwise.Rotate(memory.AsSpan(0, 10), memory.AsSpan(20, 10), 0.6, 0.8, memory.AsSpan(0, 10), memory.AsSpan(0, 10)));
        Assert.Throws<ArgumentException>("second", () => Kernels.Elementwise.Rotate(memory.AsSpan(0, 5), memory.AsSpan(20, 5), 0.6, 0.8, memory.AsSpan(8, 5), memory.AsSpan(12, 5)));
    }

    [Fact]
    public void TheFacadeRefusesOtherScalars()
        => Assert.Contains("System.Decimal; supported: float, double", Assert.Throws<NotSupportedException>(() => Kernels.Elementwise.Scale<decimal>([1], 2, new decimal[1])).Message);
}
