namespace Kernels;

// Decisions of a stream whose ids are those of a matrix, row-major, read line after line. Where the next lines will be wanted too they are drawn
// along, as many as fit: short lines do not pay the start of a draw each.
internal unsafe struct DecisionLines(in MaskRequest request, int lines, int length, byte* memory)
{
    // Bytes of memory: a draw, and what may be read behind it.
    internal const int Memory = Drawn / 8 + 2 * sizeof(ulong);

    internal const int Drawn = MaskTile.Decisions;

    private readonly MaskRequest _request = request;
    private readonly ulong _total = (ulong)lines * (ulong)length;
    private ulong _first;
    private int _count;

    internal void Read(int line, int from, int count, ulong* to)
    {
        ulong id = (ulong)line * (ulong)length + (ulong)from;
        bool whole = count == length;
        for (int part; count > 0; count -= part, id += (ulong)part, to += BitLine.Words(part))
        {
            part = Math.Min(count, Drawn);
            if (id < _first || id + (ulong)part > _first + (ulong)_count)
            {
                _first = id;
                _count = whole ? (int)Math.Min(Drawn, _total - id) : part;
                BernoulliMask.Packed(KernelInfo.Width, _request with { Start = _request.Start + id }, new Span<byte>(memory, Drawn / 8), _count);
            }

            BitLine.Copy((ulong*)memory, (int)(id - _first), part, to);
        }
    }
}
