namespace Kernels.Generators.Expressions;

/// <summary>A step of an expression that is being written by the generator itself, with the operators of C#.</summary>
internal readonly record struct Term(ExpressionCode Code, int Step)
{
    public Lane Lane => Code[Step].Lane;

    public static Term operator +(Term a, Term b) => a.With(Operation.Add, b);

    public static Term operator -(Term a, Term b) => a.With(Operation.Subtract, b);

    public static Term operator *(Term a, Term b) => a.With(Operation.Multiply, b);

    public static Term operator /(Term a, Term b) => a.With(Operation.Divide, b);

    public static Term operator -(Term a) => a with { Step = a.Code.Add(Operation.Negate, a.Lane, a.Step) };

    public static Term operator &(Term a, Term b) => a.With(Operation.And, b);

    public static Term operator ^(Term a, Term b) => a.With(Operation.Xor, b);

    public static Term operator <<(Term a, int distance) => a.Shifted(Operation.ShiftLeft, distance);

    public static Term operator >>(Term a, int distance) => a.Shifted(Operation.ShiftRight, distance);

    public static Term operator <(Term a, Term b) => a.With(Operation.Less, b, Lane.Mask);

    public static Term operator <=(Term a, Term b) => a.With(Operation.LessOrEqual, b, Lane.Mask);

    public static Term operator >=(Term a, Term b) => a.With(Operation.GreaterOrEqual, b, Lane.Mask);

    public static Term operator !(Term mask) => mask with { Step = mask.Code.Add(Operation.Not, Lane.Mask, mask.Step) };

    public static Term operator >(Term a, Term b) => a.With(Operation.Greater, b, Lane.Mask);

    /// <summary>a b + c, rounded once.</summary>
    public static Term Fma(Term a, Term b, Term c) => a with { Step = a.Code.Add(Operation.FusedMultiplyAdd, a.Lane, a.Step, b.Step, c.Step) };

    public static Term Select(Term mask, Term a, Term b) => a with { Step = a.Code.Add(Operation.Select, a.Lane, mask.Step, a.Step, b.Step) };

    /// <summary>The smaller; anything where one is NaN.</summary>
    public static Term Least(Term a, Term b) => a.With(Operation.MinNative, b);

    /// <summary>The larger; anything where one is NaN.</summary>
    public static Term Largest(Term a, Term b) => a.With(Operation.MaxNative, b);

    /// <summary>The value, or a function of <c>VectorizedMath</c> of the argument where the mask holds in some lane.</summary>
    public static Term Careful(Term mask, string function, Term argument, Term value)
        => argument with { Step = argument.Code.Add(Operation.Careful, argument.Lane, argument.Step, mask.Step, value.Step, function) };

    /// <summary>The polynomial with these coefficients, lowest first, by Horner's rule.</summary>
    public static Term Polynomial(Term x, params double[] coefficients)
    {
        Term sum = x.Number(coefficients[coefficients.Length - 1]);
        for (int i = coefficients.Length - 2; i >= 0; i--)
        {
            sum = Fma(sum, x, x.Number(coefficients[i]));
        }

        return sum;
    }

    public Term EqualTo(Term other) => With(Operation.Equal, other, Lane.Mask);

    public Term Abs() => this with { Step = Code.Add(Operation.Abs, Lane, Step) };

    /// <summary>The same bits in another lane.</summary>
    public Term As(Lane lane) => this with { Step = Code.Add(Operation.Reinterpret, lane, Step) };

    /// <summary>Another operation of one operand.</summary>
    public Term Through(Operation operation, Lane lane, string text = "") => this with { Step = Code.Add(operation, lane, Step, text: text) };

    /// <summary>Another operation of two operands.</summary>
    public Term With(Operation operation, Term other, Lane? lane = null, string text = "")
        => this with { Step = Code.Add(operation, lane ?? Lane, Step, other.Step, text: text) };

    /// <summary>A constant in the lane of this value; in a lane of floats it must be one.</summary>
    public Term Number(double value) => Constant(Lane, Code.IsSingle(Lane) ? ExpressionCode.Typed((float)value)! : ExpressionCode.Typed(value)!);

    /// <summary>A constant, as C#.</summary>
    public Term Constant(Lane lane, string text) => this with { Step = Code.Add(Operation.Constant, lane, text: text) };

    /// <summary>Gives the value a name in emitted code, with a comment.</summary>
    public Term Named(string name, string comment = "")
    {
        Code.Name(Step, name, comment);
        return this;
    }

    /// <summary>Shifted to the right, zeros from the left.</summary>
    public Term ShiftedLogically(int distance) => Shifted(Operation.ShiftRightLogical, distance);

    private Term Shifted(Operation operation, int distance)
        => this with { Step = Code.Add(operation, Lane, Step, text: distance.ToString(System.Globalization.CultureInfo.InvariantCulture)) };
}
