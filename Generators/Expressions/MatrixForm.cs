using Microsoft.CodeAnalysis.CSharp;

namespace Kernels.Generators.Expressions;

/// <summary>What a matrix form gives.</summary>
internal enum FormAxis
{
    /// <summary>A value for each element: a map.</summary>
    Elements,

    /// <summary>One value for the matrix.</summary>
    Whole,

    /// <summary>One value for each row.</summary>
    Rows,

    /// <summary>One value for each column.</summary>
    Columns,
}

/// <summary>One form of an expression over matrix views.</summary>
/// <param name="Axis">What it gives.</param>
/// <param name="Kinds">How each parameter is given, a letter each: <see cref="Element"/>, <see cref="Uniform"/>, <see cref="Row"/> or <see cref="Column"/>.</param>
internal readonly record struct MatrixForm(FormAxis Axis, string Kinds)
{
    /// <summary>A view.</summary>
    public const char Element = 'e';

    /// <summary>One value.</summary>
    public const char Uniform = 'u';

    /// <summary>A span with one value for each row.</summary>
    public const char Row = 'r';

    /// <summary>A span with one value for each column.</summary>
    public const char Column = 'c';

    private bool HasRow => Kinds.Contains(Row);

    private bool HasColumn => Kinds.Contains(Column);

    /// <summary>Whether some parameter has one value for each row or column.</summary>
    public bool HasLines => HasRow || HasColumn;

    /// <summary>What the public method is called after the scalar one.</summary>
    public string Suffix => Axis switch
    {
        FormAxis.Elements when HasRow && HasColumn => "ByRowAndColumn",
        FormAxis.Elements when HasRow => "ByRow",
        FormAxis.Elements when HasColumn => "ByColumn",
        FormAxis.Rows => "ByRow",
        FormAxis.Columns => "ByColumn",
        _ => "",
    };

    /// <summary>
    /// The kinds with the lines that are reduced as rows, whichever they are. Maps work either way.
    /// </summary>
    public string Lines => Axis == FormAxis.Columns ? Exchanged(Kinds) : Kinds;

    /// <summary>What the methods behind the form are called after the scalar one, since spans for rows and for columns have one type.</summary>
    public string Tag => HasLines ? Lines.ToUpperInvariant() : "";

    /// <summary>The kinds of the transposed form.</summary>
    public static string Exchanged(string kinds)
        => new([.. kinds.Select(kind => kind == Row ? Column : kind == Column ? Row : kind)]);

    /// <summary>The shape of the kernel that handles one row, where what belongs to the row is the same for all its elements.</summary>
    public static bool[] Shape(string kinds) => [.. kinds.Select(kind => kind is Element or Column)];

    /// <summary>The name of the view or span that takes a result.</summary>
    public static string DestinationOf(OutputModel result)
    {
        string name = result.Name.TrimStart('@');
        name = char.ToLowerInvariant(name[0]) + name.Substring(1);
        return SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
    }

    /// <summary>Every form that the attributes ask for.</summary>
    public static IEnumerable<MatrixForm> Of(ExpressionModel model)
    {
        if (!model.Matrices)
        {
            return [];
        }

        if (model.IsMap)
        {
            bool rowAlone = model.Parameters.Any(parameter => parameter is { PerRowToo: true, PerColumnToo: false });
            bool columnAlone = model.Parameters.Any(parameter => parameter is { PerRowToo: false, PerColumnToo: true });
            return new (bool Wanted, Func<ParameterModel, char> Kind)[]
            {
                (true, _ => Uniform),
                (model.Parameters.Any(parameter => parameter.PerRowToo), parameter => parameter.PerRowToo ? Row : Uniform),
                (model.Parameters.Any(parameter => parameter.PerColumnToo), parameter => parameter.PerColumnToo ? Column : Uniform),
                (rowAlone && columnAlone, parameter => parameter.PerRowToo == parameter.PerColumnToo ? Uniform : parameter.PerRowToo ? Row : Column),
            }.Where(choice => choice.Wanted).SelectMany(choice => With(model, FormAxis.Elements, choice.Kind)).Distinct();
        }

        bool lines = model.Parameters.Any(parameter => parameter.PerLineToo);
        // Where a parameter may be either, it goes with the lines that are reduced; the whole matrix has none.
        bool either = model.Parameters.Any(parameter => parameter.PerRowToo && parameter.PerColumnToo);
        // The best of a matrix has two indices, which no fold of one line gives.
        bool whole = !model.Results.Any(result => result.Fold is Fold.ArgMax or Fold.ArgMin);
        char Of(ParameterModel parameter, char line)
            => !parameter.PerLineToo ? Uniform : parameter.PerRowToo && parameter.PerColumnToo ? line : parameter.PerRowToo ? Row : Column;
        return new (bool Wanted, FormAxis Axis, Func<ParameterModel, char> Kind)[]
        {
            (whole, FormAxis.Whole, _ => Uniform),
            (whole && lines && !either, FormAxis.Whole, parameter => Of(parameter, Uniform)),
            (true, FormAxis.Rows, _ => Uniform),
            (lines, FormAxis.Rows, parameter => Of(parameter, Row)),
            (true, FormAxis.Columns, _ => Uniform),
            (lines, FormAxis.Columns, parameter => Of(parameter, Column)),
        }.Where(choice => choice.Wanted).SelectMany(choice => With(model, choice.Axis, choice.Kind)).Distinct();
    }

    // Each overload in which some of the other parameters are views too.
    private static IEnumerable<MatrixForm> With(ExpressionModel model, FormAxis axis, Func<ParameterModel, char> kind)
        => model.Shapes().Select(shape => new MatrixForm(axis, new([.. model.Parameters.Select((parameter, i) =>
            kind(parameter) is var line && line != Uniform ? line : shape[i] ? Element : Uniform)])));
}
