using System.Reflection;

namespace Kernels.PropertyTests.Support;

/// <summary>
/// Finds the overloads that were emitted for a scalar type: those of each width, and the public one. By reflection, so that
/// one generic test serves float and double.
/// </summary>
internal static class EntryPoints
{
    public static readonly string[] Suffixes = ["V512", "V256", "V128", ""];

    private delegate void SpanTo<T>(ReadOnlySpan<T> x, Span<T> destination);

    private delegate void SpanUniformTo<T>(ReadOnlySpan<T> x, T u, Span<T> destination);

    private delegate void SpanUniformUniformTo<T>(ReadOnlySpan<T> x, T u, T v, Span<T> destination);

    private delegate void SpanSpanTo<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination);

    private delegate void SpanSpanUniformTo<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, T u, Span<T> destination);

    private delegate void SpanSpanSpanTo<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z, Span<T> destination);

    private delegate void SpanSpanToTwo<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> first, Span<T> second);

    private delegate void SpanSpanUniformUniformToTwo<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, T u, T v, Span<T> first, Span<T> second);

    private delegate void SpanUniformSpanTo<T>(ReadOnlySpan<T> x, T u, ReadOnlySpan<T> y, Span<T> destination);

    private delegate void SpanSpanUniformUniformTo<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, T u, T v, Span<T> destination);

    private delegate void SpanSpanUniformSpanTo<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, T u, ReadOnlySpan<T> z, Span<T> destination);

    private delegate void ThreeSpansThreeUniformsToTwo<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z, T u, T v, T w, Span<T> first, Span<T> second);

    private delegate T SpanTo1<T>(ReadOnlySpan<T> x);

    private delegate T SpanSpanTo1<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y);

    private delegate T ThreeSpansTo1<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> z);

    private delegate (T, T, T) SpanSpanTo3<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y);

    /// <summary>The entry points of a reduction; <paramref name="shape"/> has s for a span and the number of results.</summary>
    public static (string Name, ReductionCall<T> Call)[] Reduction<T>(Type owner, string method, string shape)
        where T : unmanaged
    {
        ReductionCall<T> Entry(string name)
        {
            switch (shape)
            {
                case "s1":
                    SpanTo1<T> one = Bind<SpanTo1<T>>(owner, name);
                    return i => [one(i[0].Span)];
                case "ss1":
                    SpanSpanTo1<T> two = Bind<SpanSpanTo1<T>>(owner, name);
                    return i => [two(i[0].Span, i[1].Span)];
                case "sss1":
                    ThreeSpansTo1<T> three1 = Bind<ThreeSpansTo1<T>>(owner, name);
                    return i => [three1(i[0].Span, i[1].Span, i[2].Span)];
                case "ss3":
                    SpanSpanTo3<T> three = Bind<SpanSpanTo3<T>>(owner, name);
                    return i =>
                    {
                        (T a, T b, T c) = three(i[0].Span, i[1].Span);
                        return [a, b, c];
                    };
                default:
                    throw new ArgumentException($"No delegate for the shape {shape}.", nameof(shape));
            }
        }

        return [.. Suffixes.Select(suffix => (suffix.Length == 0 ? "public" : suffix, Entry(method + suffix)))];
    }

    /// <summary>The entry points of a map; <paramref name="shape"/> has s for a span, u for a uniform, d for a destination.</summary>
    public static (string Name, MapCall<T> Call)[] Map<T>(Type owner, string method, string shape)
        where T : unmanaged
        => [.. Suffixes.Select(suffix => (suffix.Length == 0 ? "public" : suffix, Bind<T>(owner, method + suffix, shape)))];

    /// <summary>A delegate of type <typeparamref name="TDelegate"/> on the overload with exactly its parameter types.</summary>
    public static TDelegate Bind<TDelegate>(Type owner, string method)
        where TDelegate : Delegate
    {
        Type[] types = [.. typeof(TDelegate).GetMethod("Invoke")!.GetParameters().Select(parameter => parameter.ParameterType)];
        MethodInfo found = owner.GetMethod(method, 0, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic, null, types, null)
            ?? throw new MissingMethodException(owner.Name, method);
        return found.CreateDelegate<TDelegate>();
    }

    private static MapCall<T> Bind<T>(Type owner, string method, string shape)
        where T : unmanaged
    {
        switch (shape)
        {
            case "sd":
                SpanTo<T> one = Bind<SpanTo<T>>(owner, method);
                return (i, u, o) => one(i[0].Span, o[0].Span);
            case "sud":
                SpanUniformTo<T> oneUniform = Bind<SpanUniformTo<T>>(owner, method);
                return (i, u, o) => oneUniform(i[0].Span, u[0], o[0].Span);
            case "suud":
                SpanUniformUniformTo<T> oneTwo = Bind<SpanUniformUniformTo<T>>(owner, method);
                return (i, u, o) => oneTwo(i[0].Span, u[0], u[1], o[0].Span);
            case "ssd":
                SpanSpanTo<T> two = Bind<SpanSpanTo<T>>(owner, method);
                return (i, u, o) => two(i[0].Span, i[1].Span, o[0].Span);
            case "ssud":
                SpanSpanUniformTo<T> twoUniform = Bind<SpanSpanUniformTo<T>>(owner, method);
                return (i, u, o) => twoUniform(i[0].Span, i[1].Span, u[0], o[0].Span);
            case "susd":
                SpanUniformSpanTo<T> between = Bind<SpanUniformSpanTo<T>>(owner, method);
                return (i, u, o) => between(i[0].Span, u[0], i[1].Span, o[0].Span);
            case "ssuud":
                SpanSpanUniformUniformTo<T> twoTwo = Bind<SpanSpanUniformUniformTo<T>>(owner, method);
                return (i, u, o) => twoTwo(i[0].Span, i[1].Span, u[0], u[1], o[0].Span);
            case "ssusd":
                SpanSpanUniformSpanTo<T> threeBetween = Bind<SpanSpanUniformSpanTo<T>>(owner, method);
                return (i, u, o) => threeBetween(i[0].Span, i[1].Span, u[0], i[2].Span, o[0].Span);
            case "sssd":
                SpanSpanSpanTo<T> three = Bind<SpanSpanSpanTo<T>>(owner, method);
                return (i, u, o) => three(i[0].Span, i[1].Span, i[2].Span, o[0].Span);
            case "ssdd":
                SpanSpanToTwo<T> toTwo = Bind<SpanSpanToTwo<T>>(owner, method);
                return (i, u, o) => toTwo(i[0].Span, i[1].Span, o[0].Span, o[1].Span);
            case "ssuudd":
                SpanSpanUniformUniformToTwo<T> rotation = Bind<SpanSpanUniformUniformToTwo<T>>(owner, method);
                return (i, u, o) => rotation(i[0].Span, i[1].Span, u[0], u[1], o[0].Span, o[1].Span);
            case "sssuuudd":
                ThreeSpansThreeUniformsToTwo<T> step = Bind<ThreeSpansThreeUniformsToTwo<T>>(owner, method);
                return (i, u, o) => step(i[0].Span, i[1].Span, i[2].Span, u[0], u[1], u[2], o[0].Span, o[1].Span);
            default:
                throw new ArgumentException($"No delegate for the shape {shape}.", nameof(shape));
        }
    }
}
