using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kernels.Generators.Emit;

/// <summary>Whether a project may have pointers: what is emitted into every project must not have them where it may not.</summary>
internal static class UnsafeCode
{
    public static IncrementalValueProvider<bool> IsAllowed(IncrementalGeneratorInitializationContext context)
        => context.CompilationProvider.Select(static (compilation, _) => compilation.Options is CSharpCompilationOptions { AllowUnsafe: true });

    /// <summary>Adds a source that has pointers, where they are allowed.</summary>
    public static void AddContract(IncrementalGeneratorInitializationContext context, string hintName, string source)
        => context.RegisterSourceOutput(IsAllowed(context), (output, allowed) =>
        {
            if (allowed)
            {
                output.AddSource(hintName, source);
            }
        });
}
