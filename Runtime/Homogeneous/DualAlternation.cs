using System.Numerics;

namespace Kernels.Runtime;

// The greatest lower bound <Z, Y> - 1/2 ||Z||_F^2 over Z = A + B, ||A||_2 <= lambda and B in a convex set, by projecting in turn. Dykstra's
// structure is not needed: the objective is the distance of Y to the sum of the two sets. In memory of its own, for matrices of one shape.
internal sealed class DualAlternation<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // Projects rest (m x n, one span) on the set of B, for the same lambda.
    internal delegate void Projection(ReadOnlySpan<T> rest, Span<T> b, int columns, double lambda);

    private readonly int _rows, _columns;
    private readonly Projection _project;
    private readonly T[] _y, _a, _previous, _point, _b, _rest, _sum;
    private readonly SolverWorkspace<T> _memory = new();
    private double[] _values = [];

    internal DualAlternation(int rows, int columns, Projection project)
    {
        (_rows, _columns, _project) = (rows, columns, project);
        _y = new T[checked(rows * columns)];
        (_a, _previous, _point, _b, _rest, _sum) = (new T[_y.Length], new T[_y.Length], new T[_y.Length], new T[_y.Length], new T[_y.Length], new T[_y.Length]);
    }

    internal double Run(ReadOnlyMatrixView<T> y, double lambda, int most)
    {
        y.CopyTo(View(_y));
        _b.AsSpan().Clear();
        double best = double.NegativeInfinity, last = best, t = 1;
        for (int step = 0; step < most; step++)
        {
            Elementwise.Subtract<T>(_y, _b, _rest);
            _a.CopyTo(_previous, 0);
            Clip(lambda);
            double bound = Bound(_a, lambda);
            best = Math.Max(best, bound);
            double rise = bound - last;
            if (rise < 0 && t > 1)
            {
                t = 1;
            }
            else if (Math.Abs(rise) <= (typeof(T) == typeof(float) ? 1e-6 : 1e-12) * Math.Abs(bound))
            {
                break;
            }

            last = bound;
            double next = (1 + Math.Sqrt(1 + 4 * t * t)) / 2, momentum = step == 0 ? 0 : (t - 1) / next;
            t = next;
            if (momentum > 0)
            {
                // B for the extrapolated A; the bound above was taken at A itself.
                T w = T.CreateChecked(momentum);
                Elementwise.Combine<T>(_a, _previous, T.One + w, -w, _point);
                Elementwise.Subtract<T>(_y, _point, _rest);
                _project(_rest, _b, _columns, lambda);
            }
        }

        return best;
    }

    // Y - A - B for the last pair whose bound was taken.
    internal void Remainder(MatrixView<T> destination)
    {
        Elementwise.AddScaled(View(_y), View(_sum), -T.One, destination);
    }

    // A: the rest with its singular values cut at lambda.
    private void Clip(double lambda)
    {
        _memory.Reserve(ThinSvd<T>.WorkspaceFor(_rows, _columns));
        var svd = new ThinSvd<T>(View(_rest), _memory, ref _values);
        for (int i = 0; i < svd.Left.Rows; i++)
        {
            Elementwise.Scale<T>(svd.Left.Row(i), T.CreateChecked(Math.Min(svd.Values[i], lambda)), svd.Left.Row(i));
        }

        Gemm.Multiply(T.One, svd.Left.Transposed, svd.Right, T.Zero, View(_a), Parallelism.Sequential);
    }

    private double Bound(T[] a, double lambda)
    {
        Elementwise.Subtract<T>(_y, a, _rest);
        _project(_rest, _b, _columns, lambda);
        Elementwise.Add<T>(a, _b, _sum);
        return MatrixReductions.Inner<T>(View(_sum), View(_y)) - MatrixReductions.SumOfSquares<T>(View(_sum)) / 2;
    }

    private MatrixView<T> View(T[] elements) => new(elements, _rows, _columns);
}
