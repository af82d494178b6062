using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Expressions;

/// <summary>What one lane of a vector holds. Every lane of an expression has the width of its scalar type.</summary>
internal enum Lane
{
    /// <summary>The scalar type of the expression, <c>T</c> in emitted files.</summary>
    Scalar,

    /// <summary>A condition: all bits set or none.</summary>
    Mask,

    /// <summary>Another floating-point type than the scalar.</summary>
    Floating,

    /// <summary>A signed integer other than the scalar.</summary>
    Signed,

    /// <summary>An unsigned integer other than the scalar.</summary>
    Unsigned,

    /// <summary>A double of half a vector, beside floats.</summary>
    Wide,

    /// <summary>The bits of a <see cref="Wide"/>.</summary>
    WideSigned,

    /// <summary>No lane: an <c>int</c> that is the same for all elements and says how far to shift.</summary>
    Count,
}

/// <summary>The scalar types that have kernels, by their C# names.</summary>
internal static class ScalarTypes
{
    public static readonly string[] All = ["float", "double", "int", "uint", "long", "ulong"];

    public static string? NameOf(ITypeSymbol? type) => type?.SpecialType switch
    {
        SpecialType.System_Single => "float",
        SpecialType.System_Double => "double",
        SpecialType.System_Int32 => "int",
        SpecialType.System_UInt32 => "uint",
        SpecialType.System_Int64 => "long",
        SpecialType.System_UInt64 => "ulong",
        _ => null,
    };

    public static int Bits(string scalar) => scalar is "double" or "long" or "ulong" ? 64 : 32;

    public static bool IsFloating(string scalar) => scalar is "float" or "double";

    /// <summary>Name in the <c>System</c> namespace, which is also what <c>Vector512.AsSingle</c> and its like are named by.</summary>
    public static string SystemName(string scalar) => scalar switch
    {
        "float" => "Single",
        "double" => "Double",
        "int" => "Int32",
        "uint" => "UInt32",
        "long" => "Int64",
        _ => "UInt64",
    };

    /// <summary>The C# type of a lane beside lanes of <paramref name="scalar"/>.</summary>
    public static string Of(Lane lane, string scalar) => lane switch
    {
        Lane.Scalar => scalar,
        Lane.Mask => "bool",
        Lane.Count => "int",
        Lane.Wide => "double",
        Lane.WideSigned => "long",
        Lane.Floating => Bits(scalar) == 64 ? "double" : "float",
        Lane.Signed => Bits(scalar) == 64 ? "long" : "int",
        _ => Bits(scalar) == 64 ? "ulong" : "uint",
    };
}

/// <summary>Which lane a C# type of the scalar method is.</summary>
/// <param name="type">The type parameter of a generic method, or the scalar type of a concrete one.</param>
/// <param name="scalars">The scalar types that kernels are written for.</param>
internal sealed class LaneTypes(ITypeSymbol type, string[] scalars)
{
    private ITypeParameterSymbol? _alias;
    private Lane _aliased;

    /// <summary>What the scalar is called in the source.</summary>
    public string Name => (_alias ?? type).ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    public IReadOnlyList<string> Scalars => scalars;

    /// <summary>Whether the scalar is a type parameter.</summary>
    public bool IsGeneric => type is ITypeParameterSymbol;

    /// <summary>The same lanes inside an expression that is called with type argument <paramref name="lane"/>.</summary>
    public LaneTypes With(ITypeParameterSymbol parameter, Lane lane) => new(type, scalars) { _alias = parameter, _aliased = lane };

    public Lane? Of(ITypeSymbol? other)
    {
        if (other is null)
        {
            return null;
        }

        if (_alias is not null && SymbolEqualityComparer.Default.Equals(other, _alias))
        {
            return _aliased;
        }

        if (SymbolEqualityComparer.Default.Equals(other, type))
        {
            return Lane.Scalar;
        }

        if (other.SpecialType == SpecialType.System_Boolean)
        {
            return Lane.Mask;
        }

        // A generic method has lanes of several widths, and no other type fits them all.
        return type is ITypeParameterSymbol || ScalarTypes.NameOf(other) is not { } name || ScalarTypes.Bits(name) != ScalarTypes.Bits(scalars[0])
            ? null
            : ScalarTypes.IsFloating(name) ? Lane.Floating : name is "int" or "long" ? Lane.Signed : Lane.Unsigned;
    }

    /// <summary>Whether some kernel has integers in this lane.</summary>
    public bool MayBeInteger(Lane lane) => lane is Lane.Signed or Lane.Unsigned || (lane == Lane.Scalar && scalars.Any(scalar => !ScalarTypes.IsFloating(scalar)));

    /// <summary>Whether some kernel has floating-point numbers in this lane.</summary>
    public bool MayBeFloating(Lane lane) => lane == Lane.Floating || (lane == Lane.Scalar && scalars.Any(ScalarTypes.IsFloating));
}
