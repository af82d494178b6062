using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Tiles;

/// <summary>Emits the tiles of every <c>[GemmTile]</c>. Rows of the table that the analyzer rejects emit nothing.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class GemmTileGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context) => GemmTileTable.Table.Register(context);
}
