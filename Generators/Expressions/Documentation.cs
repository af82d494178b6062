using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Expressions;

/// <summary>The XML documentation of the scalar method, with references already resolved by the compiler.</summary>
internal sealed class Documentation
{
    private readonly XElement? _root;

    private Documentation(XElement? root) => _root = root;

    public string Summary => Inner("summary");

    public string Returns => Inner("returns");

    public string Parameter(string name)
        => Text(_root?.Elements("param").FirstOrDefault(element => "@" + (string?)element.Attribute("name") == "@" + name.TrimStart('@')));

    public static Documentation Of(IMethodSymbol method, CancellationToken token)
    {
        string? xml = method.GetDocumentationCommentXml(cancellationToken: token);
        if (string.IsNullOrWhiteSpace(xml))
        {
            return new(null);
        }

        try
        {
            var root = XElement.Parse(xml!, LoadOptions.PreserveWhitespace);
            // The emitted overloads have no type parameter to refer to.
            foreach (XElement reference in root.Descendants("typeparamref").ToArray())
            {
                reference.ReplaceWith(new XElement("c", (string?)reference.Attribute("name") ?? "T"));
            }

            return new(root);
        }
        catch (XmlException)
        {
            return new(null);
        }
    }

    private string Inner(string name) => Text(_root?.Element(name));

    private static string Text(XElement? element)
    {
        if (element is null)
        {
            return "";
        }

        IEnumerable<string> lines = string.Concat(element.Nodes().Select(node => node.ToString(SaveOptions.DisableFormatting)))
            .Replace("\r\n", "\n").Split('\n').Select(line => line.Trim()).Where(line => line.Length != 0);
        return string.Join("\n", lines);
    }
}
