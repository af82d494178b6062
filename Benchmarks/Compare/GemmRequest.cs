using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.Benchmarks.Compare;

/// <summary>What <c>compare gemm</c> was asked for.</summary>
/// <param name="Family">A family's name, or all.</param>
/// <param name="Sizes">Shapes instead of those of the squares; empty for these.</param>
/// <param name="Single">Measure float.</param>
/// <param name="Double">Measure double.</param>
/// <param name="Threads">Threads that each contender may use.</param>
/// <param name="Quick">Few shapes and few rounds.</param>
/// <param name="Json">File for the rows.</param>
/// <param name="Page">File for the Markdown page.</param>
/// <param name="CommandLine">The words of the command, for the head of the page.</param>
/// <param name="Alpha">With sizes, factor of the product.</param>
/// <param name="Beta">With sizes, factor of what C was before.</param>
/// <param name="LeadingDimension">With sizes, elements from one stored row to the next, of all matrices.</param>
internal sealed record GemmRequest(
    string Family, GemmShape[] Sizes, bool Single, bool Double, int Threads, bool Quick, string? Json = null, string? Page = null, string CommandLine = "",
    double? Alpha = null, double? Beta = null, int? LeadingDimension = null)
{
    internal const string AllFamilies = "all";

    /// <summary>The largest dimension of a matrix.</summary>
    internal const int Largest = 8192;

    /// <summary>The families to measure and the shapes of each.</summary>
    internal IReadOnlyList<(GemmFamily Family, IReadOnlyList<GemmShape> Shapes)> Plan
        => Sizes.Length > 0
            ? [(GemmFamily.Of(Shapes), Shapes)]
            : [.. GemmFamily.All.Where(family => Family == AllFamilies || Family == family.Name).Select(family => (family, Quick ? family.Quick : family.Full))];

    private GemmShape[] Shapes => Array.ConvertAll(Sizes, shape => shape with { Alpha = Alpha ?? 1, Beta = Beta ?? 0, LeadingDimension = LeadingDimension ?? 0 });

    internal void Check()
    {
        if (Threads < 1 || Threads > Environment.ProcessorCount)
        {
            throw new BadInputException($"--threads: {Threads} threads; this machine has 1 to {Environment.ProcessorCount}.");
        }

        if (Sizes.Length > 0 && Family != GemmFamily.Square.Name)
        {
            throw new BadInputException($"--sizes: belongs to --family {GemmFamily.Square.Name}; --family {Family} has shapes of its own.");
        }

        foreach (var (name, factor) in new[] { ("--alpha", Alpha), ("--beta", Beta) })
        {
            if (factor is not null && Sizes.Length == 0)
            {
                throw new BadInputException($"{name}: belongs to --sizes; families have factors of their own.");
            }

            NumberRule.Keep(factor is not { } value || ProductCheck.IsExact(value), $"{name} must be a whole number of sixteenths from -4 to 4, so that products can be checked exactly, but is {factor}.");
        }

        NumberRule.Keep(LeadingDimension is null || Sizes.Length > 0, $"--leading-dimension: belongs to --sizes; families have leading dimensions of their own.");
        foreach (var shape in LeadingDimension is null ? [] : Sizes)
        {
            NumberRule.Keep(
                LeadingDimension >= shape.LongestRow && LeadingDimension <= Largest,
                $"--leading-dimension must be from {shape.LongestRow} to {Largest} for {shape.M} x {shape.N} x {shape.K} {shape.Transposes}, but is {LeadingDimension}.");
        }

        if (Page is not null)
        {
            PageFiles.Check(Page);
        }
    }
}
