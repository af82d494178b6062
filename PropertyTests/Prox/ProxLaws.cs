using FsCheck;
using FsCheck.Fluent;

namespace Kernels.PropertyTests.ProxTests;

// What makes a map the proximal map of a function, which says nothing of how it is computed.
public class ProxLaws
{
    private delegate void Map(ReadOnlySpan<double> x, Span<double> destination);

    private sealed record Numbers(double X, double Y, double Z, double Weight, double Second);

    private static readonly Gen<double> Number =
        from hundredths in Gen.Choose(-1000, 1000)
        from exponent in Gen.Choose(-12, 12)
        select hundredths / 100.0 * Math.Pow(1.5, exponent);

    private static readonly Arbitrary<Numbers> Cases =
        (from x in Number
         from y in Number
         from z in Number
         from weight in Number
         from second in Number
         select new Numbers(x, y, z, Math.Abs(weight), Math.Abs(second))).ToArbitrary();

    // Each function as its definition says, each map by our kernels.
    private static readonly (string Name, Func<Numbers, Func<double, double>> Function, Func<Numbers, Map> Map)[] Maps =
    [
        ("SoftThreshold", n => z => n.Weight * Math.Abs(z), n => (x, to) => Prox.SoftThreshold(x, n.Weight, to)),
        ("NonNegativeSoftThreshold", n => z => z < 0 ? double.PositiveInfinity : n.Weight * z, n => (x, to) => Prox.NonNegativeSoftThreshold(x, n.Weight, to)),
        ("ElasticNet", n => z => n.Weight * Math.Abs(z) + n.Second * z * z / 2, n => (x, to) => Prox.ElasticNet(x, n.Weight, n.Second, to)),
        ("Huber", n => z => n.Weight * (Math.Abs(z) <= n.Second ? z * z / 2 : n.Second * (Math.Abs(z) - n.Second / 2)), n => (x, to) => Prox.Huber(x, n.Weight, n.Second, to)),
        ("Box", n => z => z < -n.Second || z > n.Weight ? double.PositiveInfinity : 0, n => (x, to) => Prox.Box(x, -n.Second, n.Weight, to)),
        ("LInfinityBall", n => z => Math.Abs(z) > n.Weight ? double.PositiveInfinity : 0, n => (x, to) => Prox.LInfinityBall(x, n.Weight, to)),
        ("Relu", n => z => z < 0 ? double.PositiveInfinity : 0, _ => (x, to) => Activations.Relu(x, to)),
    ];

    public static TheoryData<string> Names => [.. Maps.Select(map => map.Name)];

    // f(z) + (z - x)^2 / 2 is strongly convex, so it grows from its least value by at least half the squared distance.
    [Theory]
    [MemberData(nameof(Names))]
    public void TheMapMinimizes(string name)
    {
        var (_, function, map) = Maps.Single(one => one.Name == name);
        Prop.ForAll(Cases, n =>
        {
            double p = At(map(n), n.X);
            Func<double, double> f = function(n);
            double Objective(double z) => f(z) + (z - n.X) * (z - n.X) / 2;
            double room = 1e-13 * (1 + Objective(p) + n.X * n.X + n.Weight * Math.Abs(n.X) + n.Weight * n.Second * n.Second);
            return new[] { n.Z, n.Y, 0, n.X, p + 1e-3, p - 1e-3, -p }.All(z => Objective(z) >= Objective(p) + (z - p) * (z - p) / 2 - room - 1e-13 * (z * z + Math.Abs(z * n.Weight)));
        }).QuickCheckThrowOnFailure();
    }

    // (px - py)^2 <= (px - py)(x - y), which implies that no two points move apart (Parikh and Boyd, section 2.3).
    [Theory]
    [MemberData(nameof(Names))]
    public void TheMapIsFirmlyNonExpansive(string name)
    {
        var (_, _, map) = Maps.Single(one => one.Name == name);
        Prop.ForAll(Cases, n =>
        {
            double apart = At(map(n), n.X) - At(map(n), n.Y);
            return apart * apart <= apart * (n.X - n.Y) + 1e-14 * Math.Pow(Math.Abs(n.X) + Math.Abs(n.Y), 2);
        }).QuickCheckThrowOnFailure();
    }

    // Moreau's decomposition: |x| and the indicator of the ball are conjugate. The threshold is x less the clamp, rounded once.
    [Fact]
    public void ThresholdAndBallAddUpToThePoint()
        => Prop.ForAll(Cases, n =>
        {
            double soft = At((x, to) => Prox.SoftThreshold(x, n.Weight, to), n.X), ball = At((x, to) => Prox.LInfinityBall(x, n.Weight, to), n.X);
            return Math.Abs(soft + ball - n.X) <= Math.Pow(2, -52) * Math.Abs(n.X);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ThresholdsHaveTheirIdentitiesExactly()
        => Prop.ForAll(Cases, n =>
        {
            double[] x = [n.X, -n.X, n.Y, -n.Y], soft = new double[4], positive = new double[4], scaled = new double[4];
            Prox.SoftThreshold(x, n.Weight, soft);
            Prox.NonNegativeSoftThreshold(x, n.Weight, positive);
            Prox.SoftThreshold([.. x.Select(value => 8 * value)], 8 * n.Weight, scaled);
            return soft[0] == positive[0] - positive[1] && soft[2] == positive[2] - positive[3]
                && soft[1] == -soft[0] && soft[3] == -soft[2]
                && scaled.Zip(soft).All(pair => pair.First == 8 * pair.Second);
        }).QuickCheckThrowOnFailure();

    // 0 lies in p - x + t d|p|, entry by entry.
    [Fact]
    public void SoftThresholdMeetsItsOptimalityConditionExactly()
        => Prop.ForAll(Cases, n =>
        {
            double p = At((x, to) => Prox.SoftThreshold(x, n.Weight, to), n.X);
            return p == 0 ? Math.Abs(n.X) <= n.Weight : Math.Sign(p) == Math.Sign(n.X) && p == n.X - Math.Sign(p) * n.Weight;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TheGradientOfHubersFunctionIsTheBall()
        => Prop.ForAll(Cases, n =>
        {
            double delta = n.Weight, gradient = At((x, to) => Prox.LInfinityBall(x, delta, to), n.X);
            double Huber(double z) => Math.Abs(z) <= delta ? z * z / 2 : delta * (Math.Abs(z) - delta / 2);
            double h = 1e-5 * (1 + Math.Abs(n.X)), slope = (Huber(n.X + h) - Huber(n.X - h)) / (2 * h);
            // Half the step off where the slope has its kink.
            return Math.Abs(gradient - slope) <= h + 1e-9 * (1 + Math.Abs(n.X) + delta);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void TheGradientThroughTheRectifierIsItsSlope()
    {
        double[] x = [-2, -1e-300, -0.0, 0, 1e-300, 3, double.NaN], gradient = [1, 2, 3, 4, 5, 6, 7], back = new double[7], forth = new double[7];
        Activations.ReluBackward(gradient, x, back);
        Assert.Equal([0, 0, 0, 0, 5, 6, 0], back);
        Activations.Relu(x, forth);
        Assert.Equal([0, 0, 0, 0, 1e-300, 3, double.NaN], forth);
    }

    private static double At(Map map, double x)
    {
        double[] to = new double[1];
        map([x], to);
        return to[0];
    }
}
