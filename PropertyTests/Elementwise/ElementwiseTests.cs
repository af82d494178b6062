using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.ElementwiseTests;

[Trait("Category", "Dispatch")]
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
            Type owner = typeof(Elementwise);
            new MapCase<T>("Scale", 1, 1, 1, (x, u) => [u[0] * x[0]], [
                .. EntryPoints.Map<T>(owner, "Scale", "sud"),
                ("generic", (i, u, o) => Elementwise.Scale<T>(i[0].Span, u[0], o[0].Span))]).Check();
            new MapCase<T>("Add", 2, 0, 1, (x, u) => [x[0] + x[1]], [
                .. EntryPoints.Map<T>(owner, "Add", "ssd"),
                ("generic", (i, u, o) => Elementwise.Add<T>(i[0].Span, i[1].Span, o[0].Span))]).Check();
            new MapCase<T>("Subtract", 2, 0, 1, (x, u) => [x[0] - x[1]], [
                .. EntryPoints.Map<T>(owner, "Subtract", "ssd"),
                ("generic", (i, u, o) => Elementwise.Subtract<T>(i[0].Span, i[1].Span, o[0].Span))]).Check();
            new MapCase<T>("Shift", 1, 1, 1, (x, u) => [x[0] + u[0]], [
                .. EntryPoints.Map<T>(owner, "Shift", "sud"),
                ("generic", (i, u, o) => Elementwise.Shift<T>(i[0].Span, u[0], o[0].Span))]).Check();
            new MapCase<T>("Multiply", 2, 0, 1, (x, u) => [x[0] * x[1]], [
                .. EntryPoints.Map<T>(owner, "Multiply", "ssd"),
                ("generic", (i, u, o) => Elementwise.Multiply<T>(i[0].Span, i[1].Span, o[0].Span))]).Check();
            new MapCase<T>("AddScaled", 2, 1, 1, (x, u) => [T.FusedMultiplyAdd(u[0], x[1], x[0])], [
                .. EntryPoints.Map<T>(owner, "AddScaled", "ssud"),
                ("generic", (i, u, o) => Elementwise.AddScaled<T>(i[0].Span, i[1].Span, u[0], o[0].Span))]).Check();
            new MapCase<T>("Combine", 2, 2, 1, (x, u) => [T.FusedMultiplyAdd(u[0], x[0], u[1] * x[1])], [
                .. EntryPoints.Map<T>(owner, "Combine", "ssuud"),
                ("generic", (i, u, o) => Elementwise.Combine<T>(i[0].Span, i[1].Span, u[0], u[1], o[0].Span))]).Check();
            new MapCase<T>("Relu", 1, 0, 1, (x, u) => [T.Max(x[0], T.Zero)], [
                .. EntryPoints.Map<T>(typeof(Activations), "Relu", "sd"),
                ("generic", (i, u, o) => Activations.Relu<T>(i[0].Span, o[0].Span))]).Check();
            new MapCase<T>("ReluBackward", 2, 0, 1, (x, u) => [x[1] > T.Zero ? x[0] : T.Zero], [
                .. EntryPoints.Map<T>(typeof(Activations), "ReluBackward", "ssd"),
                ("generic", (i, u, o) => Activations.ReluBackward<T>(i[0].Span, i[1].Span, o[0].Span))]).Check();
            new MapCase<T>("MarkKinks", 2, 1, 1, (x, u) => [T.Abs(x[0]) <= u[0] * x[1] ? T.Zero : x[0]], [
                .. EntryPoints.Map<T>(typeof(Activations), "MarkKinks", "ssud"),
                ("generic", (i, u, o) => Activations.MarkKinks<T>(i[0].Span, i[1].Span, u[0], o[0].Span))]).Check();
            new MapCase<T>("Sqrt", 1, 0, 1, (x, u) => [T.Sqrt(x[0])], [
                .. EntryPoints.Map<T>(typeof(Functions), "Sqrt", "sd"),
                ("generic", (i, u, o) => Functions.Sqrt<T>(i[0].Span, o[0].Span))]).Check();
            new MapCase<T>("BoxStep", 2, 2, 1, (x, u) => [T.Clamp(T.FusedMultiplyAdd(-u[0], x[1], x[0]), -u[1], u[1])], [
                .. EntryPoints.Map<T>(typeof(Prox), "BoxStep", "ssuud"),
                ("generic", (i, u, o) => Prox.BoxStep<T>(i[0].Span, i[1].Span, u[0], u[1], o[0].Span))])
            {
                Fit = (input, value) => input == ~1 ? T.IsNaN(value) ? T.One : T.Abs(value) : value,
            }.Check();
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
                    .. EntryPoints.Map<T>(typeof(Elementwise), "Rotate", "ssuudd"),
                    ("generic", (i, u, o) => Elementwise.Rotate<T>(i[0].Span, i[1].Span, u[0], u[1], o[0].Span, o[1].Span)),
                ]).Check();
    }

    [Fact]
    public void ADestinationMayBeLongerAndKeepsItsRest()
    {
        double[] destination = [9, 9, 9, 9, 9];
        Elementwise.Scale([1, 2, 3], 2, destination);
        Assert.Equal([2, 4, 6, 9, 9], destination);
    }

    [Fact]
    public void LengthsAreCheckedAndNamed()
    {
        var error = Assert.Throws<ArgumentException>("destination", () => Elementwise.Scale(new float[4], 2, new float[3]));
        Assert.Contains("'destination' has 3 elements and 'x' has 4", error.Message);
        error = Assert.Throws<ArgumentException>("y", () => Elementwise.Add(new float[4], new float[5], new float[5]));
        Assert.Contains("'y' has 5 elements and 'x' has 4", error.Message);
        Assert.Throws<ArgumentException>("second", () => Elementwise.Rotate(new double[4], new double[4], 1, 0, new double[4], new double[3]));
    }

    [Fact]
    public void AnOverlapOtherThanExactIsRefused()
    {
        float[] memory = new float[40];
        Elementwise.Add(memory.AsSpan(0, 10), memory.AsSpan(20, 10), memory.AsSpan(0, 10));
        Elementwise.Add(memory.AsSpan(0, 10), memory.AsSpan(20, 10), memory.AsSpan(10, 10));
        // Longer than the inputs: only the part that is written counts.
        Elementwise.Add(memory.AsSpan(0, 10), memory.AsSpan(20, 10), memory.AsSpan(10, 20));
        foreach (int start in new[] { 1, 9, 11, 19, 21, 29 })
        {
            var error = Assert.Throws<ArgumentException>("destination", () => Elementwise.Add(memory.AsSpan(0, 10), memory.AsSpan(20, 10), memory.AsSpan(start, 10)));
            Assert.Contains(start < 10 ? "overlaps 'x'" : "overlaps 'y'", error.Message);
        }
    }

    [Fact]
    public void TwoDestinationsMayNotOverlapAtAll()
    {
        double[] memory = new double[40];
        Elementwise.Rotate(memory.AsSpan(0, 10), memory.AsSpan(20, 10), 0.6, 0.8, memory.AsSpan(20, 10), memory.AsSpan(0, 10));
        Assert.Throws<ArgumentException>("second", () => Elementwise.Rotate(memory.AsSpan(0, 10), memory.AsSpan(20, 10), 0.6, 0.8, memory.AsSpan(0, 10), memory.AsSpan(0, 10)));
        Assert.Throws<ArgumentException>("second", () => Elementwise.Rotate(memory.AsSpan(0, 5), memory.AsSpan(20, 5), 0.6, 0.8, memory.AsSpan(8, 5), memory.AsSpan(12, 5)));
    }

    [Fact]
    public void TheFacadeRefusesOtherScalars()
        => Assert.Contains("System.Decimal; supported: float, double", Assert.Throws<NotSupportedException>(() => Elementwise.Scale<decimal>([1], 2, new decimal[1])).Message);
}
