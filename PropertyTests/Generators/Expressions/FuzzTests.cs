using System.Text;
using Kernels.PropertyTests.Support;
using Microsoft.CodeAnalysis;

namespace Kernels.PropertyTests.Generators.Expressions;

/// <summary>
/// Random programs of the language and a little beyond it: each is either refused by the analyzer and gets no kernels, or its kernels
/// have the bits of the scalar method.
/// </summary>
public class FuzzTests
{
    private const int Programs = 40;

    [GuardedFact]
    public async Task WhatTranslatesIsRight()
    {
        (string Name, string Source)[] programs = [.. Enumerable.Range(0, Programs).Select(i => ($"F{i}", new Program(new Random(20250800 + i)).Write($"F{i}")))];
        HashSet<string> refused = await Refused(programs.Select(program => program.Source));
        string[] kept = [.. programs.Where(program => !refused.Contains(program.Name)).Select(program => program.Source)];
        // The grammar strays from the language now and then, and not always.
        Assert.InRange(refused.Count, 1, Programs / 2);
        using var oracle = new ScalarOracle(string.Join("\n", kept));
        Assert.Equal(kept.Length, oracle.Source.Count);
        oracle.Check(20250801, [0, 1, 3, 4, 7, 8, 15, 17, 33, 67]);
    }

    [GuardedFact]
    public async Task WhatIsRefusedGetsNoKernels()
    {
        string[] programs = [.. Enumerable.Range(0, Programs).Select(i => new Program(new Random(20250900 + i)).Write($"F{i}"))];
        HashSet<string> refused = await Refused(programs);
        string[] emitted = [.. Driver.Emit(Source(programs)).Keys.Where(hint => hint.EndsWith(".V512.g.cs", StringComparison.Ordinal)).Select(hint => hint.Split('.')[2]).Distinct()];
        Assert.Equal(Enumerable.Range(0, Programs).Select(i => $"F{i}").Where(name => !refused.Contains(name)).Order(), emitted.Order());
    }

    private static string Source(IEnumerable<string> members)
        => Driver.Head + "using System;\npublic static partial class C\n{\n" + string.Join("\n", members) + "\n}\n";

    // The methods that the analyzer marks. What the compiler refuses is a fault of the grammar.
    private static async Task<HashSet<string>> Refused(IEnumerable<string> members)
    {
        string source = Source(members);
        Diagnostic? fault = Driver.Compile(source).GetDiagnostics().FirstOrDefault(diagnostic =>
            diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id is not ("CS0246" or "CS0234"));
        Assert.True(fault is null, $"{fault}: {source.Split('\n').ElementAtOrDefault(fault?.Location.GetLineSpan().StartLinePosition.Line ?? 0)}");
        return [.. (await Driver.Analyze(source)).Select(diagnostic => diagnostic.Location.SourceTree!.GetRoot().FindNode(diagnostic.Location.SourceSpan)
            .FirstAncestorOrSelf<Microsoft.CodeAnalysis.CSharp.Syntax.MethodDeclarationSyntax>()!.Identifier.Text)];
    }

    /// <summary>Writes one random method on scalars: generic over floating-point numbers or integers, or concrete on float, double, int or ulong.</summary>
    private sealed class Program(Random random)
    {
        private static readonly string[] Kinds = ["T", "T", "float", "double", "I", "int", "ulong"];

        private readonly StringBuilder _body = new();
        private readonly List<string> _numbers = ["x", "y", "u"];
        private readonly List<string> _truths = [];
        private string _type = "";
        private bool _integer;
        private int _patterns;

        public string Write(string name)
        {
            string kind = Kinds[random.Next(Kinds.Length)];
            (_type, _integer) = kind == "I" ? ("T", true) : (kind, kind is "int" or "ulong");
            bool generic = _type == "T";
            Statements(random.Next(5), "        ", returning: false);
            _body.Append($"        return {Number(4)};\n");
            string constraint = !generic ? "" : _integer ? " where T : unmanaged, System.Numerics.IBinaryInteger<T>" : " where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>";
            // Constants may overflow, which the compiler refuses elsewhere.
            string body = _integer && !generic ? $"        unchecked\n        {{\n{_body}        }}\n" : _body.ToString();
            return $"    [Vectorized] private static {_type} {name}{(generic ? "<T>" : "")}({_type} x, {_type} y, [Uniform] {_type} u){constraint}\n    {{\n{body}    }}\n";
        }

        private void Statements(int count, string indent, bool returning)
        {
            for (int i = 0; i < count; i++)
            {
                switch (random.Next(returning ? 4 : 6))
                {
                    case 0:
                        string truth = $"b{_truths.Count}_{_body.Length}";
                        _body.Append($"{indent}bool {truth} = {Truth(3)};\n");
                        _truths.Add(truth);
                        break;
                    case 1:
                        string local = $"t{_numbers.Count}_{_body.Length}";
                        _body.Append($"{indent}{_type} {local} = {Number(3)};\n");
                        _numbers.Add(local);
                        break;
                    case 2:
                        _body.Append($"{indent}{Pick(_numbers)} {Pick(["=", "+=", "-=", "*="])} {Number(2)};\n");
                        break;
                    case 3:
                        string target = Pick(_numbers);
                        _body.Append($"{indent}({target}, {Pick([.. _numbers.Where(number => number != target)])}) = ({Number(2)}, {Number(2)});\n");
                        break;
                    case 4:
                        _body.Append($"{indent}if ({Truth(2)})\n{indent}{{\n");
                        Scope(() => Statements(1 + random.Next(2), indent + "    ", returning: true));
                        if (random.Next(2) == 0)
                        {
                            _body.Append($"{indent}    return {Number(2)};\n");
                        }

                        _body.Append($"{indent}}}\n");
                        break;
                    default:
                        _body.Append($"{indent}if ({Truth(2)})\n{indent}{{\n");
                        Scope(() => Statements(1, indent + "    ", returning: true));
                        _body.Append($"{indent}}}\n{indent}else\n{indent}{{\n");
                        Scope(() => Statements(1, indent + "    ", returning: true));
                        _body.Append($"{indent}}}\n");
                        break;
                }
            }
        }

        private void Scope(Action write)
        {
            (int numbers, int truths) = (_numbers.Count, _truths.Count);
            write();
            _numbers.RemoveRange(numbers, _numbers.Count - numbers);
            _truths.RemoveRange(truths, _truths.Count - truths);
        }

        private string Number(int depth)
        {
            if (depth == 0 || random.Next(8) == 0)
            {
                return random.Next(4) == 0 ? Constant() : Pick(_numbers);
            }

            string A() => Number(depth - 1);
            string T = _type;
            return random.Next(_integer ? 10 : 14) switch
            {
                0 => $"({A()} + {A()})",
                1 => $"({A()} - {A()})",
                2 => $"({A()} * {A()})",
                3 => _type == "ulong" ? $"(~{A()})" : $"(- {A()})",
                4 => $"({Truth(depth - 1)} ? {A()} : {A()})",
                5 => $"{T}.Min({A()}, {A()})",
                6 => $"{T}.Max({A()}, {A()})",
                7 when $"q{++_patterns}" is var q => $"(({Truth(depth - 1)}, {Truth(depth - 1)}) switch {{ (true, var {q}) when {q} || {Truth(0)} => {A()}, (_, false) => {A()}, _ => {A()} }})",
                8 when _integer => $"({A()} {Pick(["&", "|", "^"])} {A()})",
                9 when _integer => random.Next(25) == 0 ? $"({A()} % {A()})" : $"({A()} {Pick(["<<", ">>", ">>>"])} {random.Next(-3, 70)})",
                8 => $"({A()} / {A()})",
                9 => $"{T}.{Pick(["Abs", "Sqrt", "Floor", "Ceiling", "Truncate", "Round"])}({A()})",
                10 => $"{T}.FusedMultiplyAdd({A()}, {A()}, {A()})",
                // The sign of a NaN is not defined, so it is taken from a number that is none.
                11 => $"{T}.CopySign({A()}, {T}.IsNaN({Pick(_numbers)}) ? x - x : {T}.Min(u, u))".Replace("x - x", Constant()).Replace($"{T}.Min(u, u)", Constant()),
                12 => random.Next(25) == 0 ? $"({A()} % {A()})" : $"{T}.Clamp({A()}, -{T}.Abs({A()}), {T}.Abs({A()}))",
                _ => random.Next(25) == 0 ? $"{T}.Tan({A()})" : $"{T}.{Pick(["MinNumber", "MaxNumber", "Hypot"])}({A()}, {A()})",
            };
        }

        private string Truth(int depth)
        {
            if (depth == 0)
            {
                return _truths.Count != 0 && random.Next(2) == 0 ? Pick(_truths) : $"{Pick(_numbers)} {Pick(["<", "<=", ">", ">=", "==", "!="])} {Pick(_numbers)}";
            }

            return random.Next(6) switch
            {
                0 => $"!({Truth(depth - 1)})",
                1 => $"({Truth(depth - 1)} && {Truth(depth - 1)})",
                2 => $"({Truth(depth - 1)} || {Truth(depth - 1)})",
                3 => $"({Truth(depth - 1)} {Pick(["&", "|", "^"])} {Truth(depth - 1)})",
                _ => $"{Number(depth - 1)} {Pick(["<", "<=", ">", ">=", "==", "!="])} {Number(depth - 1)}",
            };
        }

        private string Constant() => _type switch
        {
            "T" => random.Next(3) switch { 0 => "T.Zero", 1 => "T.One", _ => $"T.CreateChecked({(_integer ? "5" : Pick(["0.5", "-1.25f", "3", "-0.0"]))})" },
            "float" => Pick(["0f", "-0f", "1.5f", "-2f", "1e-40f", "float.PositiveInfinity"]),
            "double" => Pick(["0.0", "-0.0", "0.1", "-3.0", "double.Epsilon", "7"]),
            "int" => Pick(["0", "1", "-7", "int.MinValue", "0x55555555"]),
            _ => Pick(["0UL", "1UL", "77UL", "ulong.MaxValue"]),
        };

        private string Pick(IReadOnlyList<string> from) => from[random.Next(from.Count)];
    }
}
