namespace Kernels.Generators.Emit;

/// <summary>
/// The attribute that makes the compiler treat a type as private to its assembly, so that two projects that see each other's
/// internals may both carry the generators' attributes. Partial, because each generator adds it.
/// </summary>
internal static class EmbeddedMarker
{
    public const string HintName = "Microsoft.CodeAnalysis.EmbeddedAttribute.g.cs";

    public static readonly string Source = Banner.Of("Keeps the generators' attributes private to this assembly.") + """

        namespace Microsoft.CodeAnalysis
        {
            internal sealed partial class EmbeddedAttribute : global::System.Attribute
            {
            }
        }

        """.Replace("\r\n", "\n");
}
