using System.Runtime.InteropServices;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>
/// A native BLAS through its C interface. Every library exports the same cblas names, so each is called through the addresses
/// that its own handle gives, never through the process-wide symbol table.
/// </summary>
internal sealed unsafe class NativeBlas : IGemmPeer
{
    private const int RowMajor = 101, NoTranspose = 111, Transpose = 112;

    private readonly delegate* unmanaged[Cdecl]<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void> _dgemm;
    private readonly delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _sgemm;
    private readonly delegate* unmanaged[Cdecl]<int, int, int, int, double, double*, int, double*, int, double, double*, int, void> _dgemv;
    private readonly delegate* unmanaged[Cdecl]<int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _sgemv;
    private readonly Action<int> _setThreads;

    private NativeBlas(nint library, string name, string description, Action<int> setThreads)
    {
        Name = name;
        Description = description;
        _setThreads = setThreads;
        _dgemm = (delegate* unmanaged[Cdecl]<int, int, int, int, int, int, double, double*, int, double*, int, double, double*, int, void>)NativeLibrary.GetExport(library, "cblas_dgemm");
        _sgemm = (delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
        _dgemv = (delegate* unmanaged[Cdecl]<int, int, int, int, double, double*, int, double*, int, double, double*, int, void>)NativeLibrary.GetExport(library, "cblas_dgemv");
        _sgemv = (delegate* unmanaged[Cdecl]<int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemv");
    }

    public string Name { get; }

    public string Description { get; }

    public bool Enters(GemmShape shape) => true;

    /// <summary>OpenBLAS, or null when it is not installed. Its kernels follow OPENBLAS_CORETYPE of the environment at start.</summary>
    internal static NativeBlas? OpenBlas()
    {
        if (!TryLoad(out nint library, "libopenblas.so.0", "libopenblas.dylib", "libopenblas.dll")
            || !TryExport(library, "openblas_set_num_threads", out nint setThreads))
        {
            return null;
        }

        string core = Text(library, "openblas_get_corename"), config = Text(library, "openblas_get_config");
        string version = string.Join(' ', config.Split(' ').Take(2));
        return new(library, "OpenBLAS", $"{version}, {core} kernels", threads => ((delegate* unmanaged[Cdecl]<int, void>)setThreads)(threads));
    }

    /// <summary>BLIS, or null when it is not installed.</summary>
    internal static NativeBlas? Blis()
    {
        if (!TryLoad(out nint library, "libblis.so.4", "libblis.dylib", "libblis.dll")
            || !TryExport(library, "bli_init", out nint initialize)
            || !TryExport(library, "bli_thread_set_num_threads", out nint setThreads)
            || !TryExport(library, "cblas_dgemm", out _))
        {
            return null;
        }

        // Asked for its architecture before this, BLIS 0.9 aborts. dim_t is 64 bits wide in every build that Debian ships.
        ((delegate* unmanaged[Cdecl]<void>)initialize)();
        string version = Text(library, "bli_info_get_version_str"), sub = Architecture(library);
        return new(library, "BLIS", $"BLIS {version}{sub}", threads => ((delegate* unmanaged[Cdecl]<long, void>)setThreads)(threads));
    }

    /// <summary>gemm, and gemv where one operand is a vector: which is faster differs from library to library.</summary>
    public IReadOnlyList<Action<int>> Prepare<T>(GemmCase<T> problem)
        where T : unmanaged
    {
        _setThreads(problem.Threads);
        return (problem, MatrixVector.Of(problem.Shape)) switch
        {
            (GemmCase<double> p, null) => [times => Run(p, times)],
            (GemmCase<double> p, { } vector) => [times => Run(p, times), times => Run(p, vector, times)],
            (GemmCase<float> p, null) => [times => Run(p, times)],
            (GemmCase<float> p, { } vector) => [times => Run(p, times), times => Run(p, vector, times)],
            _ => throw new NotSupportedException($"{typeof(T)}"),
        };
    }

    private void Run(GemmCase<double> p, int times)
    {
        var call = _dgemm;
        int m = p.M, n = p.N, k = p.K, ofA = Operation(p.Shape.TransposedA), ofB = Operation(p.Shape.TransposedB), leadingA = p.Shape.LeadingA, leadingB = p.Shape.LeadingB, leadingC = p.Shape.LeadingC;
        double alpha = p.Shape.Alpha, beta = p.Shape.Beta;
        double* a = p.A.Pointer, b = p.B.Pointer, c = p.C.Pointer;
        for (int t = 0; t < times; t++)
        {
            call(RowMajor, ofA, ofB, m, n, k, alpha, a, leadingA, b, leadingB, beta, c, leadingC);
        }
    }

    private void Run(GemmCase<float> p, int times)
    {
        var call = _sgemm;
        int m = p.M, n = p.N, k = p.K, ofA = Operation(p.Shape.TransposedA), ofB = Operation(p.Shape.TransposedB), leadingA = p.Shape.LeadingA, leadingB = p.Shape.LeadingB, leadingC = p.Shape.LeadingC;
        float alpha = (float)p.Shape.Alpha, beta = (float)p.Shape.Beta;
        float* a = p.A.Pointer, b = p.B.Pointer, c = p.C.Pointer;
        for (int t = 0; t < times; t++)
        {
            call(RowMajor, ofA, ofB, m, n, k, alpha, a, leadingA, b, leadingB, beta, c, leadingC);
        }
    }

    private void Run(GemmCase<double> p, MatrixVector v, int times)
    {
        var call = _dgemv;
        var (matrix, x) = v.MatrixIsA ? (p.A, p.B) : (p.B, p.A);
        int operation = Operation(v.Transposed), rows = v.Rows, columns = v.Columns, leading = v.Leading, stepX = v.StepX, stepY = v.StepY;
        double alpha = p.Shape.Alpha, beta = p.Shape.Beta;
        double* a = matrix.Pointer, from = x.Pointer, to = p.C.Pointer;
        for (int t = 0; t < times; t++)
        {
            call(RowMajor, operation, rows, columns, alpha, a, leading, from, stepX, beta, to, stepY);
        }
    }

    private void Run(GemmCase<float> p, MatrixVector v, int times)
    {
        var call = _sgemv;
        var (matrix, x) = v.MatrixIsA ? (p.A, p.B) : (p.B, p.A);
        int operation = Operation(v.Transposed), rows = v.Rows, columns = v.Columns, leading = v.Leading, stepX = v.StepX, stepY = v.StepY;
        float alpha = (float)p.Shape.Alpha, beta = (float)p.Shape.Beta;
        float* a = matrix.Pointer, from = x.Pointer, to = p.C.Pointer;
        for (int t = 0; t < times; t++)
        {
            call(RowMajor, operation, rows, columns, alpha, a, leading, from, stepX, beta, to, stepY);
        }
    }

    private static int Operation(bool transposed) => transposed ? Transpose : NoTranspose;

    private static bool TryLoad(out nint library, params string[] names)
    {
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out library))
            {
                return true;
            }
        }

        library = 0;
        return false;
    }

    private static bool TryExport(nint library, string name, out nint address) => NativeLibrary.TryGetExport(library, name, out address);

    private static string Text(nint library, string function)
        => TryExport(library, function, out nint address) ? Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<byte*>)address)()) ?? "" : "";

    private static string Architecture(nint library)
        => TryExport(library, "bli_arch_query_id", out nint query) && TryExport(library, "bli_arch_string", out nint text)
            ? $", {Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<int, byte*>)text)(((delegate* unmanaged[Cdecl]<int>)query)()))} kernels"
            : "";
}
