namespace Kernels.Benchmarks.Compare;

/// <summary>What <c>compare svd</c> was asked for.</summary>
/// <param name="Family">A family's name, or all.</param>
/// <param name="Sizes">Orders of squares, instead of the family's own shapes; empty for these.</param>
/// <param name="Type">float, double or both.</param>
/// <param name="Threads">Threads that each contender may use.</param>
/// <param name="Quick">Few shapes and few rounds.</param>
/// <param name="Json">File for the rows.</param>
/// <param name="Page">File for the Markdown page.</param>
/// <param name="CommandLine">The words of the command, for the head of the page.</param>
internal sealed record SvdRequest(
    string Family = "square", int[]? Sizes = null, string Type = "both", int Threads = 1, bool Quick = false, string? Json = null, string? Page = null, string CommandLine = "")
{
    // Batched matrices have at most so many columns.
    private const int LargestBatched = SvdBatch.MaxColumns;

    /// <summary>The families to measure and the shapes of each.</summary>
    internal IReadOnlyList<(SvdFamily Family, IReadOnlyList<(int M, int N)> Shapes)> Plan
        => [.. SvdFamily.All.Where(family => Family == SvdFamily.AllFamilies || Family == family.Name)
            .Select(family => (family, Sizes is { Length: > 0 } sizes ? SvdFamily.Squares(sizes) : Quick ? family.Quick : family.Full))];

    internal void Check()
    {
        if (Sizes is { Length: > 0 } sizes)
        {
            if (Family is not ("square" or "batch" or "warm"))
            {
                throw new BadInputException($"--sizes: belongs to --family square, batch or warm; --family {Family} has shapes of its own.");
            }

            if (Family == SvdFamily.Batch.Name && sizes.Max() > LargestBatched)
            {
                throw new BadInputException($"--sizes: batched matrices have at most {LargestBatched} columns; {sizes.Max()} was asked for.");
            }
        }

        if (Page is not null)
        {
            PageFiles.Check(Page);
        }
    }
}
