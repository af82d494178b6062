using System.Diagnostics;
using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;

namespace Kernels.Runtime;

/// <summary>
/// Dropout with tied weights, the linear autoencoder: <c>min over W of ||M - W W^T||_F^2 + lambda sum over i of ||w_i||^4</c> for a symmetric M, equal to
/// <c>E ||M - (1/theta) W diag(z) W^T||_F^2</c>; in closed form and by descent.
/// </summary>
/// <remarks>
/// The optimal product shrinks the positive eigenvalues of M as <see cref="SquaredNuclearShrinkage"/> does; negative ones stay in the residual. W is optimal
/// when W W^T is that product and all columns have one length. Source: Mianjy, Arora, Vidal, ICML 2018 (arXiv:1806.09777).
/// </remarks>
public static class TiedDropout
{
    private const ulong StreamW = 2;
    private const int DivergenceInterval = 100;

    /// <summary>The objective of given weights.</summary>
    /// <param name="m">Symmetric data, m x m.</param>
    /// <param name="w">Weights, m x r.</param>
    /// <param name="lambda">Weight of the regularizer.</param>
    /// <exception cref="ArgumentException">Shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Lambda is negative or not finite.</exception>
    public static double Evaluate<T>(ReadOnlyMatrixView<T> m, ReadOnlyMatrixView<T> w, double lambda)
        where T : unmanaged, IFloatingPointIeee754<T>
        => DropoutObjective.Evaluate(m, w, w, lambda);

    /// <summary>The global optimum. U and V of the result are the same matrix W.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="m">Data, m x m, symmetric and finite; it may be indefinite.</param>
    /// <param name="options">Number of columns r, lambda, tolerances.</param>
    /// <param name="cancellationToken">Looked at before the eigenvalues are computed.</param>
    /// <remarks>The singular values of the result are the positive eigenvalues; the dual gap is not evaluated.</remarks>
    /// <exception cref="ArgumentException">The matrix is empty, not square, not symmetric or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static FixedWidthDropoutResult<T> Solve<T>(ReadOnlyMatrixView<T> m, FixedWidthDropoutOptions options, CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        SymmetricEigen<T>.Check(m, nameof(m));
        cancellationToken.ThrowIfCancellationRequested();
        long start = Stopwatch.GetTimestamp();
        int r = options.Rank;
        var eigen = new SymmetricEigen<T>(m);
        double[] positive = [.. eigen.Values.TakeWhile(value => value > 0)], x = new double[positive.Length], spectrum = new double[r];
        SquaredNuclearShrinkage shrinkage = SquaredNuclearShrinkage.Apply(positive, options.Lambda / r, r, x);
        double closed = shrinkage.Objective + Reductions.SumOfSquares<double>(eigen.Values.AsSpan(positive.Length));

        var wt = new T[r, m.Rows];
        MatrixView<T> rows = wt, vectors = eigen.Vectors;
        for (int i = 0; i < shrinkage.Survivors; i++)
        {
            spectrum[i] = x[i];
            Elementwise.Scale<T>(vectors.Row(i), T.CreateChecked(Math.Sqrt(x[i])), rows.Row(i));
        }

        Balancing.EqualizeDiagonal(spectrum, rows, default, default);
        T[,] w = rows.Transposed.ToArray();
        double[] lengths = new double[r];
        MatrixReductions.SumsOfSquaresOfRows<T>(rows, lengths);
        double share = shrinkage.Sum / r, objective = Evaluate<T>(m, w, options.Lambda), bound = eigen.Converged ? closed : 0;
        return new()
        {
            U = w,
            V = w,
            Rank = shrinkage.Survivors,
            Tau = shrinkage.Tau,
            NuclearNorm = shrinkage.Sum,
            SingularValues = positive,
            Objective = objective,
            ClosedForm = closed,
            LowerBound = bound,
            DualityGap = null,
            NormSpread = share > 0 ? lengths.Max(value => Math.Abs(value - share)) / share : 0,
            Status = Certificate.Status(objective, bound, options.GapToleranceFor<T>(), 16 * Certificate.Roundoff<T>() * MatrixReductions.SumOfSquares(m)),
            Stop = StopReason.ClosedForm,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    /// <summary>
    /// Stochastic gradient descent: <c>W += (4 eta/theta) (M - (1/theta) W diag(z) W^T) W diag(z)</c> with a fresh mask z each step, on the kept columns only.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="m">Data, m x m, symmetric and finite.</param>
    /// <param name="w">Start, m x r, finite; null draws one from the options' seed and scale.</param>
    /// <param name="options">Rank, rate, steps. Masks, steps and stopping are those of <see cref="DropoutFactorization"/>.</param>
    /// <param name="cancellationToken">Looked at before every step; the last iterate is returned.</param>
    /// <exception cref="ArgumentException">A matrix is of the wrong shape, not symmetric or not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="SolverDivergedException">An entry became NaN or infinite.</exception>
    public static DropoutFactorizationResult<T> Descend<T>(
        ReadOnlyMatrixView<T> m, T[,]? w, DropoutFactorizationOptions options, CancellationToken cancellationToken = default)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        SymmetricEigen<T>.Check(m, nameof(m));
        int n = m.Rows, r = options.Rank;
        T[,] wt = new T[r, n];
        MatrixView<T> rows = wt;
        if (w is null)
        {
            using SpanOwner<T> drawn = SpanOwner<T>.Allocate(n * r);
            IrwinHall.Fill(options.Seed, StreamW, 0, options.StartScale, drawn.Span);
            new ReadOnlyMatrixView<T>(drawn.Span, n, r).Transposed.CopyTo(rows);
        }
        else
        {
            Guard.Matrix<T>(w, n, r, nameof(w));
            ((ReadOnlyMatrixView<T>)w).Transposed.CopyTo(rows);
        }

        long start = Stopwatch.GetTimestamp();
        KeepRate rate = KeepRate.Of(options.Theta);
        var optimum = Solve(m, new() { Rank = r, Lambda = rate.DropoutWeight }, cancellationToken);
        double largest = optimum.SingularValues.Count > 0 ? optimum.SingularValues[0] : 0, first = options.Step ?? 0.02 * options.Theta / (largest > 0 ? largest : 1);
        var trace = new List<SolverProgress>(options.Iterations / options.ReportInterval + 2);
        Evaluate(m, wt, 0);
        (int t, StopReason stop) = (0, StopReason.IterationLimit);
        MatrixView<T> kept = new T[r, n], scaled = new T[r, n], residual = new T[n, n];
        bool[] keeps = new bool[options.Blocks];
        for (; t < options.Iterations; t++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                stop = StopReason.Cancelled;
                break;
            }

            // As in DropoutDescent the residual carries the factor of the step.
            double factor = 4 * options.StepRule.At(first, options.StepDecay, t) * rate.Scale;
            BernoulliMask.Kept(options.Seed, options.MaskStream, (ulong)t * (ulong)options.Blocks, rate, keeps, MaskMapping.Words);
            int count = Gather(rows, keeps, options.BlockSize, T.CreateChecked(-factor * rate.Scale), kept, scaled);
            Elementwise.Scale(m, T.CreateChecked(factor), residual);
            Gemm.Multiply(T.One, scaled.Slice(0, 0, count, n).Transposed, kept.Slice(0, 0, count, n), T.One, residual, options.Parallelism);
            Gemm.Multiply(T.One, kept.Slice(0, 0, count, n), residual, T.Zero, scaled.Slice(0, 0, count, n), options.Parallelism);
            for (int i = 0, k = 0; i < r; i++)
            {
                if (keeps[i / options.BlockSize])
                {
                    Elementwise.Add<T>(rows.Row(i), scaled.Row(k++), rows.Row(i));
                }
            }

            if (((t + 1) % DivergenceInterval == 0 || t + 1 == options.Iterations) && FiniteCheck.TryFindNonFinite<T>(rows, out _, out _))
            {
                throw new SolverDivergedException(t + 1, first);
            }

            if ((t + 1) % options.ReportInterval == 0)
            {
                Evaluate(m, wt, t + 1);
            }
        }

        if (trace[^1].Iteration != t)
        {
            Evaluate(m, wt, t);
        }

        T[,] found = rows.Transposed.ToArray();
        double objective = trace[^1].Objective;
        return new()
        {
            U = found,
            V = found,
            Lambda = rate.DropoutWeight,
            Objective = objective,
            LowerBound = options.BlockSize == 1 ? optimum.LowerBound : 0,
            Status = options.BlockSize == 1 ? Certificate.Status(objective, optimum.LowerBound, options.GapToleranceFor<T>()) : SolverStatus.NotOptimal,
            Stop = stop,
            Iterations = t,
            Elapsed = Stopwatch.GetElapsedTime(start),
            Trace = trace,
        };

        void Evaluate(ReadOnlyMatrixView<T> data, T[,] transposed, int iteration)
        {
            ReadOnlyMatrixView<T> at = ((MatrixView<T>)transposed).Transposed;
            trace.Add(new(
                iteration, options.Iterations, DropBlockObjective.Evaluate(data, at, at, options.BlockSize, rate.DropoutWeight), optimum.LowerBound, Stopwatch.GetElapsedTime(start)));
        }
    }

    private static int Gather<T>(MatrixView<T> rows, ReadOnlySpan<bool> keeps, int blockSize, T scale, MatrixView<T> kept, MatrixView<T> scaled)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int count = 0;
        for (int i = 0; i < rows.Rows; i++)
        {
            if (keeps[i / blockSize])
            {
                rows.Row(i).CopyTo(kept.Row(count));
                Elementwise.Scale<T>(rows.Row(i), scale, scaled.Row(count++));
            }
        }

        return count;
    }
}
