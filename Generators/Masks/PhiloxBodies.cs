namespace Kernels.Generators.Masks;

/// <summary>What the kernels make of their words: <c>u$r</c> holds words 0 and 1 of each block, <c>v$r</c> words 2 and 3.</summary>
internal sealed record PhiloxBody(string Name, string Prologue, string Body, string Epilogue)
{
    /// <summary>Where the counters come from; ranges unless said otherwise.</summary>
    public string Counters { get; init; } = "x + W.Create($r * (ulong)L)";

    /// <summary>Decisions in a block.</summary>
    public int InBlock => Name == "WordBits" ? 4 : 16;

    public string Advance { get; init; } = "x += W.Create($Rows * (ulong)L);";

    private const string Range = """
        V x = W.Create($Order) + W.Create((ulong)task->Block);
        """;

    private const string RangeEnd = """
        task->Block = (uint)x.ToScalar();
        """;

    /// <summary>Vectors of numbers, in the order of their indices.</summary>
    private static PhiloxBody Fill(string name, string type, string prologue, string first, string second, int elements)
        => new(
            name,
            $"{Range}\n{type}* to = ({type}*)task->To;\n{prologue}",
            $"""
            @rows
            V f$r = First(u$r, v$r), s$r = Second(u$r, v$r);
            W.Store({first}, to + {elements} * $r * L);
            W.Store({second}, to + {elements} * $r * L + {elements / 2} * L);
            @end
            to += {elements} * $Rows * L;
            """,
            $"{RangeEnd}\ntask->To = (byte*)to;");

    public static readonly PhiloxBody[] All =
    [
        Fill("Words", "uint", "", "f$r.AsUInt32()", "s$r.AsUInt32()", 4),
        // The top 24 bits of a word.
        Fill(
            "Singles", "float", "var scale = W.Create(1f / (1 << 24));",
            "W.ConvertToSingle((f$r.AsUInt32() >>> 8).AsInt32()) * scale", "W.ConvertToSingle((s$r.AsUInt32() >>> 8).AsInt32()) * scale", 4),
        // The top 53 bits of two words.
        Fill(
            "Doubles", "double", "var scale = W.Create(1d / (1L << 53));",
            "W.ConvertToDouble((f$r >>> 11).AsInt64()) * scale", "W.ConvertToDouble((s$r >>> 11).AsInt64()) * scale", 2),
        Bits("WordBits", "AsInt32()", "(int)task->Threshold", "$WordBits", marks: false),
        Bits("PlaneBits", "AsSByte()", "(sbyte)task->Threshold", "$PlaneBits", marks: false),
        Bits("PlaneBitsMarked", "AsSByte()", "(sbyte)task->Threshold", "$PlaneBits", marks: true),
        new(
            "Blocks",
            "ulong* x = task->Blocks, to = (ulong*)task->To;",
            """
            @rows
            W.Store(u$r, to + 2 * $r * L);
            W.Store(v$r, to + 2 * $r * L + L);
            @end
            to += 2 * $Rows * L;
            """,
            "task->Blocks = x;\ntask->To = (byte*)to;")
        {
            Counters = "W.Load(x + $r * L)",
            Advance = "x += $Rows * L;",
        },
    ];

    // Signed comparisons exist at every width: the last key flips the top bit of what is compared, and so is the threshold flipped.
    private static PhiloxBody Bits(string name, string lanes, string threshold, string type, bool marks)
    {
        bool words = name == "WordBits";
        string undecided(string vector) => $"W.Equals({vector}$r.{lanes}, t).ExtractMostSignificantBits()";
        string entry(string mask, string equal, string place) => $"""
            ulong {mask}$r = {equal};
            masks[marked] = {mask}$r;
            places[marked] = (uint)(nint)(to + {place} * sizeof($PlaneBits));
            marked += {mask}$r != 0 ? 1u : 0u;
            """;

        // Of one vector of 64 bytes, or of two shorter ones.
        string marking = $"""
            @if 512
            {entry("ef", undecided("f"), "2 * $r")}
            {entry("es", undecided("s"), "(2 * $r + 1)")}
            @end
            @if narrow
            {entry("e", $"{undecided("f")} | ((ulong){undecided("s")} << (8 * sizeof($PlaneBits)))", "2 * $r")}
            @end
            """;
        string pair = words
            ? "*($WordBits*)(to + $r * sizeof($WordBits)) = ($WordBits)(kf$r | (ks$r << $WordLanes));"
            : "*($PlaneBits*)(to + 2 * $r * sizeof($PlaneBits)) = ($PlaneBits)kf$r;\n*($PlaneBits*)(to + (2 * $r + 1) * sizeof($PlaneBits)) = ($PlaneBits)ks$r;";
        return new(
            name,
            $"""
            {Range}
            byte* to = task->To, ahead = task->Ahead;
            nint gap = task->AheadGap;
            var t = W.Create({threshold});
            {(marks ? "ulong* masks = task->Masks;\nuint* places = task->Places;\nnuint marked = task->Marked;" : "")}
            """,
            $"""
            $Prefetch
            @rows
            V f$r = First(u$r, v$r), s$r = Second(u$r, v$r);
            $Mask kf$r = W.LessThan(f$r.{lanes}, t).ExtractMostSignificantBits(), ks$r = W.LessThan(s$r.{lanes}, t).ExtractMostSignificantBits();
            {pair}
            {(marks ? marking : "")}
            @end
            to += {(words ? 1 : 2)} * $Rows * sizeof({type});
            """,
            $"{RangeEnd}\ntask->To = to;\ntask->Ahead = ahead;{(marks ? "\ntask->Marked = marked;" : "")}");
    }
}
