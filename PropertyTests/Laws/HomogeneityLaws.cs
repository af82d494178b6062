using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Kernels.PropertyTests.Solvers;

namespace Kernels.PropertyTests.Laws;

// A map that is positively homogeneous of degree p scales by alpha^p: bit for bit when alpha is a power of two (every rounding scales along),
// and to rounding otherwise.
public class HomogeneityLaws
{
    public sealed record Case(int Seed, int[] Widths, int Exponent, double Alpha);

    // Widths of up to five layers, a power of two that neither overflows nor goes subnormal, and any other factor.
    private static readonly Arbitrary<Case> Cases =
        (from seed in Gen.Choose(0, 1_000_000)
         from widths in Gen.Choose(1, 9).ArrayOf(5)
         from exponent in Gen.Choose(-6, 6)
         from thousandths in Gen.Choose(50, 8000)
         select new Case(seed, widths, exponent, thousandths / 1000.0)).ToArbitrary();

    [Fact]
    public void AMatrixProductHasDegreeTwo()
        => Judge(2, c => [Random(c, 0, 0, 1), Random(c, 1, 2, 1)], (_, f) => Multiply(f[0], f[1].T()));

    [Fact]
    public void ACanonicalTensorHasTheDegreeOfItsOrder()
        => Judge(3, c => [Random(c, 0, 0, 4), Random(c, 1, 1, 4), Random(c, 2, 2, 4)], (_, f) => Canonical(f[0], f[1], f[2]));

    [Fact]
    public void AOneHiddenLayerNetworkHasDegreeTwoInItsWeights()
        => Judge(2, c => Weights(c, 2), (c, weights) => Network(weights, Input(c)), c => Input(c).Norm());

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void ADeepNetworkHasTheDegreeOfItsDepth(int depth)
        => Judge(depth, c => Weights(c, depth), (c, weights) => Network(weights, Input(c)), c => Input(c).Norm());

    [Fact]
    public void ANetworkHasDegreeOneInItsInput()
        => Judge(1, c => [Input(c)], (c, input) => Network(Weights(c, 3), input[0]), c => Weights(c, 3).Aggregate(1.0, (product, w) => product * w.Norm()));

    // fixedNorm bounds what the map multiplies its arguments with.
    private static void Judge(int degree, Func<Case, double[][,]> arguments, Func<Case, double[][,], double[,]> map, Func<Case, double>? fixedNorm = null)
        => Prop.ForAll(Cases, c =>
        {
            double[][,] at = arguments(c);
            double[,] value = map(c, at);
            double power = Math.ScaleB(1, c.Exponent);
            bool exact = Equal(map(c, [.. at.Select(a => a.Times(power))]), value.Times(Math.ScaleB(1, c.Exponent * degree)));

            // Entries are sums of products of at most five factors with at most nine terms a sum: fewer than 100 roundings of parts that
            // the product of the norms bounds.
            double scale = Math.Pow(c.Alpha, degree);
            double bound = 100 * 1.2e-16 * scale * at.Aggregate(fixedNorm?.Invoke(c) ?? 1, (product, a) => product * a.Norm());
            return exact && map(c, [.. at.Select(a => a.Times(c.Alpha))]).Minus(value.Times(scale)).Max() <= bound;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void FloatNetworksScaleExactlyByPowersOfTwo()
        => Prop.ForAll(Cases, c =>
        {
            float[][,] weights = [.. Weights(c, 2).Select(w => w.As<float>())];
            float[,] input = Input(c).As<float>();
            float power = MathF.ScaleB(1, c.Exponent);
            float[,] scaled = Network([.. weights.Select(w => Dense.Of(w).Times(power).As<float>())], input);
            return Equal(Dense.Of(scaled), Dense.Of(Network(weights, input)).Times(power * power));
        }).QuickCheckThrowOnFailure();

    private static double[][,] Weights(Case c, int depth) => [.. Enumerable.Range(0, depth).Select(l => Random(c, l, l + 1, l))];

    private static double[,] Input(Case c) => Random(c, 9, 0, 3);

    // A ReLU network without biases: W_L max(0, ... max(0, W_1 X)).
    private static T[,] Network<T>(T[][,] weights, T[,] input)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[,] layer = input;
        for (int l = 0; l < weights.Length; l++)
        {
            layer = Multiply(weights[l], layer);
            for (int i = 0; i < layer.GetLength(0) && l < weights.Length - 1; i++)
            {
                // With threshold zero this is max(0, x).
                Span<T> row = ((MatrixView<T>)layer).Row(i);
                Kernels.Prox.NonNegativeSoftThreshold<T>(row, T.Zero, row);
            }
        }

        return layer;
    }

    // The sum of u_i (x) v_i (x) w_i, unfolded along its first mode: U times the transposed Khatri-Rao product of the others.
    private static double[,] Canonical(double[,] u, double[,] v, double[,] w)
    {
        double[,] khatriRao = Dense.Build(v.Rows() * w.Rows(), v.Columns(), (row, j) => v[row / w.Rows(), j] * w[row % w.Rows(), j]);
        return Multiply(u, khatriRao.T());
    }

    private static T[,] Multiply<T>(T[,] a, T[,] b)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        T[,] product = new T[a.GetLength(0), b.GetLength(1)];
        Kernels.Gemm.Multiply<T>(T.One, a, b, T.Zero, product);
        return product;
    }

    private static double[,] Random(Case c, int which, int rows, int columns) => Dense.Random(c.Widths[rows], c.Widths[columns], c.Seed + 7919 * which);

    private static bool Equal(double[,] a, double[,] b) => a.Cast<double>().SequenceEqual(b.Cast<double>());
}
