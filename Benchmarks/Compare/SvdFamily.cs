using Kernels.Benchmarks.Compare.Measuring;

namespace Kernels.Benchmarks.Compare;

/// <summary>What is asked of a matrix.</summary>
internal enum SvdWork
{
    /// <summary>All values and thin vectors of one matrix.</summary>
    Whole,

    /// <summary>The same of many small matrices in one call.</summary>
    Batch,

    /// <summary>The leading twenty values and vectors.</summary>
    Truncated,

    /// <summary>All of a matrix that is near one whose vectors are known.</summary>
    Warm,
}

/// <summary>Decompositions that <c>compare svd</c> measures together.</summary>
/// <param name="Name">As <c>--family</c> takes it.</param>
/// <param name="Title">Heading of its table.</param>
/// <param name="Explanation">What is measured, for the page.</param>
/// <param name="Work">What is asked of a matrix.</param>
/// <param name="Full">Shapes.</param>
/// <param name="Quick">Shapes where there is little time.</param>
internal sealed record SvdFamily(string Name, string Title, string Explanation, SvdWork Work, IReadOnlyList<(int M, int N)> Full, IReadOnlyList<(int M, int N)> Quick)
{
    internal const string AllFamilies = "all";

    internal static readonly SvdFamily Square = new(
        "square", "Square matrices", "All singular values and vectors of a random normal matrix.", SvdWork.Whole,
        Squares(4, 8, 16, 32, 64, 128, 256, 512, 1024), Squares(4, 16, 64, 128));

    internal static readonly SvdFamily Tall = new(
        "tall", "Tall matrices", "All singular values and thin vectors of a random normal matrix.", SvdWork.Whole, [(4096, 32), (4096, 128), (20000, 64)], [(2000, 32)]);

    internal static readonly SvdFamily Batch = new(
        "batch", "Batches", "Many random normal matrices of one shape in one call, against a loop over gesdd; rates are of matrices.", SvdWork.Batch,
        Squares(2, 3, 4, 8, 16, 32), Squares(3, 4, 16));

    internal static readonly SvdFamily Rank = new(
        "rank", "Rank 20", "The leading 20 singular values and vectors of a matrix with the singular values max(0.8^i, 1e-6), with a bound of the error, against the whole SVD by gesdd.",
        SvdWork.Truncated, [(2000, 1000)], [(300, 200)]);

    internal static readonly SvdFamily Warm = new(
        "warm", "Start from known vectors", "A random normal matrix after a change of 1 % of each entry's standard deviation, from the right vectors before it, against a start from nothing (cold) and gesdd.",
        SvdWork.Warm, Squares(24, 256), Squares(24, 64));

    internal static IReadOnlyList<SvdFamily> All { get; } = [Square, Tall, Batch, Rank, Warm];

    internal static IReadOnlyList<(int M, int N)> Squares(params int[] sizes) => [.. sizes.Select(n => (n, n))];

    /// <summary>Matrices of a batch: 100,000 of up to 4 x 4, 10,000 of larger ones; fewer where samples are short.</summary>
    internal static int MatricesOf(int m, int n, ContestRules rules) => (m * n <= 16 ? 100_000 : 10_000) / (rules.Rounds >= ContestRules.Full.Rounds ? 1 : 100);
}
