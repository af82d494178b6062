using CommunityToolkit.HighPerformance;
using Kernels.Runtime;

namespace Kernels.PropertyTests.Solvers;

public class MatrixInteropTests
{
    [Fact]
    public void ARectangleOfALargerMatrixSharesItsMemory()
    {
        double[,] array = Dense.Build(5, 6, (i, j) => 10 * i + j);
        MatrixView<double> view = new Memory2D<double>(array).Slice(1, 2, 3, 4).AsView();
        Assert.Equal((3, 4, 6, 1), (view.Rows, view.Columns, view.RowStride, view.ColumnStride));
        Assert.Equal((12, 15, 32, 35), (view[0, 0], view[0, 3], view[2, 0], view[2, 3]));
        view[2, 3] = -1;
        Assert.Equal(-1, array[3, 5]);

        ReadOnlyMatrixView<double> read = ((ReadOnlySpan2D<double>)array.AsSpan2D()).Slice(1, 2, 3, 4).AsView();
        Assert.Equal(-1, read[2, 3]);
        Assert.Equal(23, ((ReadOnlyMemory2D<double>)new Memory2D<double>(array)).AsView()[2, 3]);
    }

    [Fact]
    public void OneRowAndOneColumnKeepTheirShape()
    {
        float[,] array = new float[4, 5];
        MatrixView<float> row = array.AsSpan2D().Slice(1, 1, 1, 3).AsView(), column = array.AsSpan2D().Slice(0, 4, 4, 1).AsView();
        Assert.Equal((1, 3), (row.Rows, row.Columns));
        Assert.Equal((4, 1, 5), (column.Rows, column.Columns, column.RowStride));
        column[3, 0] = 7;
        Assert.Equal(7, array[3, 4]);
    }

    [Fact]
    public void AnEmptyMatrixIsAnEmptyView()
    {
        Assert.True(default(Memory2D<double>).AsView().IsEmpty);
        Assert.True(new Memory2D<double>(new double[3, 0]).AsView().IsEmpty);
    }

    [Fact]
    public void ASolverTakesAPartOfAMatrix()
    {
        double[,] large = Dense.Random(8, 9, 1), part = Dense.Build(4, 5, (i, j) => large[2 + i, 3 + j]);
        var options = new SingularValueThresholdingOptions { Lambda = 0.2 };
        var expected = SingularValueThresholding.Solve<double>(part, options);
        var result = SingularValueThresholding.Solve<double>(new Memory2D<double>(large).Slice(2, 3, 4, 5).Span.AsView(), options);
        Assert.Equal(expected.Objective, result.Objective, 1e-14);
    }
}
