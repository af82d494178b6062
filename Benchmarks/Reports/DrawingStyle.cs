using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Kernels.Benchmarks.Reports;

/// <summary>Colours and rules of the drawings, for a page that holds them and for a file of their own. Light or dark as the reader's system wishes.</summary>
internal static partial class DrawingStyle
{
    private const string DarkOnly = "@media (prefers-color-scheme: dark)";

    private static readonly (string Name, string Light, string Dark)[] Colors =
    [
        ("paper", "#ffffff", "#14171a"), ("card", "#f5f6f8", "#1e2227"), ("ink", "#1b1f24", "#e7eaee"), ("muted", "#5c6570", "#9aa4af"), ("rule", "#dde1e6", "#343b43"),
        ("c0", "#0b62c4", "#6aaeff"), ("c1", "#d1570c", "#ff9a55"), ("c2", "#188050", "#5fce97"), ("c3", "#8445c9", "#c39bf5"), ("c4", "#b3253f", "#ff7f91"),
        ("c5", "#5c6570", "#9aa4af"), ("good", "#188050", "#5fce97"), ("bad", "#d1570c", "#ff9a55"),
    ];

    // No child combinator and no ampersand: pages are written as XML, where a browser would see them escaped.
    internal const string Rules = """
        svg .paper { fill: var(--paper); }
        svg .grid { stroke: var(--rule); } svg .axis { stroke: var(--muted); } svg .tick { fill: var(--muted); } svg .label { fill: var(--ink); }
        svg .value { fill: var(--ink); font-variant-numeric: tabular-nums; } svg .curve { fill: none; stroke-width: 2; stroke-linejoin: round; }
        svg .dashed { stroke-dasharray: 6 4; stroke-width: 1.5; }
        svg .ring { fill: none; stroke-width: 1.5; }
        svg .curve.s0, svg .ring.s0 { stroke: var(--c0); } svg .curve.s1, svg .ring.s1 { stroke: var(--c1); }
        svg .curve.s2, svg .ring.s2 { stroke: var(--c2); } svg .curve.s3, svg .ring.s3 { stroke: var(--c3); }
        svg .curve.s4, svg .ring.s4 { stroke: var(--c4); } svg .curve.s5, svg .ring.s5 { stroke: var(--c5); }
        svg .dot.s0, svg .bar.s0 { fill: var(--c0); } svg .dot.s1, svg .bar.s1 { fill: var(--c1); } svg .dot.s2, svg .bar.s2 { fill: var(--c2); }
        svg .dot.s3, svg .bar.s3 { fill: var(--c3); } svg .dot.s4, svg .bar.s4 { fill: var(--c4); } svg .dot.s5, svg .bar.s5 { fill: var(--c5); }
        svg .bar.good { fill: var(--good); } svg .bar.bad { fill: var(--bad); }
        """;

    internal const string Font = """system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif""";

    /// <summary>The colours as variables, for a page.</summary>
    internal static string Variables
        => $$"""
            :root { color-scheme: light dark; {{Assign(color => color.Light)}} }
            {{DarkOnly}} { :root { {{Assign(color => color.Dark)}} } }
            """;

    /// <summary>The text of a file that shows the drawing alone, on paper of its own and with plain colours: not every viewer knows variables.</summary>
    internal static string Standalone(XElement drawing)
    {
        string[] frame = drawing.Attribute("viewBox")!.Value.Split(' ');
        var file = new XElement(drawing);
        file.Add(new XAttribute("width", frame[2]), new XAttribute("height", frame[3]));
        file.AddFirst(
            new XElement(Svg.Namespace + "style", $"svg {{ font: 12px {Font}; }}\n{Resolve(color => color.Light)}\n{DarkOnly} {{\n{Resolve(color => color.Dark)}\n}}\n"),
            new XElement(Svg.Namespace + "rect", new XAttribute("width", "100%"), new XAttribute("height", "100%"), new XAttribute("class", "paper")));
        return $"{file}\n";
    }

    private static string Assign(Func<(string Name, string Light, string Dark), string> value) => string.Join(' ', Colors.Select(color => $"--{color.Name}: {value(color)};"));

    private static string Resolve(Func<(string Name, string Light, string Dark), string> value)
        => Variable().Replace(Rules, match => value(Colors.Single(color => color.Name == match.Groups[1].Value)));

    [GeneratedRegex(@"var\(--(\w+)\)")]
    private static partial Regex Variable();
}
