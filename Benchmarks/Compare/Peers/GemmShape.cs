using System.Globalization;
using System.Text.RegularExpressions;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>
/// A product c = alpha a b + beta c of an m x k and a k x n matrix, all row-major; a transposed operand is stored as its transpose.
/// </summary>
/// <param name="M">Rows of C.</param>
/// <param name="N">Columns of C.</param>
/// <param name="K">Columns of A, rows of B.</param>
/// <param name="TransposedA">A is stored as its transpose.</param>
/// <param name="TransposedB">B is stored as its transpose.</param>
/// <param name="Alpha">Factor of the product.</param>
/// <param name="Beta">Factor of what C was before.</param>
/// <param name="LeadingDimension">Elements from one stored row to the next, of all three matrices; 0 where they have no gaps.</param>
internal readonly partial record struct GemmShape(
    int M, int N, int K, bool TransposedA = false, bool TransposedB = false, double Alpha = 1, double Beta = 0, int LeadingDimension = 0)
{
    /// <summary>c = a b.</summary>
    internal bool IsPlain => (Alpha, Beta) == (1, 0);

    /// <summary>The matrices are blocks of larger ones.</summary>
    internal bool HasGaps => LeadingDimension > 0;

    /// <summary>Elements of the longest stored row, the least leading dimension.</summary>
    internal int LongestRow => Math.Max(N, Math.Max(TransposedA ? M : K, TransposedB ? K : N));

    /// <summary>Elements from one stored row of A to the next.</summary>
    internal int LeadingA => HasGaps ? LeadingDimension : TransposedA ? M : K;

    /// <summary>Elements from one stored row of B to the next.</summary>
    internal int LeadingB => HasGaps ? LeadingDimension : TransposedB ? K : N;

    /// <summary>Elements from one row of C to the next.</summary>
    internal int LeadingC => HasGaps ? LeadingDimension : N;

    /// <summary>NN, NT, TN or TT: A first.</summary>
    internal string Transposes => $"{(TransposedA ? 'T' : 'N')}{(TransposedB ? 'T' : 'N')}";

    internal double Operations => 2.0 * M * N * K;

    internal static GemmShape Square(int n) => new(n, n, n);

    /// <summary>What <c>64</c>, <c>8x4x64</c> or <c>64x1x1000TN</c> says, or null where a dimension is not from 1 to the largest, or it is none of these.</summary>
    internal static GemmShape? Parse(string text, int largest)
    {
        Match match = Form().Match(text);
        int[] sizes = [.. match.Groups["size"].Captures.Select(size => int.TryParse(size.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        if (!match.Success || sizes.Any(size => size < 1 || size > largest))
        {
            return null;
        }

        string stored = match.Groups["stored"].Value;
        return new(sizes[0], sizes[sizes.Length / 2], sizes[^1], stored.StartsWith('T'), stored.EndsWith('T'));
    }

    [GeneratedRegex("^(?<size>[0-9]+)(x(?<size>[0-9]+)x(?<size>[0-9]+))?(?<stored>[NT]{2})?$")]
    private static partial Regex Form();
}
