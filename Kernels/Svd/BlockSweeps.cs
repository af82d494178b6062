using System.Numerics;
using System.Runtime.CompilerServices;

namespace Kernels;

// One-sided Jacobi on blocks of columns: the Gram matrix of a pair of blocks is a product, two-sided Jacobi on it gives a rotation of both, and
// products apply it (V. Novakovic, "A hierarchically blocked Jacobi SVD algorithm", SISC 37, 2015). Row-cyclic over the pairs of blocks.
internal static unsafe class BlockSweeps<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MaxSweeps = 20;

    private static int BlockOf(int columns) => columns < 768 ? 16 : 32;

    internal static long Length(int rows, int columns)
    {
        int block = BlockOf(columns), blocks = Blocks(columns);
        return ((blocks + 2L) * (rows + columns) * block) + ((long)blocks * block * block) + GramRotations<T>.Length(2 * block)
            + (3 * AlignedMemory.Slack<T>()) + blocks + 2;
    }

    // Makes the columns of Left orthogonal and rotates those of Right along. Not converged: the columns are rotated all the same, and there are squares too
    // small for their lengths or more sweeps to do.
    internal static SvdInfo Run<TKernels>(JacobiWorkspace<T> work, double tolerance, Span<T> memory)
        where TKernels : struct, IFactorKernels<T>
    {
        fixed (T* start = memory)
        {
            var panels = new Panels(work.Left.Rows, work.Right.Rows, work.Columns, AlignedMemory.Align<T>(start));
            panels.Load(work);
            SvdInfo info = Sweeps<TKernels>(panels, T.CreateChecked(tolerance));
            panels.Store(work);
            return info;
        }
    }

    private static int Blocks(int columns) => (columns + BlockOf(columns) - 1) / BlockOf(columns);

    private static SvdInfo Sweeps<TKernels>(in Panels panels, T tolerance)
        where TKernels : struct, IFactorKernels<T>
    {
        long rotations = 0;
        for (int sweep = 1; ; sweep++)
        {
            for (int i = 0; i < panels.Count; i++)
            {
                // What rotations will have made of it holds for a sweep.
                TKernels.Multiply(panels.Left(i).Transposed, panels.Left(i), T.Zero, panels.Diagonal(i));
            }

            T largest = T.Zero;
            if (!panels.AreAccurate())
            {
                return new(false, sweep, rotations, double.CreateChecked(largest));
            }

            for (int i = 0; i < panels.Count - 1; i++)
            {
                for (int j = i + 1; j < panels.Count; j++)
                {
                    T cosine = Measure<TKernels>(panels, i, j);
                    largest = T.Max(largest, cosine);
                    if (cosine > tolerance)
                    {
                        rotations += Rotate<TKernels>(panels, i, j, tolerance);
                    }
                }
            }

            if (largest <= tolerance || sweep == MaxSweeps)
            {
                return new(largest <= tolerance, sweep, rotations, double.CreateChecked(largest));
            }
        }
    }

    // Puts the Gram matrix of both blocks together and returns the largest |cosine| in it.
    private static T Measure<TKernels>(in Panels panels, int i, int j)
        where TKernels : struct, IFactorKernels<T>
    {
        int block = panels.Block;
        MatrixView<T> left = panels.Pair.Gram.LeftHalf, right = panels.Pair.Gram.RightHalf, cross = right.Slice(0, 0, block, block);
        TKernels.Multiply(panels.Left(i).Transposed, panels.Left(j), T.Zero, cross);
        cross.CopyTo(left.Slice(block, 0, block, block).Transposed);
        panels.Diagonal(i).CopyTo(left.Slice(0, 0, block, block));
        panels.Diagonal(j).CopyTo(right.Slice(block, 0, block, block));
        Span<T> lengths = panels.Lengths;
        for (int k = 0; k < block; k++)
        {
            (lengths[k], lengths[block + k]) = (Reciprocal(left[k, k]), Reciprocal(right[block + k, k]));
        }

        T largest = T.Zero;
        for (int k = 0; k < block; k++)
        {
            T within = T.Max(Largest(left.Row(k)[..k], lengths[..k]), Largest(cross.Row(k), lengths.Slice(block, block)));
            largest = T.Max(largest, within * lengths[k]);
            largest = T.Max(largest, Largest(right.Row(block + k)[..k], lengths.Slice(block, k)) * lengths[block + k]);
        }

        return largest;
    }

    private static T Largest(ReadOnlySpan<T> row, ReadOnlySpan<T> factors)
    {
        T largest = T.Zero;
        for (int k = 0; k < row.Length; k++)
        {
            largest = T.Max(largest, T.Abs(row[k] * factors[k]));
        }

        return largest;
    }

    private static T Reciprocal(T square) => square > T.Zero ? T.One / T.Sqrt(square) : T.Zero;

    private static long Rotate<TKernels>(in Panels panels, int i, int j, T tolerance)
        where TKernels : struct, IFactorKernels<T>
    {
        int block = panels.Block;
        // All pairs once a sweep: those inside a block together with its neighbour. (More than one inner sweep was tried: it costs more than it saves.)
        long rotations = panels.Pair.Run<TKernels>(1, across: j != i + 1, tolerance).All;
        panels.Pair.Gram.LeftHalf.Slice(0, 0, block, block).CopyTo(panels.Diagonal(i));
        panels.Pair.Gram.RightHalf.Slice(block, 0, block, block).CopyTo(panels.Diagonal(j));
        Combine<TKernels>(panels, i, j, panels.Pair.Basis.LeftHalf, panels.Spare(0));
        Combine<TKernels>(panels, i, j, panels.Pair.Basis.RightHalf, panels.Spare(1));
        panels.Exchange(i, 0);
        panels.Exchange(j, 1);
        return rotations;
    }

    private static void Combine<TKernels>(in Panels panels, int i, int j, MatrixView<T> basis, MatrixView<T> destination)
        where TKernels : struct, IFactorKernels<T>
    {
        int block = panels.Block;
        TKernels.Multiply(panels.Whole(i), basis.Slice(0, 0, block, block), T.Zero, destination);
        TKernels.Multiply(panels.Whole(j), basis.Slice(block, 0, block, block), T.One, destination);
    }

    // The matrix above its rotations, in panels of whole columns; two spare ones receive what becomes of a pair.
    private readonly ref struct Panels
    {
        private readonly int _rows;
        private readonly int _extra;
        private readonly int _columns;
        private readonly T* _memory;
        private readonly T* _diagonals;
        private readonly int* _places;

        internal Panels(int rows, int extra, int columns, T* memory)
        {
            (_rows, _extra, _columns) = (rows, extra, columns);
            _memory = memory;
            Block = BlockOf(columns);
            Count = Blocks(columns);
            _diagonals = memory + ((Count + 2L) * PanelLength);
            T* pair = AlignedMemory.Align<T>(_diagonals + (Count * Block * Block));
            Pair = new(2 * Block, pair);
            _places = (int*)(pair + GramRotations<T>.Length(2 * Block));
            for (int i = 0; i < Count + 2; i++)
            {
                _places[i] = i;
            }
        }

        internal int Block { get; }

        internal int Count { get; }

        internal GramRotations<T> Pair { get; }

        // Scratch: the content of the basis is not needed before the rotations start.
        internal Span<T> Lengths => new(Pair.Basis.Origin, 2 * Block);

        private long PanelLength => (long)(_rows + _extra) * Block;

        internal MatrixView<T> Whole(int panel) => new(ref Unsafe.AsRef<T>(_memory + (_places[panel] * PanelLength)), _rows + _extra, Block, Block, 1);

        internal MatrixView<T> Left(int panel) => Whole(panel).Slice(0, 0, _rows, Block);

        internal MatrixView<T> Spare(int which) => Whole(Count + which);

        internal MatrixView<T> Diagonal(int panel) => new(ref Unsafe.AsRef<T>(_diagonals + (panel * Block * Block)), Block, Block, Block, 1);

        internal void Exchange(int panel, int spare) => (_places[panel], _places[Count + spare]) = (_places[Count + spare], _places[panel]);

        // Whether squares of lengths carry full precision and show the cosines between any two columns.
        internal bool AreAccurate()
        {
            T least = T.PositiveInfinity, most = T.Zero;
            for (int i = 0; i < Count; i++)
            {
                for (int k = 0; k < Block; k++)
                {
                    T square = Diagonal(i)[k, k];
                    most = T.Max(most, square);
                    least = square > T.Zero ? T.Min(least, square) : least;
                }
            }

            return least >= T.Max(SvdScaling.AccurateSquare<T>(), most * SvdScaling.ComparableSquares<T>());
        }

        internal void Load(JacobiWorkspace<T> work)
        {
            for (int i = 0; i < Count; i++)
            {
                int first = i * Block, count = Math.Min(Block, _columns - first);
                if (count < Block)
                {
                    Whole(i).Fill(T.Zero);
                }

                work.Left.View.Slice(0, first, _rows, count).CopyTo(Whole(i).Slice(0, 0, _rows, count));
                if (_extra > 0)
                {
                    work.Right.View.Slice(0, first, _extra, count).CopyTo(Whole(i).Slice(_rows, 0, _extra, count));
                }
            }
        }

        internal void Store(JacobiWorkspace<T> work)
        {
            for (int i = 0; i < Count; i++)
            {
                int first = i * Block, count = Math.Min(Block, _columns - first);
                Whole(i).Slice(0, 0, _rows, count).CopyTo(work.Left.View.Slice(0, first, _rows, count));
                if (_extra > 0)
                {
                    Whole(i).Slice(_rows, 0, _extra, count).CopyTo(work.Right.View.Slice(0, first, _extra, count));
                }
            }
        }
    }
}
