using System.Numerics;

namespace Kernels;

/// <summary>The leading singular values and vectors, by randomised range finding, with the error that was made.</summary>
/// <remarks>
/// Source: N. Halko, P.-G. Martinsson, J. Tropp, "Finding structure with randomness", SIAM Review 53, 2011, algorithms 4.4 and 5.1. The random numbers are a
/// function of the seed alone.
/// </remarks>
public static class TruncatedSvd
{
    /// <summary><c>a = u diag(singularValues) v^T + E</c> with r terms and the length of E.</summary>
    /// <param name="a">m x n, any strides, every entry finite; not changed.</param>
    /// <param name="u">m x r, r &lt;= min(m, n); receives orthonormal columns.</param>
    /// <param name="singularValues">r values; receives them in descending order. None exceeds that of a at its place but by rounding.</param>
    /// <param name="v">n x r; receives orthonormal columns.</param>
    /// <param name="powers">Passes over a and its transpose beyond the first, 0 to 8: each squares how fast the spectrum seems to fall.</param>
    /// <param name="seed">Of the random start.</param>
    /// <returns>
    /// The Frobenius norm of E, computed from E itself: an upper bound of its spectral norm, and so of the distance between each value and the true one.
    /// </returns>
    /// <remarks>
    /// With q = min(r + 10, m, n): 4 m n q (powers + 1) flops for the range, 4 m n q for values and error, all in products, and QR and SVD of narrow matrices.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentException">A shape does not fit, an entry of a is NaN or infinite, or arguments share memory.</exception>
    /// <exception cref="ArgumentOutOfRangeException">powers is out of range.</exception>
    public static double Decompose<T>(ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, int powers = 1, ulong seed = 0)
        where T : unmanaged, IFloatingPointIeee754<T>
        => Decompose(a, u, singularValues, v, powers, seed, AlignedMemory.RentWorkspace<T>(RequiredWorkspace<T>(a.Rows, a.Columns, singularValues.Length)));

    /// <summary>The same in memory of the caller's.</summary>
    /// <param name="a">m x n.</param>
    /// <param name="u">m x r.</param>
    /// <param name="singularValues">r values.</param>
    /// <param name="v">n x r.</param>
    /// <param name="powers">0 to 8.</param>
    /// <param name="seed">Of the random start.</param>
    /// <param name="workspace">At least <see cref="RequiredWorkspace{T}"/> elements; its content does not matter.</param>
    /// <inheritdoc cref="Decompose{T}(ReadOnlyMatrixView{T}, MatrixView{T}, Span{T}, MatrixView{T}, int, ulong)"/>
    public static double Decompose<T>(
        ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, int powers, ulong seed, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int r = singularValues.Length;
        Check(a, u, singularValues, v, powers, workspace);
        if (r == 0)
        {
            return Math.Sqrt(MatrixReductions.SumOfSquares(a));
        }

        int m = a.Rows, n = a.Columns, q = Width(m, n, r);
        MatrixView<T> range = Take(m, q, ref workspace), image = Take(n, q, ref workspace), product = Take(m, q, ref workspace), triangle = Take(q, q, ref workspace);
        IrwinHall.Fill(seed, stream: 0, start: 0, scale: 1, workspace[..(n * q)]);
        new MatrixView<T>(workspace, n, q).CopyTo(image);
        MatrixView<T> left = Take(q, q, ref workspace), right = Take(n, q, ref workspace);
        Span<T> values = workspace[..q];
        workspace = workspace[q..];
        for (int pass = 0; ; pass++)
        {
            // An orthonormal basis each time: powers of a matrix forget their small values.
            Gemm.Multiply(a, image, product);
            Qr.Decompose(product, range, triangle, workspace);
            Gemm.Multiply(a.Transposed, range, image);
            if (pass == powers)
            {
                break;
            }

            image.CopyTo(right);
            Qr.Decompose(right, image, triangle, workspace);
        }

        // Q'A = (image)' = (V S L')' has the values; U = Q L.
        Svd.Decompose(image, right, values, left, workspace);
        Gemm.Multiply(range, left.Slice(0, 0, q, r), u);
        right.Slice(0, 0, n, r).CopyTo(v);
        values[..r].CopyTo(singularValues);
        return Error(a, u, singularValues, v, product, workspace);
    }

    /// <summary>Elements of workspace for r terms of a rows x columns matrix.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or the workspace would exceed the longest span.</exception>
    public static int RequiredWorkspace<T>(int rows, int columns, int rank)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        int q = Width(rows, columns, rank);
        long narrow = Math.Max(Math.Max(Qr.RequiredWorkspace<T>(rows, q), Qr.RequiredWorkspace<T>(columns, q)), Svd.RequiredWorkspace<T>(columns, q));
        return FactorArguments.Length((2L * ((long)rows + columns) * q) + (2L * q * q) + q + Math.Max(narrow, (long)ErrorRows * columns), rows, columns, nameof(rows));
    }

    // Rows of the error at a time.
    private const int ErrorRows = 64, Oversampling = 10;

    private static int Width(int rows, int columns, int rank) => Math.Min(rank + Oversampling, Math.Min(rows, columns));

    private static MatrixView<T> Take<T>(int rows, int columns, scoped ref Span<T> memory)
        where T : unmanaged
    {
        var view = new MatrixView<T>(memory, rows, columns);
        memory = memory[(rows * columns)..];
        return view;
    }

    private static double Error<T>(ReadOnlyMatrixView<T> a, ReadOnlyMatrixView<T> u, ReadOnlySpan<T> values, ReadOnlyMatrixView<T> v, MatrixView<T> scratch, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double squares = 0;
        for (int first = 0; first < a.Rows; first += ErrorRows)
        {
            int count = Math.Min(ErrorRows, a.Rows - first);
            MatrixView<T> scaled = scratch.Slice(0, 0, count, values.Length), error = new(workspace, count, a.Columns);
            u.Slice(first, 0, count, values.Length).CopyTo(scaled);
            for (int k = 0; k < values.Length; k++)
            {
                MatrixView<T> column = scaled.Slice(0, k, count, 1);
                Elementwise.Scale(column, values[k], column);
            }

            a.Slice(first, 0, count, a.Columns).CopyTo(error);
            Gemm.Multiply(-T.One, scaled, v.Transposed, T.One, error);
            squares += MatrixReductions.SumOfSquares<T>(error);
        }

        return Math.Sqrt(squares);
    }

    private static void Check<T>(ReadOnlyMatrixView<T> a, MatrixView<T> u, Span<T> singularValues, MatrixView<T> v, int powers, Span<T> workspace)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int r = singularValues.Length;
        if (r > Math.Min(a.Rows, a.Columns))
        {
            throw new ArgumentException($"A {a.Rows} x {a.Columns} matrix has {Math.Min(a.Rows, a.Columns)} singular values; the span has {r}.", nameof(singularValues));
        }

        if (powers is < 0 or > 8)
        {
            throw new ArgumentOutOfRangeException(nameof(powers), powers, "Must be 0 to 8.");
        }

        FactorArguments.CheckShape<T>(u, a.Rows, r, nameof(u));
        FactorArguments.CheckShape<T>(v, a.Columns, r, nameof(v));
        FactorArguments.RefuseOverlap<T>(u, nameof(u), a, nameof(a));
        FactorArguments.RefuseOverlap<T>(v, nameof(v), a, nameof(a));
        FactorArguments.RefuseOverlap<T>(v, nameof(v), u, nameof(u));
        FactorArguments.RefuseOverlap(singularValues, nameof(singularValues), a, nameof(a));
        FactorArguments.CheckWorkspace(workspace.Length, RequiredWorkspace<T>(a.Rows, a.Columns, r), nameof(workspace));
        FactorArguments.CheckFinite(a, nameof(a));
    }
}
