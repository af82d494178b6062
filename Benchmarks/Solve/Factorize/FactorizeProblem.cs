namespace Kernels.Benchmarks.Solve.Factorize;

/// <summary>A system that <c>solve</c> offers.</summary>
/// <param name="Name">Of the command.</param>
/// <param name="Title">For people.</param>
/// <param name="Text">What it solves, and an example.</param>
/// <param name="Own">Options beside those that all have.</param>
/// <param name="Single">In single precision.</param>
/// <param name="Double">In double precision.</param>
internal sealed record FactorizeProblem(
    string Name, string Title, string Text, IReadOnlyList<string> Own, Factorizations.System<float> Single, Factorizations.System<double> Double)
{
    /// <summary>Columns of V that can be drawn as pictures.</summary>
    internal bool HasTiles => Name is "lowrank" or "complete" or "nmf" or "dictionary" or "huber" or "absolute" or "structured";

    /// <summary>Several components can be added at once, and are unless told otherwise.</summary>
    internal int Growth => Name is "lowrank" or "complete" or "huber" or "absolute" ? 8 : 1;

    internal static readonly IReadOnlyList<FactorizeProblem> All =
    [
        new(
            "lowrank",
            "Factorized low rank",
            """
            Low-rank approximation: min over r, U, V of 1/2 ||Y - U V^T||_F^2 + lambda sum_i ||u_i|| ||v_i||, with the spectral norm of the residual as certificate.

            Example: solve lowrank --input measurements.csv --lambda 2 --out result
            """,
            ["--lambda", "--rank", "--max-rank", "--growth", "--steps", "--seed"],
            Factorizations.LowRank,
            Factorizations.LowRank),
        new(
            "complete",
            "Matrix completion",
            """
            Matrix completion: fills in what is missing (empty or NaN fields of a CSV, or a share hidden by --hide to see how well it is found again).

            Example: solve complete --input picture.png --hide 0.5 --growth 16 --out result
            """,
            ["--lambda", "--rank", "--max-rank", "--growth", "--steps", "--hide", "--seed"],
            Factorizations.Complete,
            Factorizations.Complete),
        new(
            "nmf",
            "Non-negative factorization",
            """
            Non-negative factorization: min over r, U >= 0, V >= 0 of 1/2 ||Y - U V^T||_F^2 + lambda sum_i ||u_i|| ||v_i||.

            Example: solve nmf --input digits.csv --skip-header --drop-last-column --rank 16 --tile-width 8 --out result
            """,
            ["--lambda", "--rank", "--max-rank", "--steps", "--seed"],
            Factorizations.NonNegative,
            Factorizations.NonNegative),
        new(
            "dictionary",
            "Sparse dictionary",
            """
            Sparse dictionary learning on samples in columns: min over r, U, V of 1/2 ||Y - U V^T||_F^2 + lambda sum_i ||u_i|| (||v_i|| + gamma ||v_i||_1).

            Example: solve dictionary --input digits.csv --skip-header --drop-last-column --rank 32 --gamma 0.1 --tile-width 8 --out result
            """,
            ["--lambda", "--gamma", "--rank", "--max-rank", "--steps", "--seed"],
            Factorizations.Dictionary,
            Factorizations.Dictionary),
        new(
            "rpca",
            "Robust principal components",
            """
            Robust principal components: min over L + S = Y of ||L||_* + mu ||S||_1. --noise spoils a share of the elements first, to see how well they are found.

            Example: solve rpca --input picture.png --noise 0.1 --out result
            """,
            ["--mu", "--noise", "--seed"],
            Factorizations.Pursuit,
            Factorizations.Pursuit),
        new(
            "huber",
            "Robust factorization",
            """
            Robust factorization: min over r, U, V, E of ||E||_1 + lambda sum_i ||u_i|| ||v_i|| + gamma/2 ||Y - U V^T - E||_F^2.

            Example: solve huber --input picture.png --noise 0.1 --growth 16 --out result
            """,
            ["--lambda", "--gamma", "--rank", "--max-rank", "--growth", "--steps", "--noise", "--seed"],
            Factorizations.Huber,
            Factorizations.Huber),
        new(
            "absolute",
            "Robust factorization without a quadratic part",
            """
            Robust factorization: min over r, U, V of ||Y - U V^T||_1 + lambda sum_i ||u_i|| ||v_i||, by Huber losses of growing curvature, to a relative gap of 1e-3.

            Example: solve absolute --input picture.png --noise 0.1 --growth 16 --out result
            """,
            ["--lambda", "--max-rank", "--growth", "--steps", "--noise", "--seed"],
            Factorizations.Absolute,
            Factorizations.Absolute),
        new(
            "structured",
            "Structured factorization",
            """
            Films of few sparse, piecewise constant images: frames in rows, pixels in columns; min over r, U, V, b of
            1/2 ||Y - D U V^T - 1 b^T||_F^2 + lambda sum_i ||u_i|| (||v_i|| + k_1 ||v_i||_1 + k_TV TV(v_i)), TV between the eight neighbours of a pixel.

            Example: solve structured --input film.npy --tile-width 32 --magnitudes 1 --variation 1 --max-rank 25 --steps 100 --out result
            """,
            ["--lambda", "--magnitudes", "--variation", "--decay", "--intercept", "--non-negative", "--rank", "--max-rank", "--steps", "--seed"],
            UnitSystems.Structured,
            UnitSystems.Structured),
        new(
            "cp",
            "Tensor decomposition",
            """
            Canonical polyadic decomposition: min over r, x of 1/2 ||T - sum_i x_i^1 o ... o x_i^K||^2 + lambda sum_i ||x_i^1|| ... ||x_i^K||; T from the rows of the file, the last index fastest.

            Example: solve cp --input film.npy --sizes 100,32,32 --lambda 5 --out result
            """,
            ["--sizes", "--lambda", "--rank", "--max-rank", "--steps", "--seed"],
            UnitSystems.Tensor,
            UnitSystems.Tensor),
        new(
            "relu",
            "Network of one hidden layer",
            """
            A network of one hidden layer whose width is found: min over r, W_1, W_2 of l(relu(V W_1) W_2^T) + lambda sum_i ||w_1i|| ||w_2i||; the last columns of the file are its targets.

            Example: solve relu --input digits.csv --skip-header --loss softmax --lambda 20 --max-rank 10 --out result
            """,
            ["--targets", "--loss", "--lambda", "--rank", "--max-rank", "--steps", "--seed"],
            UnitSystems.Network,
            UnitSystems.Network),
        new(
            "parallel",
            "Parallel deep networks",
            """
            Parallel networks of rectified layers whose number is found: min over r, W of 1/2 ||Y - sum_i phi(W_i)||_F^2 + lambda sum_i ||W_i^1|| ... ||W_i^K||; the last columns are the targets Y.

            Example: solve parallel --input measurements.csv --hidden 4,3 --targets 1 --lambda 0.5 --max-rank 8 --out result
            """,
            ["--targets", "--hidden", "--lambda", "--rank", "--max-rank", "--steps", "--seed"],
            UnitSystems.Parallel,
            UnitSystems.Parallel),
    ];
}
