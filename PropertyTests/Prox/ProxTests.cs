using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests.Prox;

public class ProxTests
{
    [GuardedFact]
    public void SoftThresholdIsTheScalarMapAtEveryWidth()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            static T Map(T x, T threshold) => x - T.Clamp(x, -threshold, threshold);
            new MapCase<T>("SoftThreshold", 1, 1, 1, (x, u) => [Map(x[0], u[0])], [
                .. EntryPoints.Map<T>(typeof(Kernels.Prox), "SoftThreshold", "sud"),
                ("generic", (i, u, o) => Kernels.Prox.SoftThreshold<T>(i[0].Span, u[0], o[0].Span))])
            { Fit = (i, value) => i == ~0 ? T.Abs(value) : value }.Check();
            new MapCase<T>("SoftThreshold per element", 2, 0, 1, (x, u) => [Map(x[0], x[1])], [
                .. EntryPoints.Map<T>(typeof(Kernels.Prox), "SoftThreshold", "ssd"),
                ("generic", (i, u, o) => Kernels.Prox.SoftThreshold<T>(i[0].Span, i[1].Span, o[0].Span))])
            { Fit = (i, value) => i == 1 ? T.Abs(value) : value }.Check();
        }
    }

    [GuardedFact]
    public void NonNegativeSoftThresholdIsTheScalarMapAtEveryWidth()
    {
        Check<float>();
        Check<double>();

        static void Check<T>()
            where T : unmanaged, IFloatingPointIeee754<T>, IMinMaxValue<T>
        {
            static T Map(T x, T threshold) => T.Max(x - threshold, T.Zero);
            new MapCase<T>("NonNegativeSoftThreshold", 1, 1, 1, (x, u) => [Map(x[0], u[0])], [
                .. EntryPoints.Map<T>(typeof(Kernels.Prox), "NonNegativeSoftThreshold", "sud"),
                ("generic", (i, u, o) => Kernels.Prox.NonNegativeSoftThreshold<T>(i[0].Span, u[0], o[0].Span))]).Check();
            new MapCase<T>("NonNegativeSoftThreshold per element", 2, 0, 1, (x, u) => [Map(x[0], x[1])], [
                .. EntryPoints.Map<T>(typeof(Kernels.Prox), "NonNegativeSoftThreshold", "ssd"),
                ("generic", (i, u, o) => Kernels.Prox.NonNegativeSoftThreshold<T>(i[0].Span, i[1].Span, o[0].Span))]).Check();
        }
    }

    // The optimality condition 0 in p - x + t d|p|, which says nothing of how p was computed.
    [Fact]
    public void SoftThresholdSolvesItsProblem()
        => Prop.ForAll(
            ArbMap.Default.ArbFor<NormalFloat[]>(), ArbMap.Default.ArbFor<NormalFloat>(),
            (x, weight) =>
            {
                double threshold = Math.Abs(weight.Get);
                double[] at = [.. x.Select(value => value.Get)];
                double[] map = new double[at.Length];
                Kernels.Prox.SoftThreshold(at, threshold, map);
                return at.Zip(map).All(pair => pair.Second == 0
                    ? Math.Abs(pair.First) <= threshold
                    : Math.Sign(pair.First) == Math.Sign(pair.Second) && pair.Second == pair.First - Math.Sign(pair.Second) * threshold);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void SoftThresholdIsNonExpansive()
        => Prop.ForAll(
            ArbMap.Default.ArbFor<NormalFloat>(), ArbMap.Default.ArbFor<NormalFloat>(), ArbMap.Default.ArbFor<NormalFloat>(),
            (x, y, weight) =>
            {
                double[] map = new double[2];
                Kernels.Prox.SoftThreshold([x.Get, y.Get], Math.Abs(weight.Get), map);
                double distance = Math.Abs(x.Get - y.Get);
                return Math.Abs(map[0] - map[1]) <= distance + 1e-15 * (Math.Abs(x.Get) + Math.Abs(y.Get) + Math.Abs(weight.Get));
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(100)]
    public void ANegativeThresholdIsRefusedBeforeAnythingIsWritten(int length)
    {
        float[] destination = new float[length];
        Assert.Throws<ArgumentException>(() => Kernels.Prox.SoftThreshold(new float[length], -1f, destination));
        Assert.All(destination, value => Assert.Equal(0, value));
        double[] thresholds = new double[length];
        thresholds[length - 1] = -1;
        Assert.Throws<ArgumentException>(() => Kernels.Prox.SoftThreshold(new double[length], thresholds, new double[length]));
    }
}
