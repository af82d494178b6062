using FsCheck;
using FsCheck.Fluent;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Laws;

// The proximal map of the squared spectral k-support norm: against all index pairs, by its Moreau dual, and as a proximal map.
public class KSupportLaws
{
    public sealed record Case(double[] Sigma, int K, double Weight);

    private static readonly Arbitrary<Case> Cases =
        (from values in Gen.Choose(0, 1000).ArrayOf().Where(a => a.Length is > 0 and < 9)
         from k in Gen.Choose(1, 9)
         from exponent in Gen.Choose(-12, 12)
         select new Case([.. values.Select(v => v / 250.0).OrderDescending()], k, Math.Pow(2, exponent))).ToArbitrary();

    [Fact]
    public void NoIndexPairIsBetter()
        => Prop.ForAll(Cases, c =>
        {
            double found = SpectralKSupport.Shrink(c.Sigma, c.Weight, c.K, new double[c.Sigma.Length]).Objective, best = double.PositiveInfinity;
            for (int p = 0; p <= c.Sigma.Length; p++)
            {
                for (int q = p; q <= c.Sigma.Length; q++)
                {
                    double tau = q > p && c.K > p ? c.Weight * c.Sigma[p..q].Sum() / (c.K - p + c.Weight * (q - p)) : 0;
                    double[] x = [.. c.Sigma.Select((s, i) => i < p ? s / (1 + c.Weight) : i < q ? Math.Max(s - tau, 0) : 0).OrderDescending()];
                    best = Math.Min(best, c.Sigma.Zip(x, (s, v) => (s - v) * (s - v)).Sum() + c.Weight * Norm(x, c.K));
                }
            }

            return Math.Abs(found - best) <= 1e-12 * (1e-300 + c.Sigma.Sum(s => s * s));
        }).QuickCheckThrowOnFailure();

    // sigma = x + z with z in weight times the subdifferential of half the squared norm: ||z||_dual = weight ||x|| and <x, z> = weight ||x||^2.
    [Fact]
    public void TheRestIsTheProximalPointOfTheDual()
        => Prop.ForAll(Cases, c =>
        {
            double[] x = new double[c.Sigma.Length];
            SpectralKSupport.Shrink(c.Sigma, c.Weight, c.K, x);
            double[] z = [.. c.Sigma.Zip(x, (s, v) => s - v)];
            double norm = Math.Sqrt(Norm(x, c.K)), dual = Math.Sqrt(z.OrderDescending().Take(c.K).Sum(v => v * v)), scale = 1e-12 * (1e-300 + c.Sigma[0]);
            return Math.Abs(dual - c.Weight * norm) <= scale && Math.Abs(x.Zip(z, (a, b) => a * b).Sum() - c.Weight * norm * norm) <= scale * c.Sigma[0] * c.Sigma.Length;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ItBringsNoTwoPointsFurtherApart()
        => Prop.ForAll(Cases, Cases, (c, other) =>
        {
            int d = Math.Min(c.Sigma.Length, other.Sigma.Length);
            double[] a = c.Sigma[..d], b = other.Sigma[..d], x = new double[d], y = new double[d];
            SpectralKSupport.Shrink(a, c.Weight, c.K, x);
            SpectralKSupport.Shrink(b, c.Weight, c.K, y);
            return Distance(x, y) <= Distance(a, b) + 1e-14 * (a[0] + b[0]);
        }).QuickCheckThrowOnFailure();

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (p, q) => (p - q) * (p - q)).Sum());

    // By definition (4.2), scanning upwards.
    private static double Norm(double[] x, int k)
    {
        k = Math.Min(k, x.Length);
        int rho = 1;
        for (int j = 2; j <= k; j++)
        {
            rho = x[j - 2] * (k - j + 1) > x[(j - 1)..].Sum() ? j : rho;
        }

        return x.Take(rho - 1).Sum(v => v * v) + Math.Pow(x[(rho - 1)..].Sum(), 2) / (k - rho + 1);
    }
}
