using System.Xml.Linq;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.Benchmarks.Compare;

/// <summary>Products that are measured and shown together.</summary>
/// <param name="Name">What <c>--family</c> says.</param>
/// <param name="Title">Heading.</param>
/// <param name="Explanation">What is measured, for a reader of the page.</param>
/// <param name="AreSquares">One number says the size of every shape.</param>
/// <param name="Full">All shapes.</param>
/// <param name="Quick">A few of them.</param>
/// <param name="Part">Which table of the family a row belongs to; empty where there is but one.</param>
/// <param name="Plot">Draws rows of one type under a title, or returns null where there is nothing to draw.</param>
internal sealed record GemmFamily(
    string Name,
    string Title,
    string Explanation,
    bool AreSquares,
    IReadOnlyList<GemmShape> Full,
    IReadOnlyList<GemmShape> Quick,
    Func<ComparisonRow, string> Part,
    Func<string, GemmFamily, IReadOnlyList<ComparisonRow>, XElement?> Plot)
{
    private const int Large = 1000;

    internal static readonly GemmFamily Square = new(
        "square",
        "Matrix products C = A B, n x n",
        "C = A B, all three n x n and row-major without gaps: at powers of two, beside them, and in between.",
        AreSquares: true,
        Squares(
            1, 2, 3, 4, 7, 8, 13, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 96, 100, 127, 128, 129, 144, 192, 240, 255, 256, 257, 288, 336, 384, 432, 480, 500,
            512, 528, 576, 1000, 1023, 1024, 2048),
        Squares(16, 64, 128, 256, 512),
        _ => "",
        GemmPlots.RatesOverSize);

    internal static readonly GemmFamily Thin = new(
        "thin",
        "Thin products: one, two or all three of m, n, k small",
        "One, two or all three of m, n and k are 1, 4, 16 or 64, the others 1000. C is m x n, A is m x k and B is k x n, all row-major. Where m or n is 1, "
            + "the native libraries are called through gemv too and the faster call counts.",
        AreSquares: false,
        ThinShapes(1, 4, 16, 64),
        ThinShapes(4),
        row => new[] { row.M, row.N, row.K }.Count(d => d < Large) switch { 1 => "one small", 2 => "two small", _ => "all small" },
        GemmPlots.SortedRatios);

    internal static readonly GemmFamily Gemv = new(
        "gemv",
        "A matrix times a vector",
        "A is stored row-major; x is a column (n = 1) or a row (m = 1). The native libraries are called through gemm and through gemv, as their users would, "
            + "and the faster call counts.",
        AreSquares: false,
        GemvShapes((64, 64), (256, 256), (1000, 1000), (1000, 64), (64, 1000), (4000, 4000)),
        GemvShapes((256, 256), (1000, 64)),
        row => (row.N == 1, row.Transposes) switch { (true, "NN") => "A x", (true, _) => "A^T x", (false, "NN") => "x^T A", _ => "x^T A^T" },
        GemmPlots.NamedRatios);

    internal static readonly GemmFamily Transposes = new(
        "transposes",
        "Transposed operands, n x n",
        "An operand T is stored transposed: its memory is the row-major storage of its transpose. The first letter is A, the second is B. MathNet has no "
            + "product of two transposes.",
        AreSquares: true,
        TransposedSquares(4, 16, 64, 256, 1000),
        TransposedSquares(64, 256),
        _ => "",
        GemmPlots.Bars);

    internal static readonly GemmFamily Updates = new(
        "updates",
        "Updates C = beta C + alpha A B, n x n",
        "What factorizations and iterations call: products that are added to what is there, subtracted from it, or both scaled. MathNet has none of these.",
        AreSquares: true,
        Updated(2, 4, 8, 16, 32, 64, 100, 256, 1000),
        Updated(16, 64, 256),
        Kind,
        GemmPlots.NamedRatios);

    internal static readonly GemmFamily Blocks = new(
        "blocks",
        "Blocks of larger matrices C = A B, n x n",
        "All three are blocks of row-major matrices of 1000 or 1024 columns, as in factorizations and tiled algorithms. Rows a power of two apart fall into few sets of a cache. "
            + "MathNet multiplies whole matrices only.",
        AreSquares: true,
        BlocksOf(4, 8, 16, 32, 48, 64, 100, 200, 256, 500),
        BlocksOf(16, 64, 256),
        Kind,
        GemmPlots.NamedRatios);

    internal static readonly GemmFamily Layers = new(
        "layers",
        "The products of a layer: forward, and both gradients",
        "X is a batch of 8, 32 or 128 rows, W the weights, stored with a row for each output, G the gradient of X W^T; 784 inputs and 300 outputs, 300 and 10, 1000 and 1000. All three are row-major.",
        AreSquares: false,
        LayersOf((784, 300), (300, 10), (1000, 1000)),
        LayersOf((300, 10)),
        row => row.Transposes switch { "NT" => "X W^T", "TN" => "G^T X", _ => "G W" },
        GemmPlots.NamedRatios);

    internal static readonly GemmFamily LowRank = new(
        "lowrank",
        "Products of low rank, n x n",
        "A has few columns and B as few rows, C is large: the trailing matrix of a blocked factorization. Rows of 1001 elements begin amid a vector.",
        AreSquares: false,
        OfLowRank([500, 1000, 1001, 2001], [4, 8, 16, 32, 64]),
        OfLowRank([1001], [8, 32]),
        row => Kind(row) is { Length: > 0 } kind ? kind : "A B",
        GemmPlots.NamedRatios);

    internal static readonly IReadOnlyList<GemmFamily> All = [Square, Thin, Gemv, Transposes, Updates, Blocks, Layers, LowRank];

    private static readonly GemmFamily Listed = new(
        "listed",
        "Matrix products, m x n x k",
        "C is m x n, A is m x k and B is k x n, row-major or stored as their transposes.",
        AreSquares: false,
        [],
        [],
        Kind,
        GemmPlots.SortedRatios);

    /// <summary>What shapes of a caller's choice are shown as.</summary>
    internal static GemmFamily Of(IEnumerable<GemmShape> shapes) => shapes.All(shape => shape == GemmShape.Square(shape.N)) ? Square : Listed;

    /// <summary>Title of the size column.</summary>
    internal string SizeTitle => AreSquares ? "n" : "m x n x k";

    /// <summary>A size as the column shows it.</summary>
    internal string Size(ComparisonRow row) => AreSquares ? $"{row.N}" : $"{row.M} x {row.N} x {row.K}";

    /// <summary>The tables of the family, each with its part's name.</summary>
    internal IEnumerable<(string Part, IReadOnlyList<ComparisonRow> Rows)> Tables(IEnumerable<ComparisonRow> rows)
        => rows.GroupBy(Part).Select(part => (part.Key, (IReadOnlyList<ComparisonRow>)[.. part]));

    private static IReadOnlyList<GemmShape> Squares(params int[] sizes) => [.. sizes.Select(GemmShape.Square)];

    // First those with one small dimension, then those with two, then those with three.
    private static GemmShape[] ThinShapes(params int[] small)
    {
        int[] any = [.. small, Large];
        return [.. from m in any from n in any from k in any
                   let count = new[] { m, n, k }.Count(d => d < Large)
                   where count > 0
                   orderby count
                   select new GemmShape(m, n, k)];
    }

    private static GemmShape[] GemvShapes(params (int Rows, int Columns)[] a)
        =>
        [
            .. a.Select(a => new GemmShape(a.Rows, 1, a.Columns)),
            .. a.Select(a => new GemmShape(a.Columns, 1, a.Rows, TransposedA: true)),
            .. a.Select(a => new GemmShape(1, a.Columns, a.Rows)),
            .. a.Select(a => new GemmShape(1, a.Rows, a.Columns, TransposedB: true)),
        ];

    private static GemmShape[] Updated(params int[] sizes)
        => [.. from factors in new (double Alpha, double Beta)[] { (1, 1), (-1, 1), (1.5, 0.5) } from n in sizes select GemmShape.Square(n) with { Alpha = factors.Alpha, Beta = factors.Beta }];

    private static GemmShape[] LayersOf(params (int Inputs, int Outputs)[] layers)
    {
        var batches = from layer in layers from batch in new[] { 8, 32, 128 } select (batch, layer.Inputs, layer.Outputs);
        return
        [
            .. batches.Select(of => new GemmShape(of.batch, of.Outputs, of.Inputs, TransposedB: true)),
            .. batches.Select(of => new GemmShape(of.Outputs, of.Inputs, of.batch, TransposedA: true)),
            .. batches.Select(of => new GemmShape(of.batch, of.Inputs, of.Outputs)),
        ];
    }

    private static GemmShape[] OfLowRank(int[] sizes, int[] ranks)
        => [.. from factors in new (double Alpha, double Beta)[] { (1, 0), (-1, 1) } from n in sizes from k in ranks select new GemmShape(n, n, k) with { Alpha = factors.Alpha, Beta = factors.Beta }];

    private static GemmShape[] BlocksOf(params int[] sizes)
        => [.. from columns in new[] { 1000, 1024 } from n in sizes select GemmShape.Square(n) with { LeadingDimension = columns }];

    // What a product is beside its size; nothing where C = A B of whole matrices.
    private static string Kind(ComparisonRow row)
    {
        string update = row is { Alpha: { } alpha, Beta: { } beta } ? Update(alpha, beta) : "", block = row.LeadingDimension is { } columns ? $"rows {columns} apart" : "";
        return update.Length > 0 && block.Length > 0 ? $"{update}, {block}" : update + block;
    }

    // As on paper: C - A B.
    private static string Update(double alpha, double beta)
    {
        string old = beta switch { 0 => "", 1 => "C", _ => FormattableString.Invariant($"{beta} C") };
        string sign = alpha < 0 ? old.Length > 0 ? " - " : "-" : old.Length > 0 ? " + " : "", size = Math.Abs(alpha) == 1 ? "" : FormattableString.Invariant($"{Math.Abs(alpha)} ");
        return $"{old}{sign}{size}A B";
    }

    private static GemmShape[] TransposedSquares(params int[] sizes)
        => [.. from n in sizes from a in new[] { false, true } from b in new[] { false, true } select new GemmShape(n, n, n, a, b)];
}
