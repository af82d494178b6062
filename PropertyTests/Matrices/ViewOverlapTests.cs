using FsCheck;
using FsCheck.Fluent;

namespace Kernels.PropertyTests.Matrices;

public class ViewOverlapTests
{
    // Against the set of addresses: exact for windows of one matrix, and never too optimistic for any two views.
    [Fact]
    public void SharedElementsAreFound()
        => Prop.ForAll(
            Gen.Choose(0, 5).ArrayOf(6).SelectMany(shape => Gen.Choose(0, 40).ArrayOf(2).SelectMany(starts => Gen.Choose(1, 12).ArrayOf(4).Select(strides => (shape, starts, strides)))).ToArbitrary(),
            sample =>
            {
                (int[] shape, int[] starts, int[] strides) = sample;
                Check(shape, starts, [strides[0], strides[1], strides[0], strides[1]], exact: true);
                Check(shape, starts, strides, exact: false);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));

    private static void Check(int[] shape, int[] starts, int[] strides, bool exact)
    {
        double[] memory = new double[400];
        ReadOnlyMatrixView<double> first = new(memory.AsSpan(starts[0]), shape[0], shape[1], strides[0], strides[1]);
        ReadOnlyMatrixView<double> second = new(memory.AsSpan(starts[1]), shape[2], shape[3], strides[2], strides[3]);
        bool shares = Addresses(starts[0], shape[0], shape[1], strides[0], strides[1]).Overlaps(Addresses(starts[1], shape[2], shape[3], strides[2], strides[3]));
        bool found = ViewOverlap.Overlap(first, second);
        Assert.Equal(found, ViewOverlap.Overlap(second, first));
        Assert.True(exact && IsGrid(shape, strides) ? found == shares : found || !shares);
    }

    // What the larger stride separates, whole rows or whole columns, lies apart.
    private static bool IsGrid(int[] shape, int[] strides)
        => strides[0] >= strides[1]
            ? strides[0] > (Math.Max(shape[1], shape[3]) - 1) * strides[1]
            : strides[1] > (Math.Max(shape[0], shape[2]) - 1) * strides[0];

    private static HashSet<int> Addresses(int start, int rows, int columns, int rowStride, int columnStride)
        => [.. Enumerable.Range(0, rows).SelectMany(i => Enumerable.Range(0, columns).Select(j => start + (i * rowStride) + (j * columnStride)))];

    [Fact]
    public void ViewsOfDifferentArraysNeverOverlap()
    {
        ReadOnlyMatrixView<double> first = new double[3, 4], second = new double[3, 4];
        Assert.False(ViewOverlap.Overlap(first, second));
        Assert.True(ViewOverlap.Overlap(first, first));
        Assert.False(ViewOverlap.Overlap(first, first.Slice(3, 0, 0, 4)));
    }
}
