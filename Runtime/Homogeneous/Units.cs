namespace Kernels.Runtime;

/// <summary>
/// The parameters of r units of one kind, <c>W_i = (W_i^1, ..., W_i^K)</c>. Block k of all units is one r x d_k matrix, row-major without
/// gaps, whose row i belongs to unit i; so a unit is gathered, scaled and dropped by adjacent spans.
/// </summary>
/// <typeparam name="T">Scalar type.</typeparam>
public sealed class Units<T>
    where T : unmanaged
{
    private readonly int[] _lengths;
    private readonly T[][] _blocks;

    /// <summary>No units yet.</summary>
    /// <param name="lengths">d_1, ..., d_K, each at least 1.</param>
    public Units(params ReadOnlySpan<int> lengths)
    {
        _lengths = lengths.ToArray();
        _blocks = new T[lengths.Length][];
        Array.Fill(_blocks, []);
    }

    /// <summary>r.</summary>
    public int Count { get; private set; }

    /// <summary>K.</summary>
    public int Blocks => _lengths.Length;

    /// <summary>d_k, counted from 0.</summary>
    public int Length(int block) => _lengths[block];

    /// <summary>Block k of all units, r x d_k.</summary>
    public MatrixView<T> Block(int block) => new(Elements(block), Count, _lengths[block]);

    internal Span<T> Elements(int block) => _blocks[block].AsSpan(0, Count * _lengths[block]);

    // Old units keep their values, new ones hold whatever was there. Memory doubles when it must grow.
    internal void Resize(int count)
    {
        for (int k = 0; k < _blocks.Length; k++)
        {
            int needed = checked(count * _lengths[k]);
            if (_blocks[k].Length < needed)
            {
                Array.Resize(ref _blocks[k], Math.Max(needed, checked(2 * _blocks[k].Length)));
            }
        }

        Count = count;
    }

    internal void CopyFrom(Units<T> other)
    {
        Resize(other.Count);
        for (int k = 0; k < _blocks.Length; k++)
        {
            other.Elements(k).CopyTo(Elements(k));
        }
    }

    // Keeps the units that are to be kept, in their order.
    internal void Keep(ReadOnlySpan<bool> kept)
    {
        int count = 0;
        for (int i = 0; i < Count; i++)
        {
            if (kept[i])
            {
                for (int k = 0; k < _blocks.Length; k++)
                {
                    Block(k).Row(i).CopyTo(Block(k).Row(count));
                }

                count++;
            }
        }

        Count = count;
    }
}
