namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>A product c = a b of an m x k and a k x n matrix, all row-major without gaps; a transposed operand is stored as its transpose.</summary>
internal readonly record struct GemmShape(int M, int N, int K, bool TransposedA = false, bool TransposedB = false)
{
    /// <summary>NN, NT, TN or TT: A first.</summary>
    internal string Transposes => $"{(TransposedA ? 'T' : 'N')}{(TransposedB ? 'T' : 'N')}";

    internal double Operations => 2.0 * M * N * K;

    internal static GemmShape Square(int n) => new(n, n, n);
}
