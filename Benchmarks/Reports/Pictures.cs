using System.Xml.Linq;
using Kernels.Benchmarks.Formats;

namespace Kernels.Benchmarks.Reports;

/// <summary>Matrices as grey pictures inside the page.</summary>
internal static class Pictures
{
    /// <summary>One picture; a small matrix is enlarged without smoothing.</summary>
    /// <param name="matrix">What is drawn.</param>
    /// <param name="black">The value drawn black.</param>
    /// <param name="white">The value drawn white.</param>
    /// <param name="width">Width on the page, as a style sheet says it.</param>
    /// <param name="title">What it shows, for those who do not see it.</param>
    internal static XElement Grey(double[,] matrix, double black, double white, string width, string title)
        => new(
            "img",
            new XAttribute("src", $"data:image/png;base64,{Convert.ToBase64String(PngFile.Write(matrix, black, white))}"),
            new XAttribute("alt", title),
            new XAttribute("style", $"width: {width}; image-rendering: {(matrix.GetLength(1) < 200 ? "pixelated" : "auto")}; margin: 0 1% 6px 0"));

    /// <summary>Several pictures side by side, each with its name below.</summary>
    internal static XElement Row(IReadOnlyList<(string Name, double[,] Matrix, double Black, double White)> pictures)
        => new(
            "div",
            new XAttribute("style", $"display: grid; grid-template-columns: repeat({Math.Min(3, pictures.Count)}, 1fr); gap: 10px"),
            pictures.Select(picture => new XElement(
                "div",
                Grey(picture.Matrix, picture.Black, picture.White, "100%", picture.Name),
                new XElement("div", new XAttribute("style", "font-size: 13px; color: var(--muted)"), picture.Name))));

    /// <summary>Many small pictures, each between its own extremes around zero or, without negative elements, from zero.</summary>
    internal static XElement Tiles(IEnumerable<(string Name, double[,] Matrix)> tiles)
        => new(
            "div",
            new XAttribute("style", "display: grid; grid-template-columns: repeat(auto-fill, minmax(72px, 1fr)); gap: 8px"),
            tiles.Select(tile =>
            {
                double[] elements = [.. tile.Matrix.Cast<double>()];
                double most = elements.Max(Math.Abs);
                return Grey(tile.Matrix, elements.Min() < 0 ? -most : 0, most, "100%", tile.Name);
            }));
}
