using System.Text;

namespace Kernels.Benchmarks.Reports;

/// <summary>A Markdown page: headings, text, facts, tables and links to drawings.</summary>
internal sealed class MarkdownReport
{
    private readonly StringBuilder _text = new();

    internal MarkdownReport(string title) => _text.Append($"# {title}\n");

    internal void Section(string title) => Block($"## {title}");

    internal void Subsection(string title) => Block($"### {title}");

    internal void Paragraph(string text) => Block(text);

    internal void Code(string text) => Block($"```\n{text}\n```");

    internal void Facts(IEnumerable<(string Name, string Value)> facts) => Block(string.Join('\n', facts.Select(fact => $"- {fact.Name}: {fact.Value}")));

    internal void Figure(string title, string path) => Block($"![{title}]({path})");

    /// <summary>The first column is left-aligned, the others are numbers.</summary>
    internal void Table(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
        => Block(string.Join('\n', [Line(header), Line([.. header.Select((_, i) => i == 0 ? "---" : "--:")]), .. rows.Select(Line)]));

    public override string ToString() => _text.ToString();

    private static string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|")))} |";

    private void Block(string text) => _text.Append($"\n{text}\n");
}
