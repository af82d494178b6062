using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// Makes the decisions of a range, tile by tile, with the kernels of one width.
internal unsafe struct MaskRun<TKernels>
    where TKernels : struct, IPhiloxKernels
{
    private const ulong NotScheduled = ulong.MaxValue;

    // Fewer decisions do not repay a part of their own up to the alignment; fewer elements are in a near cache, or will soon be.
    private const int LeastAligned = 4096, LeastPrefetched = 1 << 17;

    private MaskRequest _request;
    private ulong _threshold;
    private int _inBlock;
    private ulong _scheduled;
    private PhiloxTask _task;
    private PhiloxKeys _keys;
    private PhiloxTask _deepTask;
    private PhiloxKeys _deepKeys;
    private ulong _deepScheduled;
    private MaskTile _tile;

    // Inlined it would lose the attribute, and each call would clear 20 KiB.
    [MethodImpl(MethodImplOptions.NoInlining)]
    [SkipLocalsInit]
    internal static int Run<TSink>(in MaskRequest request, int count, TSink sink)
        where TSink : struct, IMaskSink
    {
        Unsafe.SkipInit(out MaskRun<TKernels> run);
        run._request = request;
        run._threshold = request.Rate.Threshold;
        run._inBlock = request.Mapping == MaskMapping.Words ? 4 : 16;
        run._scheduled = run._deepScheduled = NotScheduled;
        // Where a block makes half a byte of bits, parts start with every second one.
        ulong step = (ulong)Math.Max(run._inBlock, 8);
        int kept = 0;
        for (int done = 0; done < count;)
        {
            ulong index = request.Start + (ulong)done;
            int skipped = (int)(index % step);
            int part = done == 0 && count > LeastAligned && sink.Head > 0 ? sink.Head
                : Math.Min(count - done, skipped == 0 ? MaskTile.Decisions : MaskTile.Decisions - MaskTile.MostInVector);
            run._task.Ahead = sink.Source(done, out int size);
            run._task.AheadGap = count > LeastPrefetched ? 64 * size / sizeof(float) : 0;
            kept += run.Draw((index - (ulong)skipped) / (ulong)run._inBlock, skipped, part);
            sink.Take<TKernels>((byte*)run._tile.Bits, done, part);
            done += part;
        }

        return kept;
    }

    // Leaves the decisions at the front of the tile, and counts them.
    private int Draw(ulong block, int skipped, int count)
    {
        fixed (ulong* words = _tile.Bits)
        {
            byte* bits = (byte*)words;
            if (_threshold > uint.MaxValue)
            {
                new Span<byte>(bits, (count + 7) / 8).Fill(0xFF);
                return count;
            }

            int blocks = (skipped + count + _inBlock - 1) / _inBlock;
            for (byte* to = bits; blocks > 0;)
            {
                // The low words of the counters of one call do not wrap.
                int part = (int)Math.Min((ulong)blocks, (1UL << 32) - (uint)block);
                int vectors = (part + TKernels.Lanes - 1) / TKernels.Lanes;
                if (_inBlock == 4)
                {
                    DrawWords(block, vectors, to);
                }
                else
                {
                    DrawPlanes(block, vectors, to);
                }

                to += part * _inBlock / 8;
                block += (ulong)part;
                blocks -= part;
            }

            if (skipped > 0)
            {
                BitLine.Copy(words, skipped, count, words);
            }

            return BitLine.Count(words, count);
        }
    }

    private void DrawWords(ulong block, int vectors, byte* bits)
    {
        Schedule(block, 0, PhiloxKeys.FlipWords);
        _task.Threshold = (int)((uint)_threshold ^ 0x80000000);
        Start(block, vectors, bits);
        fixed (PhiloxTask* task = &_task)
        {
            TKernels.WordBits(task);
        }
    }

    private void DrawPlanes(ulong block, int vectors, byte* bits)
    {
        Schedule(block, 8, PhiloxKeys.FlipBytes);
        _task.Threshold = (sbyte)((byte)(_threshold >> 24) ^ 0x80);
        Start(block, vectors, bits);
        fixed (PhiloxTask* task = &_task)
        {
            if ((_threshold & 0xFFFFFF) == 0)
            {
                TKernels.PlaneBits(task);
                return;
            }

            fixed (MaskTile* tile = &_tile)
            {
                task->Masks = tile->Masks;
                task->Places = tile->Places;
                task->Marked = 0;
                TKernels.PlaneBitsMarked(task);
                Refine(block, bits, tile, task->Marked);
            }
        }
    }

    // Collects the undecided and settles them, so many at a time.
    private void Refine(ulong block, byte* bits, MaskTile* tile, nuint marked)
    {
        int undecided = 0;
        for (nuint m = 0; m < marked; m++)
        {
            ulong mask = tile->Masks[m];
            uint place = (tile->Places[m] - (uint)(nint)bits) * 8;
            do
            {
                if (undecided == MaskTile.Batch)
                {
                    Settle(block, bits, tile, undecided);
                    undecided = 0;
                }

                uint one = place + (uint)BitOperations.TrailingZeroCount(mask);
                tile->Undecided[undecided] = (ushort)one;
                tile->Blocks[undecided++] = (uint)block + (one >> 4);
                mask &= mask - 1;
            }
            while (mask != 0);
        }

        Settle(block, bits, tile, undecided);
    }

    // Compares deeper bytes, plane by plane, until every decision is made.
    private void Settle(ulong block, byte* bits, MaskTile* tile, int undecided)
    {
        for (int plane = 1; undecided > 0; plane++)
        {
            DrawDeep(block, plane, tile, undecided);

            uint boundary = (byte)(_threshold >> (24 - 8 * plane));
            bool deeper = plane < 3 && (_threshold & ((1UL << (24 - 8 * plane)) - 1)) != 0;
            int left = 0;
            for (uint i = 0; i < (uint)undecided; i++)
            {
                uint place = tile->Undecided[i];
                uint vector = i / (uint)TKernels.Lanes;
                uint random = (byte)(tile->Words[(2 * vector + ((place >> 3) & 1)) * (uint)TKernels.Lanes + i % (uint)TKernels.Lanes] >> (int)(8 * (place & 7)));
                // Without branches, which would be missed half of the time.
                bits[place >> 3] |= (byte)((random - boundary) >> 31 << (int)(place & 7));
                tile->Undecided[left] = (ushort)place;
                tile->Blocks[left] = tile->Blocks[i];
                left += deeper && random == boundary ? 1 : 0;
            }

            undecided = left;
        }
    }

    // The words of the blocks of the undecided in a plane.
    private void DrawDeep(ulong block, int plane, MaskTile* tile, int undecided)
    {
        fixed (PhiloxTask* task = &_deepTask)
        {
            uint high = CounterHigh(block, 8 + plane);
            if (_deepScheduled != high)
            {
                _deepScheduled = high;
                _deepKeys.Schedule(_request.Seed, _request.Stream, high, Philox4x32.StandardRounds, PhiloxKeys.NoFlip, task);
            }

            task->Blocks = tile->Blocks;
            task->To = (byte*)tile->Words;
            task->Vectors = (nuint)((undecided + TKernels.Lanes - 1) / TKernels.Lanes);
            TKernels.Blocks(task);
        }
    }

    private void Start(ulong block, int vectors, byte* bits)
    {
        _task.Block = (uint)block;
        _task.Vectors = (nuint)vectors;
        _task.To = bits;
    }

    private void Schedule(ulong block, int domain, ulong flip)
    {
        if (_scheduled == block >> 32)
        {
            return;
        }

        _scheduled = block >> 32;
        fixed (PhiloxTask* task = &_task)
        {
            _keys.Schedule(_request.Seed, _request.Stream, CounterHigh(block, domain), Philox4x32.StandardRounds, flip, task);
        }
    }

    private static uint CounterHigh(ulong block, int domain) => (uint)(block >> 32) | ((uint)domain << 28);
}
