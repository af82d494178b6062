using Kernels.PropertyTests.ReductionsTests;
using Kernels.PropertyTests.Solvers;

namespace Kernels.PropertyTests.ElementwiseTests;

[Trait("Category", "Dispatch")]
public class MatrixElementwiseTests
{
    private static readonly double[,] A = Dense.Random(5, 4, 1);
    private static readonly double[,] B = Dense.Random(5, 4, 2);

    [Fact]
    public void EveryCombinationOfStridesGivesTheSameEntries()
    {
        double[] factors = [1, -2, 0.5, 0, 3];
        double[,] scaled = A.Times(1.5), rows = Dense.Build(5, 4, (i, j) => factors[i] * A[i, j]), added = A.Plus(B, 1.5);
        ReadOnlyMatrixView<double> spreadA = MatrixReductionsTests.Spread(A), spreadB = MatrixReductionsTests.Spread(B);
        for (int layout = 0; layout < 4; layout++)
        {
            double[,] rowMajor = new double[5, 4], columnMajor = new double[4, 5];
            MatrixView<double> destination = layout % 2 == 0 ? rowMajor : ((MatrixView<double>)columnMajor).Transposed;
            double[,] transposed = A.T();
            ReadOnlyMatrixView<double> a = layout == 0 ? A : layout == 1 ? spreadA : ((ReadOnlyMatrixView<double>)transposed).Transposed;
            ReadOnlyMatrixView<double> b = layout == 0 ? B : spreadB;
            Elementwise.Scale(a, 1.5, destination);
            Assert.Equal(0, destination.ToArray().Minus(scaled).Max());
            Elementwise.ScaleByRow(a, factors, destination);
            Assert.Equal(0, destination.ToArray().Minus(rows).Max());
            Elementwise.AddScaled(a, b, 1.5, destination);
            Assert.True(destination.ToArray().Minus(added).Max() <= 1e-15);
            Elementwise.AddScaledByRow(a, b, factors, destination);
            Assert.True(destination.ToArray().Minus(Dense.Build(5, 4, (i, j) => A[i, j] + factors[i] * B[i, j])).Max() <= 1e-15);
            Elementwise.Multiply(a, b, destination);
            Assert.Equal(0, destination.ToArray().Minus(Dense.Build(5, 4, (i, j) => A[i, j] * B[i, j])).Max());
            Elementwise.Shift(a, 1.5, destination);
            Assert.Equal(0, destination.ToArray().Minus(Dense.Build(5, 4, (i, j) => A[i, j] + 1.5)).Max());
        }
    }

    [Fact]
    public void InPlaceIsAllowed()
    {
        double[,] a = (double[,])A.Clone();
        Elementwise.Scale<double>(a, 3, a);
        Assert.Equal(0, a.Minus(A.Times(3)).Max());
        Elementwise.AddScaled<double>(a, A, -3, a);
        Assert.True(a.Max() <= 1e-15);
    }

    [Fact]
    public void AnyOtherOverlapIsRefused()
    {
        double[] memory = new double[40], before = [.. memory.Select((_, i) => memory[i] = i)];
        double[,] other = new double[4, 4];
        var refused = new Action[]
        {
            () => Elementwise.Scale<double>(Square(memory, 0), 2, Square(memory, 4)),
            () => Elementwise.Scale<double>(Square(memory, 0), 2, Square(memory, 0).Transposed),
            () => Elementwise.ScaleByRow<double>(Square(memory, 0), [1, 2, 3, 4], Square(memory, 1)),
            () => Elementwise.AddScaled<double>(Square(memory, 4), other, 2, Square(memory, 0)),
            () => Elementwise.AddScaled<double>(other, Square(memory, 0).Transposed, 2, Square(memory, 0)),
            () => Square(memory, 0).CopyTo(Square(memory, 4)),
        };
        foreach (Action call in refused)
        {
            Assert.Throws<ArgumentException>("destination", call);
            Assert.Equal(before, memory);
        }

        // Blocks of one matrix that share no element, and a single row under other strides.
        Elementwise.Scale<double>(Square(memory, 0).Slice(0, 0, 4, 2), 2, Square(memory, 0).Slice(0, 2, 4, 2));
        Elementwise.Scale<double>(Square(memory, 0).Slice(1, 0, 1, 4), 2, new MatrixView<double>(memory.AsSpan(4, 4), 1, 4, 30));
        Assert.Equal([0, 1, 0, 2, 8, 10, 16, 20], memory[..8]);
    }

    private static MatrixView<double> Square(double[] memory, int start) => new(memory.AsSpan(start, 16), 4, 4);

    [Fact]
    public void RowsAndColumnsRotate()
    {
        (double c, double s) = (0.6, 0.8);
        double[,] rows = (double[,])A.Clone(), columns = (double[,])A.Clone();
        Elementwise.RotateRows(rows, 1, 3, c, s);
        Elementwise.RotateRows(((MatrixView<double>)columns).Transposed, 2, 0, c, s);
        Assert.True(rows.Minus(Dense.Build(5, 4, (i, j) => i == 1 ? c * A[1, j] - s * A[3, j] : i == 3 ? s * A[1, j] + c * A[3, j] : A[i, j])).Max() <= 1e-15);
        Assert.True(columns.Minus(Dense.Build(5, 4, (i, j) => j == 2 ? c * A[i, 2] - s * A[i, 0] : j == 0 ? s * A[i, 2] + c * A[i, 0] : A[i, j])).Max() <= 1e-15);
    }

    [Fact]
    public void WrongShapesAreNamed()
    {
        Assert.Throws<ArgumentException>("destination", () => Elementwise.Scale<double>(new double[2, 3], 1, new double[3, 2]));
        Assert.Throws<ArgumentException>("factor", () => Elementwise.ScaleByRow<double>(new double[2, 3], new double[3], new double[2, 3]));
        Assert.Throws<ArgumentException>("y", () => Elementwise.AddScaled<double>(new double[2, 3], new double[2, 2], 1, new double[2, 3]));
        Assert.Throws<ArgumentException>("second", () => Elementwise.RotateRows<double>(new double[2, 3], 1, 1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Elementwise.RotateRows<double>(new double[2, 3], 1, 2, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>("second", () => Elementwise.RotateRows(((MatrixView<double>)new double[0, 2]).Transposed, 1, 2, 1, 0));
    }
}
