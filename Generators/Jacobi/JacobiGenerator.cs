using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Jacobi;

/// <summary>Emits the kernels of every <c>[JacobiKernels]</c>. Rows of the table that the analyzer rejects emit nothing.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class JacobiGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context) => JacobiKernelTable.Table.Register(context);
}
