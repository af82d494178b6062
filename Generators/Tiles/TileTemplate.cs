using System.Text;

namespace Kernels.Generators.Tiles;

/// <summary>
/// Expands a kernel template: ordinary C# over the aliases <c>T</c>, <c>V</c>, <c>W</c>, <c>L</c>, and three constructs.
/// <list type="bullet">
/// <item><c>@rows</c> and <c>@vectors</c> at the head of a line repeat the line for each row <c>$r</c> and each vector <c>$v</c>;
/// alone on a line they repeat everything up to <c>@end</c>. <c>@low</c> and <c>@high</c> take the first six rows and the others, which
/// <c>$h</c> counts from zero; <c>@whole</c> and <c>@part</c> take the vectors that lie wholly inside the matrix and the last one when only a
/// part of it does; <c>@parts</c> and <c>$q</c> take the vectors that make the logical lanes of one sum;
/// <c>@lines</c> and <c>$l</c> take the cache lines of B that are fetched ahead; <c>@times</c> repeats steps of k that are written out.</item>
/// <item><c>@if name</c> keeps everything up to <c>@end</c> only when the option is on.</item>
/// <item><c>$Name</c> is a named constant.</item>
/// </list>
/// What cannot be said with these belongs in hand-written code.
/// </summary>
internal sealed class TileTemplate
{
    public const int LowRows = 6;

    private readonly (string Mark, string Index, int Start, int End)[] _repeats;
    private readonly KeyValuePair<string, string>[] _constants;
    private readonly string[] _options;

    private TileTemplate(TileShape shape, IReadOnlyDictionary<string, string> constants, string[] options)
    {
        var (rows, vectors, lastIsPart, parts, lines, steps) = shape;
        int whole = lastIsPart ? vectors - 1 : vectors;
        int low = Math.Min(rows, LowRows);
        _repeats =
        [
            ("@rows", "$r", 0, rows), ("@low", "$r", 0, low), ("@high", "$r", low, rows),
            ("@vectors", "$v", 0, vectors), ("@whole", "$v", 0, whole), ("@part", "$v", whole, vectors), ("@parts", "$q", 0, parts), ("@lines", "$l", 0, lines),
            ("@times", "$t", 0, steps),
        ];
        // Longer names first: a name may begin with another.
        _constants = [.. constants.OrderByDescending(constant => constant.Key.Length)];
        _options = options;
    }

    public static string Expand(string template, TileShape shape, IReadOnlyDictionary<string, string> constants, params string[] options)
    {
        var output = new StringBuilder();
        new TileTemplate(shape, constants, options)
            .Lines(output, new ArraySegment<string>(template.Replace("\r\n", "\n").Split('\n')));
        return output.ToString();
    }

    private void Lines(StringBuilder output, ArraySegment<string> lines)
    {
        for (int i = 0; i < lines.Count; i++)
        {
            string text = lines.Array![lines.Offset + i].Trim();
            bool optional = text.StartsWith("@if ", StringComparison.Ordinal);
            var repeat = Array.Find(_repeats, candidate => candidate.Mark == text);
            if (!optional && repeat.Mark is null)
            {
                Line(output, lines.Array[lines.Offset + i]);
                continue;
            }

            int length = BlockLength(lines, i + 1);
            var block = new ArraySegment<string>(lines.Array, lines.Offset + i + 1, length);
            if (repeat.Mark is not null)
            {
                var body = new StringBuilder();
                Lines(body, block);
                Repeat(output, body.ToString(), repeat.Index, repeat.Start, repeat.End);
            }
            else if (_options.Contains(text.Substring(4).Trim()))
            {
                Lines(output, block);
            }

            i += length + 1;
        }
    }

    private int BlockLength(ArraySegment<string> lines, int start)
    {
        int depth = 1;
        for (int i = start; i < lines.Count; i++)
        {
            string text = lines.Array![lines.Offset + i].Trim();
            depth += text == "@end" ? -1 : _repeats.Any(candidate => candidate.Mark == text) || text.StartsWith("@if ", StringComparison.Ordinal) ? 1 : 0;
            if (depth == 0)
            {
                return i - start;
            }
        }

        throw new FormatException("A template block has no @end.");
    }

    private void Line(StringBuilder output, string line)
    {
        string text = line.TrimStart();
        foreach (var (mark, index, start, end) in _repeats)
        {
            if (text.StartsWith(mark + " ", StringComparison.Ordinal))
            {
                var rest = new StringBuilder();
                Line(rest, line.Substring(0, line.Length - text.Length) + text.Substring(mark.Length + 1));
                Repeat(output, rest.ToString(), index, start, end);
                return;
            }
        }

        foreach (var constant in _constants)
        {
            line = line.Replace("$" + constant.Key, constant.Value);
        }

        output.Append(line.TrimEnd()).Append('\n');
    }

    private static void Repeat(StringBuilder output, string text, string index, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            output.Append(text.Replace(index, i.ToString()).Replace(index == "$r" ? "$h" : index, (i - LowRows).ToString()));
        }
    }
}

/// <summary>How often a template repeats: rows, vectors (or columns) a row, whether the last vector is a part, vectors that make one sum, cache lines fetched, and steps of k written out.</summary>
internal readonly record struct TileShape(int Rows, int Vectors, bool LastIsPart = false, int Parts = 1, int Lines = 0, int Steps = 1);
