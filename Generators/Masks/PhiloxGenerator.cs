using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Masks;

/// <summary>Emits the kernels of every <c>[PhiloxKernels]</c>. Rows of the table that the analyzer rejects emit nothing.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class PhiloxGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context) => PhiloxKernelTable.Table.Register(context);
}
