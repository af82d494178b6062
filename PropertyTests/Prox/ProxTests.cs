using System.Numerics;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.ProxTests;

// Every map at every width against its formula, one scalar at a time.
[Trait("Category", "Dispatch")]
public class ProxTests
{
    [GuardedFact]
    public void ThresholdsAreTheScalarMapsAtEveryWidth()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            OneParameter<T>("SoftThreshold", Soft, Prox.SoftThreshold<T>, Prox.SoftThreshold<T>, notNegative: true);
            OneParameter<T>("NonNegativeSoftThreshold", NonNegativeSoft, Prox.NonNegativeSoftThreshold<T>, Prox.NonNegativeSoftThreshold<T>, notNegative: false);
            OneParameter<T>("LInfinityBall", (x, radius) => T.Clamp(x, -radius, radius), Prox.LInfinityBall<T>, Prox.LInfinityBall<T>, notNegative: true);
        }
    }

    private delegate void WithUniform<T>(ReadOnlySpan<T> x, T uniform, Span<T> destination);

    private delegate void WithElements<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> elements, Span<T> destination);

    private static void OneParameter<T>(string name, Func<T, T, T> map, WithUniform<T> uniform, WithElements<T> elements, bool notNegative)
        where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
    {
        new MapCase<T>(name, 1, 1, 1, (x, u) => [map(x[0], u[0])], [
            .. EntryPoints.Map<T>(typeof(Prox), name, "sud"), ("generic", (i, u, o) => uniform(i[0].Span, u[0], o[0].Span))])
        { Fit = (i, value) => notNegative && i == ~0 ? T.Abs(value) : value }.Check();
        new MapCase<T>(name + " per element", 2, 0, 1, (x, u) => [map(x[0], x[1])], [
            .. EntryPoints.Map<T>(typeof(Prox), name, "ssd"), ("generic", (i, u, o) => elements(i[0].Span, i[1].Span, o[0].Span))])
        { Fit = (i, value) => notNegative && i == 1 ? T.Abs(value) : value }.Check();
    }

    [GuardedFact]
    public void ElasticNetAndHuberAreTheScalarMapsAtEveryWidth()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            new MapCase<T>("ElasticNet", 1, 2, 1, (x, u) => [T.One / (T.One + u[1]) * Soft(x[0], u[0])], [
                .. EntryPoints.Map<T>(typeof(Prox), "ElasticNet", "suud"),
                ("generic", (i, u, o) => Prox.ElasticNet<T>(i[0].Span, u[0], u[1], o[0].Span))])
            { Fit = (i, value) => i == ~0 ? T.Abs(value) : value }.Check();
            new MapCase<T>("Huber", 1, 2, 1, (x, u) => [T.FusedMultiplyAdd(-u[0], T.Clamp(T.One / (T.One + u[0]) * x[0], -u[1], u[1]), x[0])], [
                .. EntryPoints.Map<T>(typeof(Prox), "Huber", "suud"),
                ("generic", (i, u, o) => Prox.Huber<T>(i[0].Span, u[0], u[1], o[0].Span))])
            { Fit = (i, value) => i == ~1 ? T.Abs(value) : value }.Check();
        }
    }

    // A bound is drawn on its own side of zero, so that no lower bound is above an upper one.
    [GuardedFact]
    public void BoxIsTheScalarMapAtEveryWidth()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            static T Low(T value) => -T.Abs(value);
            new MapCase<T>("Box", 1, 2, 1, (x, u) => [T.Clamp(x[0], u[0], u[1])], [
                .. EntryPoints.Map<T>(typeof(Prox), "Box", "suud"), ("generic", (i, u, o) => Prox.Box<T>(i[0].Span, u[0], u[1], o[0].Span))])
            { Fit = (i, value) => i == ~0 ? Low(value) : i == ~1 ? T.Abs(value) : value }.Check();
            new MapCase<T>("Box, lower per element", 2, 1, 1, (x, u) => [T.Clamp(x[0], x[1], u[0])], [
                .. EntryPoints.Map<T>(typeof(Prox), "Box", "ssud"), ("generic", (i, u, o) => Prox.Box<T>(i[0].Span, i[1].Span, u[0], o[0].Span))])
            { Fit = (i, value) => i == 1 ? Low(value) : i == ~0 ? T.Abs(value) : value }.Check();
            new MapCase<T>("Box, upper per element", 2, 1, 1, (x, u) => [T.Clamp(x[0], u[0], x[1])], [
                .. EntryPoints.Map<T>(typeof(Prox), "Box", "susd"), ("generic", (i, u, o) => Prox.Box<T>(i[0].Span, u[0], i[1].Span, o[0].Span))])
            { Fit = (i, value) => i == ~0 ? Low(value) : i == 1 ? T.Abs(value) : value }.Check();
            new MapCase<T>("Box, both per element", 3, 0, 1, (x, u) => [T.Clamp(x[0], x[1], x[2])], [
                .. EntryPoints.Map<T>(typeof(Prox), "Box", "sssd"), ("generic", (i, u, o) => Prox.Box<T>(i[0].Span, i[1].Span, i[2].Span, o[0].Span))])
            { Fit = (i, value) => i == 1 ? Low(value) : i == 2 ? T.Abs(value) : value }.Check();
        }
    }

    [GuardedFact]
    public void IstaStepsAreTheScalarMapsAtEveryWidth()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            new MapCase<T>("IstaStep", 2, 2, 1, (x, u) => [Soft(T.FusedMultiplyAdd(-u[0], x[1], x[0]), u[1])], [
                .. EntryPoints.Map<T>(typeof(Prox), "IstaStep", "ssuud"),
                ("generic", (i, u, o) => Prox.IstaStep<T>(i[0].Span, i[1].Span, u[0], u[1], o[0].Span))])
            { Fit = (i, value) => i == ~1 ? T.Abs(value) : value }.Check();
            new MapCase<T>("IstaStep per element", 3, 1, 1, (x, u) => [Soft(T.FusedMultiplyAdd(-u[0], x[1], x[0]), x[2])], [
                .. EntryPoints.Map<T>(typeof(Prox), "IstaStep", "ssusd"),
                ("generic", (i, u, o) => Prox.IstaStep<T>(i[0].Span, i[1].Span, u[0], i[2].Span, o[0].Span))])
            { Fit = (i, value) => i == 2 ? T.Abs(value) : value }.Check();
            new MapCase<T>("NonNegativeIstaStep", 2, 2, 1, (x, u) => [NonNegativeSoft(T.FusedMultiplyAdd(-u[0], x[1], x[0]), u[1])], [
                .. EntryPoints.Map<T>(typeof(Prox), "NonNegativeIstaStep", "ssuud"),
                ("generic", (i, u, o) => Prox.NonNegativeIstaStep<T>(i[0].Span, i[1].Span, u[0], u[1], o[0].Span))]).Check();
            new MapCase<T>("NonNegativeIstaStep per element", 3, 1, 1, (x, u) => [NonNegativeSoft(T.FusedMultiplyAdd(-u[0], x[1], x[0]), x[2])], [
                .. EntryPoints.Map<T>(typeof(Prox), "NonNegativeIstaStep", "ssusd"),
                ("generic", (i, u, o) => Prox.NonNegativeIstaStep<T>(i[0].Span, i[1].Span, u[0], i[2].Span, o[0].Span))]).Check();
        }
    }

    [GuardedFact]
    public void FistaStepsAreTheScalarMapsAtEveryWidth()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            static T[] Step(Func<T, T, T> threshold, T[] x, T[] u)
            {
                T iterate = threshold(T.FusedMultiplyAdd(-u[0], x[1], x[0]), u[1]);
                return [iterate, T.FusedMultiplyAdd(u[2], iterate - x[2], iterate)];
            }

            new MapCase<T>("FistaStep", 3, 3, 2, (x, u) => Step(Soft, x, u), [
                .. EntryPoints.Map<T>(typeof(Prox), "FistaStep", "sssuuudd"),
                ("generic", (i, u, o) => Prox.FistaStep<T>(i[0].Span, i[1].Span, i[2].Span, u[0], u[1], u[2], o[0].Span, o[1].Span))])
            { Fit = (i, value) => i == ~1 ? T.Abs(value) : value }.Check();
            new MapCase<T>("NonNegativeFistaStep", 3, 3, 2, (x, u) => Step(NonNegativeSoft, x, u), [
                .. EntryPoints.Map<T>(typeof(Prox), "NonNegativeFistaStep", "sssuuudd"),
                ("generic", (i, u, o) => Prox.NonNegativeFistaStep<T>(i[0].Span, i[1].Span, i[2].Span, u[0], u[1], u[2], o[0].Span, o[1].Span))]).Check();
            new ReductionCase<T>("MomentumTest", 3, T.Zero, [(x, sum) => T.FusedMultiplyAdd(x[0] - x[1], x[1] - x[2], sum)], (a, b) => a + b, [
                .. EntryPoints.Reduction<T>(typeof(Prox), "MomentumTest", "sss1"),
                ("generic", i => [Prox.MomentumTest<T>(i[0].Span, i[1].Span, i[2].Span)])]).Check();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(100)]
    public void ANegativeThresholdIsRefusedBeforeAnythingIsWritten(int length)
    {
        float[] destination = new float[length], other = new float[length], x = new float[length];
        Assert.Throws<ArgumentException>(() => Prox.SoftThreshold(x, -1f, destination));
        Assert.Throws<ArgumentException>(() => Prox.ElasticNet(x, -1f, 1, destination));
        Assert.Throws<ArgumentException>(() => Prox.Huber(x, 1, -1f, destination));
        Assert.Throws<ArgumentException>(() => Prox.LInfinityBall(x, -1f, destination));
        Assert.Throws<ArgumentException>(() => Prox.Box(x, 2f, 1f, destination));
        Assert.Throws<ArgumentException>(() => Prox.IstaStep(x, x, 1, -1f, destination));
        Assert.Throws<ArgumentException>(() => Prox.FistaStep(x, x, x, 1, -1f, 1, destination, other));
        Assert.All(destination.Concat(other), value => Assert.Equal(0, value));
        double[] thresholds = new double[length];
        thresholds[length - 1] = -1;
        Assert.Throws<ArgumentException>(() => Prox.SoftThreshold(new double[length], thresholds, new double[length]));
    }

    private static T Soft<T>(T x, T threshold)
        where T : unmanaged, IFloatingPointIeee754<T>
        => x - T.Clamp(x, -threshold, threshold);

    private static T NonNegativeSoft<T>(T x, T threshold)
        where T : unmanaged, IFloatingPointIeee754<T>
        => T.Max(x - threshold, T.Zero);
}
