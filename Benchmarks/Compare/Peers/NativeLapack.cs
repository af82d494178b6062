using System.Runtime.InteropServices;

namespace Kernels.Benchmarks.Compare.Peers;

/// <summary>The SVDs of OpenBLAS's LAPACK, through their Fortran interface. Matrices lie by columns.</summary>
internal sealed unsafe class NativeLapack
{
    private readonly nint _library;
    private readonly delegate* unmanaged[Cdecl]<int, void> _setThreads;

    private NativeLapack(nint library, nint setThreads, string description)
    {
        _library = library;
        _setThreads = (delegate* unmanaged[Cdecl]<int, void>)setThreads;
        Description = description;
    }

    internal string Description { get; }

    /// <summary>Null when OpenBLAS is not installed or comes without LAPACK.</summary>
    internal static NativeLapack? Find()
        => NativeLibrary.TryLoad("libopenblas.so.0", out nint library)
            && NativeLibrary.TryGetExport(library, "openblas_set_num_threads", out nint setThreads)
            && NativeLibrary.TryGetExport(library, "openblas_get_corename", out nint core)
            && NativeLibrary.TryGetExport(library, "dgejsv_", out _)
            ? new(library, setThreads, $"OpenBLAS, {Marshal.PtrToStringUTF8((nint)((delegate* unmanaged[Cdecl]<byte*>)core)())} kernels")
            : null;

    /// <summary>Divide and conquer, thin vectors.</summary>
    internal Action<int> Gesdd<T>(SvdCase<T> problem)
        where T : unmanaged
    {
        var run = (delegate* unmanaged[Cdecl]<byte*, int*, int*, T*, int*, T*, T*, int*, T*, int*, T*, int*, int*, int*, nint, void>)Function<T>("gesdd_");
        int length = problem.ReserveWork(WorkOf(run, problem));
        return times =>
        {
            _setThreads(problem.Threads);
            int m = problem.M, n = problem.N, p = Math.Min(m, n), work = length, status = 0;
            byte thin = (byte)'S';
            for (int t = 0; t < times; t++)
            {
                problem.Restore(t);
                run(&thin, &m, &n, problem.A, &m, problem.Values, problem.U, &m, problem.V, &p, problem.Work, &work, problem.Integers, &status, 1);
                Check(status);
            }
        };
    }

    // What gesdd asks for.
    private static int WorkOf<T>(delegate* unmanaged[Cdecl]<byte*, int*, int*, T*, int*, T*, T*, int*, T*, int*, T*, int*, int*, int*, nint, void> gesdd, SvdCase<T> problem)
        where T : unmanaged
    {
        int m = problem.M, n = problem.N, p = Math.Min(m, n), query = -1, status = 0;
        byte thin = (byte)'S';
        T size = default;
        gesdd(&thin, &m, &n, problem.A, &m, problem.Values, problem.U, &m, problem.V, &p, &size, &query, problem.Integers, &status, 1);
        return (int)(typeof(T) == typeof(double) ? *(double*)&size : *(float*)&size);
    }

    /// <summary>One-sided Jacobi; the left vectors overwrite the matrix. At least as tall as wide.</summary>
    internal Action<int> Gesvj<T>(SvdCase<T> problem)
        where T : unmanaged
    {
        var run = (delegate* unmanaged[Cdecl]<byte*, byte*, byte*, int*, int*, T*, int*, T*, int*, T*, int*, T*, int*, int*, nint, nint, nint, void>)Function<T>("gesvj_");
        int length = problem.ReserveWork(Math.Max(6, problem.M + problem.N));
        return times =>
        {
            _setThreads(problem.Threads);
            int m = problem.M, n = problem.N, work = length, status = 0;
            byte general = (byte)'G', left = (byte)'U', right = (byte)'V';
            for (int t = 0; t < times; t++)
            {
                problem.Restore(t);
                run(&general, &left, &right, &m, &n, problem.A, &m, problem.Values, &n, problem.V, &n, problem.Work, &work, &status, 1, 1, 1);
                Check(status);
            }
        };
    }

    /// <summary>Preconditioned Jacobi. At least as tall as wide.</summary>
    internal Action<int> Gejsv<T>(SvdCase<T> problem)
        where T : unmanaged
    {
        var run = (delegate* unmanaged[Cdecl]<byte*, byte*, byte*, byte*, byte*, byte*, int*, int*, T*, int*, T*, T*, int*, T*, int*, T*, int*, int*, int*, nint, nint, nint, nint, nint, nint, void>)
            Function<T>("gejsv_");
        int least = Math.Max(2 * problem.M + problem.N, 2 * problem.N * problem.N + 6 * problem.N), length = problem.ReserveWork(Math.Max(7, least) + 64 * (problem.M + problem.N));
        return times =>
        {
            _setThreads(problem.Threads);
            int m = problem.M, n = problem.N, work = length, status = 0;
            byte columns = (byte)'C', left = (byte)'U', right = (byte)'V', restrict = (byte)'R', no = (byte)'N';
            for (int t = 0; t < times; t++)
            {
                problem.Restore(t);
                run(&columns, &left, &right, &restrict, &no, &no, &m, &n, problem.A, &m, problem.Values, problem.U, &m, problem.V, &n, problem.Work, &work, problem.Integers, &status, 1, 1, 1, 1, 1, 1);
                Check(status);
            }
        };
    }

    private nint Function<T>(string name) => NativeLibrary.GetExport(_library, (typeof(T) == typeof(double) ? "d" : "s") + name);

    private static void Check(int status)
    {
        if (status != 0)
        {
            throw new InvalidOperationException($"LAPACK returned info = {status}.");
        }
    }
}
