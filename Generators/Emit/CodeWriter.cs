using System.Text;

namespace Kernels.Generators.Emit;

/// <summary>Writes indented C# with <c>\n</c> line ends on every machine.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Writes each line of <paramref name="text"/> at the current indent.</summary>
    public CodeWriter Line(string text = "")
    {
        foreach (string line in text.Replace("\r\n", "\n").Split('\n'))
        {
            if (line.Length != 0)
            {
                _text.Append(' ', 4 * _depth).Append(line);
            }

            _text.Append('\n');
        }

        return this;
    }

    /// <summary>Writes <paramref name="head"/>, an opening brace, what <paramref name="body"/> writes, and a closing brace.</summary>
    public CodeWriter Block(string head, Action body) => Line(head).Block(body);

    /// <summary>Writes an opening brace, what <paramref name="body"/> writes, and a closing brace.</summary>
    public CodeWriter Block(Action body)
    {
        Line("{");
        _depth++;
        body();
        _depth--;
        return Line("}");
    }

    public override string ToString() => _text.ToString();
}
