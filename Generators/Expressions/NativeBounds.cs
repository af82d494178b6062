using Kernels.Generators.Emit;

namespace Kernels.Generators.Expressions;

/// <summary>
/// Minimum, maximum and clamp against bounds that are the same for all elements take one instruction a bound instead of two or more, where no
/// bound is zero or NaN: x64 has an instruction that gives its second operand when one is NaN or both are zero, and only a bound that is NaN,
/// or a zero, would make that differ from <c>T.Min</c> and <c>T.Max</c>. On Arm the instruction has no such exceptions.
/// </summary>
internal static class NativeBounds
{
    /// <summary>The expression with such instructions, and the steps that must be neither zero nor NaN; null where there are none.</summary>
    /// <param name="model">The expression.</param>
    /// <param name="variant">Scalar type and width.</param>
    /// <param name="shape">Whether each parameter is a span.</param>
    public static (ExpressionModel Model, IReadOnlyList<int> Bounds)? Of(ExpressionModel model, Variant variant, EquatableArray<bool> shape)
    {
        if (!ScalarTypes.IsFloating(variant.Scalar))
        {
            return null;
        }

        var code = new List<Instruction>();
        var bounds = new List<int>();
        var varies = new List<bool>();
        int[] moved = new int[model.Code.Count];

        int Add(Instruction instruction, bool varying)
        {
            code.Add(instruction);
            varies.Add(varying);
            return code.Count - 1;
        }

        // The bound first: the second operand is the one that stays.
        int Native(Operation operation, int bound, int value, string name, string quote)
        {
            bounds.Add(bound);
            return Add(new(operation, Lane.Scalar, bound, value, -1, "", name, quote), varying: true);
        }

        for (int i = 0; i < moved.Length; i++)
        {
            Instruction old = model.Code[i];
            int At(int operand) => operand < 0 ? operand : moved[operand];
            (int a, int b, int c) = (At(old.A), At(old.B), At(old.C));
            bool Bound(int operand) => operand >= 0 && !varies[operand] && code[operand].Operation is not (Operation.Zero or Operation.Constant or Operation.One);
            moved[i] = old.Operation switch
            {
                Operation.Clamp when old.Lane == Lane.Scalar && varies[a] && Bound(b) && Bound(c)
                    => Native(Operation.MinNative, c, Native(Operation.MaxNative, b, a, "", ""), old.Name, old.Quote),
                Operation.Max or Operation.Min when old.Lane == Lane.Scalar && varies[a] && Bound(b) => Native(Of(old.Operation), b, a, old.Name, old.Quote),
                Operation.Max or Operation.Min when old.Lane == Lane.Scalar && Bound(a) && varies[b] => Native(Of(old.Operation), a, b, old.Name, old.Quote),
                Operation.Parameter => Add(old, shape[ParameterOf(model, old.Text)]),
                _ => Add(old with { A = a, B = b, C = c }, new[] { a, b, c }.Any(operand => operand >= 0 && varies[operand])),
            };
        }

        return bounds.Count == 0 ? null
            : (model with { Code = new(code), Results = new([.. model.Results.Select(result => result with { Step = moved[result.Step] })]) }, [.. bounds.Distinct()]);
    }

    private static Operation Of(Operation operation) => operation == Operation.Max ? Operation.MaxNative : Operation.MinNative;

    private static int ParameterOf(ExpressionModel model, string name)
        => Enumerable.Range(0, model.Parameters.Count).First(i => model.Parameters[i].Name == name);
}
