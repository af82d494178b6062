using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Compare.Peers;

namespace Kernels.Benchmarks.Compare;

/// <summary>One line of a comparison; rates are in <see cref="Unit"/>, more is better.</summary>
/// <param name="Family">gemm, fixed, fixed-batch, svd, ...</param>
/// <param name="Type">float or double.</param>
/// <param name="M">Rows of the result.</param>
/// <param name="N">Columns of the result.</param>
/// <param name="K">Inner dimension; 0 where there is none.</param>
/// <param name="Threads">Threads that each contender may use.</param>
/// <param name="Ours">Our rate.</param>
/// <param name="Unit">Unit of all rates.</param>
/// <param name="Peers">Rate of each peer that ran.</param>
/// <param name="Limit">What the machine can do at most, 0 where there is no measured limit.</param>
internal sealed record ComparisonRow(
    string Family, string Type, int M, int N, int K, int Threads, double Ours, string Unit, IReadOnlyDictionary<string, double> Peers, double Limit)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Ours over the best peer; above 1 ours is faster. Null when no peer ran.</summary>
    [JsonPropertyOrder(1)]
    public double? Ratio => Peers.Count == 0 ? null : Ours / Peers.Values.Max();

    /// <summary>Ours over the limit; null where there is no limit.</summary>
    [JsonPropertyOrder(3)]
    public double? Share => Limit > 0 ? Ours / Limit : null;

    [JsonPropertyOrder(2)]
    public double Limit { get; init; } = Limit;

    /// <summary>NN, NT, TN or TT where the operands of a product may be stored transposed, or null.</summary>
    [JsonPropertyOrder(4)]
    public string? Transposes { get; init; }

    /// <summary>What the limit comes from, or null where it has one source only.</summary>
    [JsonPropertyOrder(5)]
    public Bound? Bound { get; init; }

    /// <summary>Factor of a product, where it is not simply stored.</summary>
    [JsonPropertyOrder(6)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Alpha { get; init; }

    /// <summary>Factor of what was there before, likewise.</summary>
    [JsonPropertyOrder(6)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Beta { get; init; }

    /// <summary>Elements from one stored row to the next, where the matrices have gaps.</summary>
    [JsonPropertyOrder(6)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LeadingDimension { get; init; }

    /// <summary>What else there is to say about the result, or null.</summary>
    [JsonPropertyOrder(6)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Remark { get; init; }

    /// <summary>The size as a person writes it.</summary>
    [JsonIgnore]
    public string Size
        => Family is "gemm" or "fixed" or "fixed-batch" && M == N && N == K ? $"{N}"
            : Family is "gemm" or "fixed" or "fixed-batch" ? $"{M} x {N} x {K}"
            : N == 1 ? M.ToString("N0", CultureInfo.InvariantCulture)
            : $"{M} x {N}";

    /// <summary>Times contenders, ours first, on the same work. A name that comes more than once counts with its fastest.</summary>
    /// <param name="row">All but the rates.</param>
    /// <param name="work">Units of <see cref="Unit"/> times seconds in one execution.</param>
    /// <param name="contenders">Each runs a given number of executions.</param>
    /// <param name="rules">How long and how often.</param>
    internal static ComparisonRow Measure(ComparisonRow row, double work, IReadOnlyList<(string Name, Action<int> Run)> contenders, ContestRules rules)
    {
        double[] rates = Array.ConvertAll(Contest.Run([.. contenders.Select(c => c.Run)], rules), seconds => work / seconds);
        var peers = contenders.Zip(rates, (c, rate) => (c.Name, Rate: rate)).Skip(1).GroupBy(peer => peer.Name);
        return row with { Ours = rates[0], Peers = peers.ToDictionary(peer => peer.Key, peer => peer.Max(way => way.Rate)) };
    }

    /// <summary>A row whose rates are not measured yet.</summary>
    internal static ComparisonRow Empty<T>(string family, int m, int n, int k, int threads, string unit, double limit = 0)
        => new(family, typeof(T) == typeof(float) ? "float" : typeof(T) == typeof(double) ? "double" : typeof(T).Name.ToLowerInvariant(), m, n, k, threads, 0, unit, new Dictionary<string, double>(), limit);

    /// <summary>The row of a product, not measured yet.</summary>
    internal static ComparisonRow Empty<T>(GemmShape shape, int threads, double limit, Bound? bound = null)
        => Empty<T>("gemm", shape.M, shape.N, shape.K, threads, "GFLOP/s", limit) with
        {
            Transposes = shape.Transposes,
            Bound = bound,
            Alpha = shape.IsPlain ? null : shape.Alpha,
            Beta = shape.IsPlain ? null : shape.Beta,
            LeadingDimension = shape.HasGaps ? shape.LeadingDimension : null,
        };

    /// <summary>Runs a comparison to its end, and tells how far it is of <paramref name="total"/> rows.</summary>
    internal static List<ComparisonRow> Collect(IEnumerable<ComparisonRow> all, double total, IProgress<double> progress)
    {
        var rows = new List<ComparisonRow>();
        foreach (var row in all)
        {
            rows.Add(row);
            progress.Report(rows.Count / total);
        }

        return rows;
    }

    internal static string ToJson(IEnumerable<ComparisonRow> rows) => JsonSerializer.Serialize(rows, Json);
}
