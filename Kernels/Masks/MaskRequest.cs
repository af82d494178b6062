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

// What becomes of decisions. The bits of a part begin with the lowest bit of the first byte; eight bytes behind the last may be read. All parts
// but the last have a multiple of 64 decisions.
internal unsafe interface IMaskSink
{
    void Take<TKernels>(byte* bits, int at, int count)
        where TKernels : struct, IPhiloxKernels;
}
