using System.Text;
using System.Xml.Linq;
using Kernels.Benchmarks.Formats;
using Kernels.Benchmarks.Reports;

namespace Kernels.Benchmarks.Compare;

/// <summary>A Markdown page and its drawings, in a folder of the page's name beside it. Nothing appears before <see cref="Write"/>.</summary>
internal sealed class PageFiles : IDisposable
{
    private const string Extension = ".md";

    private readonly OutputFile _page;
    private readonly OutputFolder _drawings;

    /// <summary>Finds an unwritable place before any work.</summary>
    internal PageFiles(string path)
    {
        _page = new OutputFile(path);
        try
        {
            _drawings = new OutputFolder(Path.ChangeExtension(path, null));
        }
        catch
        {
            _page.Dispose();
            throw;
        }

        Folder = Path.GetFileNameWithoutExtension(path);
    }

    /// <summary>The folder of the drawings as the page names it.</summary>
    internal string Folder { get; }

    /// <exception cref="BadInputException">The path has no name that a folder beside the page could have.</exception>
    internal static void Check(string path)
    {
        if (!path.EndsWith(Extension, StringComparison.Ordinal) || Path.GetFileNameWithoutExtension(path).Length == 0)
        {
            throw new BadInputException($"--page: '{path}' does not end in NAME{Extension}; the plots go to the folder NAME beside it.");
        }
    }

    internal void Write(string text, IReadOnlyList<(string File, XElement Drawing)> drawings)
    {
        foreach (var (file, drawing) in drawings)
        {
            _drawings.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(DrawingStyle.Standalone(drawing))));
        }

        _drawings.Commit();
        _page.Write(text);
    }

    public void Dispose()
    {
        _drawings.Dispose();
        _page.Dispose();
    }
}
