namespace Kernels.Generators.Jacobi;

/// <summary>One line of the table: which scalar, which width.</summary>
internal sealed record JacobiSpec(string Namespace, string Class, string Scalar, int Width)
{
    public string Name => $"JacobiV{Width}{(Scalar == "float" ? "Single" : "Double")}";

    public int Lanes => Width / (Scalar == "float" ? 32 : 64);
}
