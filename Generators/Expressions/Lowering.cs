namespace Kernels.Generators.Expressions;

/// <summary>Replaces, for one scalar type, what no vector operation does by steps that do it.</summary>
internal static class Lowering
{
    /// <param name="model">The expression as written.</param>
    /// <param name="scalar">The scalar type.</param>
    /// <param name="keys">Whether indices are sought by integers that have the order of the results.</param>
    public static ExpressionModel Of(ExpressionModel model, string scalar, bool keys = true)
    {
        if (!model.IsApproximate && !model.Results.Any(result => result.Fold is Fold.ArgMax or Fold.ArgMin))
        {
            return model;
        }

        var code = new ExpressionCode(scalar);
        int[] moved = new int[model.Code.Count];
        for (int i = 0; i < moved.Length; i++)
        {
            Instruction step = model.Code[i];
            int Moved(int operand) => operand < 0 ? operand : moved[operand];
            if (ExpressionModel.IsElementary(step.Operation))
            {
                moved[i] = Elementary.Of(step.Operation, new Term(code, moved[step.A]), ScalarTypes.Of(step.Lane, scalar) == "float").Step;
                code.Name(moved[i], step.Name, step.Quote);
                continue;
            }

            moved[i] = code.Add(step.Operation, step.Lane, Moved(step.A), Moved(step.B), Moved(step.C), step.Text);
            if (step.Name.Length != 0)
            {
                code.Name(moved[i], step.Name, step.Quote);
            }
        }

        OutputModel[] results = [.. model.Results.Select(result => result with
        {
            Step = keys && result.Fold is (Fold.ArgMax or Fold.ArgMin)
                ? Key(code, moved[result.Step], ScalarTypes.Of(result.Lane, scalar), result.Fold)
                : moved[result.Step],
        })];
        return model with { Code = new(code.Instructions), Results = new(results), Written = model };
    }

    /// <summary>
    /// An integer of the same order. For a floating-point number, its bits with those of the magnitude turned over where it is negative:
    /// an order with -0 before +0. NaN is the best of all, whatever is sought.
    /// </summary>
    private static int Key(ExpressionCode code, int value, string scalar, Fold fold)
    {
        if (!ScalarTypes.IsFloating(scalar))
        {
            return value;
        }

        string signs = (ScalarTypes.Bits(scalar) - 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        int bits = code.Add(Operation.Reinterpret, Lane.Signed, value);
        int sign = code.Add(Operation.ShiftRight, Lane.Signed, bits, text: signs);
        int ordered = code.Add(Operation.Xor, Lane.Signed, bits, code.Add(Operation.ShiftRightLogical, Lane.Signed, sign, text: "1"));
        int best = code.Add(Operation.Constant, Lane.Signed, text: ScalarTypes.Of(Lane.Signed, scalar) + (fold == Fold.ArgMax ? ".MaxValue" : ".MinValue"));
        return code.Add(Operation.Select, Lane.Signed, code.Add(Operation.NotEqual, Lane.Mask, value, value), best, ordered);
    }
}
