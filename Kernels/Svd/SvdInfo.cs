namespace Kernels;

/// <summary>How an SVD ended.</summary>
/// <param name="Converged">True when every pair of vectors is orthogonal to working accuracy.</param>
/// <param name="Sweeps">Sweeps over all pairs, the last one (which found nothing to do) included.</param>
/// <param name="Rotations">Plane rotations applied.</param>
/// <param name="LastCosine">The largest |cosine| between two vectors seen in the last sweep, before it was rotated away.</param>
public readonly record struct SvdInfo(bool Converged, int Sweeps, long Rotations, double LastCosine);
