using Microsoft.CodeAnalysis;

namespace Kernels.Generators.Analysis;

/// <summary>What can be wrong with a vectorized expression; each message says what to write instead.</summary>
internal static class VectorizedDiagnostics
{
    public static readonly DiagnosticDescriptor Container = Rule(
        "KRN101", "The class of a vectorized expression cannot be extended",
        "'{0}' must be a non-generic 'static partial class', because kernels are added to it, and each class around it must be partial and non-generic");

    public static readonly DiagnosticDescriptor Signature = Rule(
        "KRN102", "Not a scalar method",
        "'{0}' must be declared 'private static T {0}<T>(T x, ...) where T : unmanaged, IFloatingPointIeee754<T>', or on one of float, double, int, uint, long and ulong instead of T: {1}");

    public static readonly DiagnosticDescriptor Scalar = Rule(
        "KRN103", "Unsupported scalar type",
        "No kernels of this method exist for {0}; write {1}");

    public static readonly DiagnosticDescriptor Result = Rule(
        "KRN104", "Wrong return type",
        "'{0}' returns {1}; return {2}, or a tuple of two to eight for several results");

    public static readonly DiagnosticDescriptor Parameter = Rule(
        "KRN105", "Wrong parameter",
        "Parameter '{0}' {1}");

    public static readonly DiagnosticDescriptor Statement = Rule(
        "KRN106", "Statement without a vector form",
        "This statement has no vector form; use locals, assignments to them, 'if' and 'return' (a 'switch' expression instead of a statement, repeated lines instead of a loop)");

    public static readonly DiagnosticDescriptor Expression = Rule(
        "KRN107", "Expression without a vector form",
        "'{0}' has no vector form; use + - * /, comparisons, && || !, ?:, switch, parameters, locals, and the functions of {1} (bit operators and shifts, but no division, on integers)");

    public static readonly DiagnosticDescriptor Call = Rule(
        "KRN108", "Call without a vector form",
        "'{0}' has no vector form; {1}");

    public static readonly DiagnosticDescriptor Constant = Rule(
        "KRN109", "Number that is not a constant of the scalar type",
        "'{0}' is not a constant of type {1}; write {1}.CreateChecked(number) with a constant of type int, float or double that {1} holds, or pass the value as a [Uniform] parameter");

    public static readonly DiagnosticDescriptor Nested = Rule(
        "KRN110", "Called expression cannot be inlined",
        "'{0}' cannot be called from a vectorized expression: {1}");

    public static readonly DiagnosticDescriptor Duplicate = Rule(
        "KRN111", "Second expression of one name",
        "'{0}' is a second vectorized expression of that name in '{1}'; give each its own name, and each one attribute");

    public static readonly DiagnosticDescriptor Hidden = Rule(
        "KRN112", "A name that emitted kernels use is taken",
        "'{0}' in '{1}' hides a name that emitted kernels use; rename it, or move the vectorized expressions to a class and namespace that do not see it");

    public static readonly DiagnosticDescriptor OpenSwitch = Rule(
        "KRN113", "Switch that may match no arm",
        "This switch may match no arm, where C# throws; end it with an arm '_ => value'");

    public static readonly DiagnosticDescriptor Shift = Rule(
        "KRN114", "Shift by a distance that varies",
        "'{0}' is no distance for a shift of vectors; write a constant, or a parameter '[Uniform] int' that is the same for all elements");

    public static readonly DiagnosticDescriptor Checked = Rule(
        "KRN115", "Arithmetic that throws on overflow",
        "'{0}' throws on overflow here, which vectors do not; write unchecked(...) around it if wrapping is meant");

    public static readonly DiagnosticDescriptor Width = Rule(
        "KRN116", "Value that is no lane",
        "'{0}' has type {1}, which is no lane beside {2}; {3}");

    public static readonly DiagnosticDescriptor Size = Rule(
        "KRN117", "Expression too long",
        "'{0}' takes {1} operations, and kernels are written for at most {2}, because the JIT gives up on methods that are too long; split it into several passes");

    public static readonly DiagnosticDescriptor Folds = Rule(
        "KRN118", "Not one fold for each result",
        "[VectorizedReduce] names {0} folds, and the method returns {1} values; name one for each");

    public static readonly DiagnosticDescriptor Matrices = Rule(
        "KRN119", "Matrix forms that cannot be written",
        "[MatrixForms] of '{0}' needs something more: {1}");

    /// <summary>Every rule, for the analyzer.</summary>
    public static readonly DiagnosticDescriptor[] All =
        [Container, Signature, Scalar, Result, Parameter, Statement, Expression, Call, Constant, Nested, Duplicate, Hidden, OpenSwitch, Shift, Checked, Width, Size, Folds, Matrices];

    private static DiagnosticDescriptor Rule(string id, string title, string message)
        => new(id, title, message, "Kernels.Expressions", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
