using System.Xml.Linq;

namespace Kernels.Benchmarks.Reports;

/// <summary>One self-contained page: headings, text, facts, tables and drawings, in light or dark as the reader's system wishes.</summary>
internal sealed class HtmlReport
{
    // No child combinator and no ampersand: the page is written as XML, where a browser would see them escaped.
    private const string Layout = $$"""
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 860px; padding: 36px 24px 64px; background: var(--paper); color: var(--ink);
          font: 16px/1.55 {{DrawingStyle.Font}}; }
        h1 { font-size: 30px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
        h2 { font-size: 21px; margin: 44px 0 8px; padding-top: 14px; border-top: 1px solid var(--rule); }
        p { margin: 8px 0 14px; } p.lead { color: var(--muted); }
        dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(236px, 1fr)); grid-auto-flow: dense; gap: 10px; margin: 16px 0; }
        dl div { background: var(--card); border-radius: 8px; padding: 10px 14px; }
        dl .wide { grid-column: 1 / -1; }
        dt { color: var(--muted); font-size: 13px; } dd { margin: 0; font-size: 18px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        .scroll { overflow-x: auto; margin: 14px 0; }
        table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
        th, td { padding: 6px 10px; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
        th { color: var(--muted); font-weight: 600; } th:first-child, td:first-child { text-align: left; }
        figure { margin: 18px 0; } figcaption { color: var(--muted); font-size: 14px; margin-top: 4px; }
        svg { display: block; width: 100%; height: auto; font: 12px {{DrawingStyle.Font}}; }
        @media print { body { max-width: none; } h2 { break-after: avoid; } figure { break-inside: avoid; } }
        """;

    private readonly string _title;
    private readonly XElement _body;

    internal HtmlReport(string title, string lead)
    {
        _title = title;
        _body = new("body", new XElement("h1", title), new XElement("p", new XAttribute("class", "lead"), lead));
    }

    internal void Section(string title) => _body.Add(new XElement("h2", title));

    internal void Paragraph(string text) => _body.Add(new XElement("p", text));

    internal void Facts(IEnumerable<(string Name, string Value)> facts)
        => _body.Add(new XElement("dl", facts.Select(fact => Card(fact.Name, fact.Value))));

    // A sentence takes a row of its own.
    private static XElement Card(string name, string value)
        => new("div", value.Length > 40 ? new XAttribute("class", "wide") : null, new XElement("dt", name), new XElement("dd", value));

    internal void Table(IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
        => _body.Add(new XElement(
            "div",
            new XAttribute("class", "scroll"),
            new XElement(
                "table",
                new XElement("thead", new XElement("tr", header.Select(cell => new XElement("th", cell)))),
                new XElement("tbody", rows.Select(row => new XElement("tr", row.Select(cell => new XElement("td", cell))))))));

    internal void Figure(XElement drawing, string caption)
        => _body.Add(new XElement("figure", drawing, new XElement("figcaption", caption)));

    /// <summary>The page; also well-formed XML.</summary>
    public override string ToString()
    {
        var page = new XElement(
            "html",
            new XAttribute("lang", "en"),
            new XElement(
                "head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                new XElement("meta", new XAttribute("name", "viewport"), new XAttribute("content", "width=device-width, initial-scale=1")),
                new XElement("title", _title),
                new XElement("style", $"{DrawingStyle.Variables}\n{Layout}\n{DrawingStyle.Rules}")),
            _body);
        return $"<!DOCTYPE html>\n{page}\n";
    }
}
