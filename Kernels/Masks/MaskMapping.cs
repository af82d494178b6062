namespace Kernels;

/// <summary>How the random bits of a decision are laid out. Both make the same laws exactly, each with bits of its own.</summary>
public enum MaskMapping
{
    /// <summary>
    /// Decision i compares byte i of a plane of bytes with the first byte of the threshold, and looks at a second, third and fourth plane only
    /// where they are equal: sixteen decisions a Philox block.
    /// </summary>
    BytePlanes,

    /// <summary>Decision i compares word i of the stream, <see cref="Philox4x32.Word"/>, with the threshold: four decisions a Philox block.</summary>
    Words,
}
