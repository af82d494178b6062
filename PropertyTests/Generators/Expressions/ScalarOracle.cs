using System.Runtime.Loader;
using System.Text;
using Kernels.PropertyTests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>
/// Judges emitted maps by the scalar methods that they come from: compiles a class of vectorized expressions as a stranger's project
/// would, with a loop over the scalar method beside each, and compares every width with that loop, bit by bit.
/// </summary>
internal sealed unsafe class ScalarOracle : IDisposable
{
    private const int Longest = 211;

    private static readonly int[] Widths = [512, 256, 128, 0];

    private readonly AssemblyLoadContext _context = new("scalar oracle", isCollectible: true);
    private readonly List<Map> _maps = [];

    /// <param name="members">Members of a static class; those marked [Vectorized] are judged.</param>
    public ScalarOracle(string members)
    {
        // Unoptimized scalar methods: the optimizer of .NET 10 loses the sign of zeros in some scalar Min and Max with a constant zero.
        members = members.Replace("[Vectorized", "[MethodImpl(MethodImplOptions.NoOptimization), Vectorized", StringComparison.Ordinal);
        string source = Driver.Head + "using System;\nusing System.Runtime.CompilerServices;\npublic static partial class C\n{\n" + members + "\n}\n";
        CompilationUnitSyntax root = Driver.Tree(source).GetCompilationUnitRoot();
        Source = root.DescendantNodes().OfType<MethodDeclarationSyntax>().ToDictionary(method => method.Identifier.Text, method => method.ToString());
        var adapters = new StringBuilder("using System;\nnamespace Stranger;\npublic static unsafe partial class C\n{\n");
        var maps = new List<(string Name, Map Map)>();
        foreach (MethodDeclarationSyntax method in root.DescendantNodes().OfType<MethodDeclarationSyntax>().Where(method => method.AttributeLists.Count != 0))
        {
            foreach (string scalar in ScalarsOf(method))
            {
                Write(adapters, method, scalar, maps);
            }
        }

        adapters.Append("}\n");
        CSharpCompilation compilation = Driver.Compile(source, adapters.ToString());
        compilation = compilation.WithOptions(compilation.Options.WithAllowUnsafe(true).WithOptimizationLevel(OptimizationLevel.Release));
        Driver.Create().RunGeneratorsAndUpdateCompilation(compilation, out Compilation updated, out _);
        using var stream = new MemoryStream();
        EmitResult emitted = updated.Emit(stream);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(10)) + "\n" + source);
        stream.Position = 0;
        Type type = _context.LoadFromStream(stream).GetType("Stranger.C", throwOnError: true)!;
        foreach ((string name, Map map) in maps)
        {
            _maps.Add(map with
            {
                Scalar = type.GetMethod(name + "_Scalar")!.CreateDelegate<Run>(),
                Vector = type.GetMethod(name + "_Vector")!.CreateDelegate<Run>(),
            });
        }
    }

    /// <summary>Runs one entry point (a width, or 0 for the public method) on memory blocks.</summary>
    public delegate void Run(int width, void** blocks, int length);

    /// <summary>The source of each method.</summary>
    public Dictionary<string, string> Source { get; }

    public int Count => _maps.Count;

    /// <summary>Compares every expression with its scalar method.</summary>
    /// <param name="seed">Of the inputs.</param>
    /// <param name="lengths">Numbers of elements; 0 .. 4L + 3 and some beyond when null.</param>
    public void Check(int seed, int[]? lengths = null)
    {
        lengths ??= [.. Enumerable.Range(0, 68), 79, 80, 81, 127, 128, 129, 130, 193, Longest];
        using var memory = new Blocks(_maps.Max(map => map.Parameters.Length + map.Results.Length));
        foreach (Map map in _maps)
        {
            var random = new Random(seed);
            foreach (int length in lengths)
            {
                for (int placement = 0; placement < 3 + map.Parameters.Length; placement++)
                {
                    foreach (int width in Widths)
                    {
                        CheckOne(map, memory, random, length, placement, width);
                    }
                }
            }
        }
    }

    public void Dispose() => _context.Unload();

    private void CheckOne(Map map, Blocks memory, Random random, int length, int placement, int width)
    {
        int inputs = map.Parameters.Length, results = map.Results.Length;
        byte** blocks = stackalloc byte*[inputs + results];
        byte** copies = stackalloc byte*[inputs + results];
        for (int i = 0; i < inputs + results; i++)
        {
            int size = i < inputs ? map.Parameters[i].Size : map.Results[i - inputs].Size;
            blocks[i] = placement switch
            {
                1 => memory.First(i),
                2 => memory.First(i) + size * (i + 1),
                _ => memory.Last(i, length * size),
            };
            copies[i] = memory.Copy(i);
        }

        // From the fourth placement on, the first destination is an input.
        if (placement >= 3 && map.Parameters[placement - 3] is { Uniform: false })
        {
            blocks[inputs] = blocks[placement - 3];
        }

        for (int i = 0; i < inputs; i++)
        {
            (string type, int size, bool uniform) = map.Parameters[i];
            if (uniform)
            {
                blocks[i] = copies[i];
            }

            for (int j = 0; j < (uniform ? 1 : length); j++)
            {
                Numbers.Draw(random, type, blocks[i] + j * size);
            }

            new ReadOnlySpan<byte>(blocks[i], (uniform ? 1 : length) * size).CopyTo(new Span<byte>(copies[i], Blocks.Size));
        }

        Exception? expected = Record(() => map.Scalar(0, (void**)copies, length));
        Exception? actual = Record(() => map.Vector(width, (void**)blocks, length));
        string context = $"{map.Name} for {map.ScalarType} at {width} bits, {length} elements, placement {placement}\n{Source[map.Name]}";
        Assert.True(expected?.GetType() == actual?.GetType(), $"{context}\nexpected {expected?.Message ?? "no error"}, got {actual?.Message ?? "no error"}");
        for (int i = 0; expected is null && i < results; i++)
        {
            (string type, int size) = map.Results[i];
            for (int j = 0; j < length; j++)
            {
                if (!Numbers.Same(type, copies[inputs + i] + j * size, blocks[inputs + i] + j * size))
                {
                    string elements = string.Join(", ", Enumerable.Range(0, inputs).Select(input =>
                        Numbers.Text(map.Parameters[input].Type, copies[input] + (map.Parameters[input].Uniform ? 0 : j * map.Parameters[input].Size))));
                    Assert.Fail($"{context}\nresult {i} of element {j} ({elements}): expected {Numbers.Text(type, copies[inputs + i] + j * size)}, got {Numbers.Text(type, blocks[inputs + i] + j * size)}");
                }
            }
        }
    }

    private static Exception? Record(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (ArgumentException error)
        {
            return error;
        }
    }

    private static IEnumerable<string> ScalarsOf(MethodDeclarationSyntax method)
    {
        string[] given = [.. method.AttributeLists.SelectMany(list => list.DescendantNodes()).OfType<TypeOfExpressionSyntax>().Select(type => type.Type.ToString())];
        return method.TypeParameterList is null ? [method.ParameterList.Parameters[0].Type!.ToString()]
            : given.Length != 0 ? given
            : method.ToString().Contains("IBinaryInteger") ? ["int", "uint", "long", "ulong"] : ["float", "double"];
    }

    private static void Write(StringBuilder text, MethodDeclarationSyntax method, string scalar, List<(string, Map)> maps)
    {
        string name = method.Identifier.Text, call = method.TypeParameterList is null ? name : $"{name}<{scalar}>";
        string Of(TypeSyntax type) => type.ToString() == "T" ? scalar : type.ToString();
        Parameter[] parameters = [.. method.ParameterList.Parameters.Select(parameter =>
            new Parameter(Of(parameter.Type!), Numbers.Size(Of(parameter.Type!)), parameter.AttributeLists.ToString().Contains("Uniform")))];
        Result[] results = [.. (method.ReturnType is TupleTypeSyntax tuple ? tuple.Elements.Select(element => Of(element.Type)) : [Of(method.ReturnType)])
            .Select(type => new Result(type, Numbers.Size(type)))];
        string arguments = string.Join(", ", parameters.Select((parameter, i) => $"(({parameter.Type}*)p[{i}]){(parameter.Uniform ? "[0]" : "[i]")}"));
        string targets = string.Join(", ", results.Select((result, i) => $"(({result.Type}*)p[{parameters.Length + i}])[i]"));
        string adapter = $"{name}_{scalar}";
        text.Append($"    public static void {adapter}_Scalar(int width, void** p, int n)\n    {{\n        for (int i = 0; i < n; i++)\n        {{\n");
        text.Append($"            {(results.Length == 1 ? targets : $"({targets})")} = {call}({arguments});\n        }}\n    }}\n\n");
        string spans = string.Join(", ", [
            .. parameters.Select((parameter, i) => parameter.Uniform ? $"(({parameter.Type}*)p[{i}])[0]" : $"new ReadOnlySpan<{parameter.Type}>(p[{i}], n)"),
            .. results.Select((result, i) => $"new Span<{result.Type}>(p[{parameters.Length + i}], n)")]);
        text.Append($"    public static void {adapter}_Vector(int width, void** p, int n)\n    {{\n        switch (width)\n        {{\n");
        foreach (int width in Widths)
        {
            text.Append($"            {(width == 0 ? "default" : $"case {width}")}:\n                {name}{(width == 0 ? "" : $"V{width}")}({spans});\n                break;\n");
        }

        text.Append("        }\n    }\n\n");
        maps.Add((adapter, new Map(name, scalar, parameters, results, null!, null!)));
    }

    private readonly record struct Parameter(string Type, int Size, bool Uniform);

    private readonly record struct Result(string Type, int Size);

    private sealed record Map(string Name, string ScalarType, Parameter[] Parameters, Result[] Results, Run Scalar, Run Vector);

    /// <summary>Blocks of memory with forbidden pages around them, and as many plain copies.</summary>
    private sealed class Blocks(int count) : IDisposable
    {
        public const int Size = 4096;

        private readonly GuardedMemory<byte>[] _guarded = [.. Enumerable.Range(0, count).Select(_ => new GuardedMemory<byte>(Size))];
        private readonly GuardedMemory<byte>[] _copies = [.. Enumerable.Range(0, count).Select(_ => new GuardedMemory<byte>(Size))];

        public byte* First(int block) => Start(_guarded[block].First(Size));

        public byte* Last(int block, int bytes) => Start(_guarded[block].Last(bytes));

        public byte* Copy(int block) => Start(_copies[block].First(Size));

        public void Dispose()
        {
            foreach (GuardedMemory<byte> memory in _guarded.Concat(_copies))
            {
                memory.Dispose();
            }
        }

        // The memory does not move.
        private static byte* Start(Strip<byte> strip)
        {
            fixed (byte* start = &System.Runtime.InteropServices.MemoryMarshal.GetReference(strip.Span))
            {
                return start;
            }
        }
    }

    /// <summary>Values of the scalar types by the name of the type.</summary>
    private static class Numbers
    {
        public static int Size(string type) => type switch
        {
            "double" or "long" or "ulong" => 8,
            "bool" => 1,
            _ => 4,
        };

        public static void Draw(Random random, string type, byte* target)
        {
            switch (type)
            {
                case "float":
                    *(float*)target = random.Next(8) == 0 ? BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)) : HardNumbers.Next<float>(random);
                    break;
                case "double":
                    *(double*)target = random.Next(8) == 0 ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) : HardNumbers.Next<double>(random);
                    break;
                case "bool":
                    *(bool*)target = random.Next(2) == 0;
                    break;
                default:
                    long value = random.Next(4) switch
                    {
                        0 => random.Next(-3, 4),
                        1 => new[] { 0, int.MinValue, int.MaxValue, long.MinValue, long.MaxValue, -1 }[random.Next(6)],
                        2 => 1L << random.Next(64),
                        _ => random.NextInt64(long.MinValue, long.MaxValue),
                    };
                    new ReadOnlySpan<byte>(&value, Size(type)).CopyTo(new Span<byte>(target, Size(type)));
                    break;
            }
        }

        public static bool Same(string type, byte* a, byte* b) => type switch
        {
            "float" when float.IsNaN(*(float*)a) => float.IsNaN(*(float*)b),
            "double" when double.IsNaN(*(double*)a) => double.IsNaN(*(double*)b),
            _ => new ReadOnlySpan<byte>(a, Size(type)).SequenceEqual(new ReadOnlySpan<byte>(b, Size(type))),
        };

        public static string Text(string type, byte* value) => type switch
        {
            "float" => $"{*(float*)value:R}",
            "double" => $"{*(double*)value:R}",
            "int" => $"{*(int*)value}",
            "uint" => $"{*(uint*)value}",
            "long" => $"{*(long*)value}",
            "ulong" => $"{*(ulong*)value}",
            _ => $"{*(bool*)value}",
        };
    }
}
