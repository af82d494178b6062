namespace Kernels;

// Which decisions: a range of a stream, without its length.
internal readonly record struct MaskRequest(ulong Seed, ulong Stream, ulong Start, KeepRate Rate, MaskMapping Mapping)
{
    internal MaskRequest Checked(int count)
    {
        Philox4x32.CheckRange(Start, count);
        return Mapping is MaskMapping.BytePlanes or MaskMapping.Words ? this
            : throw new ArgumentOutOfRangeException("mapping", Mapping, $"Mappings are BytePlanes and Words; {(int)Mapping} is neither.");
    }
}

// What becomes of decisions. The bits of a part begin with the lowest bit of the first byte; all bytes of its step and eight more may be read.
// All parts but the last have a multiple of 64 decisions, the first one also those of the head.
internal unsafe interface IMaskSink
{
    // Decisions up to where the destination begins to be aligned.
    int Head { get; }

    // What is read for the decision at a place, to be brought near, and the bytes a decision; null for nothing.
    byte* Source(int at, out int size);

    void Take<TKernels>(byte* bits, int at, int count)
        where TKernels : struct, IPhiloxKernels;
}
