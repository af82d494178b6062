namespace Kernels;

/// <summary>Which part of a square matrix is read as a triangular matrix. What lies on the other side of the diagonal is not read.</summary>
public enum Triangle
{
    /// <summary>The diagonal and what is below it.</summary>
    Lower,

    /// <summary>The diagonal and what is above it.</summary>
    Upper,
}

/// <summary>Where the triangular matrix of a product stands.</summary>
public enum Side
{
    /// <summary><c>A X</c>.</summary>
    Left,

    /// <summary><c>X A</c>.</summary>
    Right,
}
