using System.Runtime.ExceptionServices;

namespace Kernels;

// Runs the parts of one job on the caller's thread and on pool threads, without allocating once warm. Parts are claimed one by one, so
// the caller finishes the job alone when the pool has no thread to spare.
internal sealed unsafe class ForkJoin : IThreadPoolWorkItem
{
    [ThreadStatic]
    private static ForkJoin? _ofThread;

    private delegate*<void*, int, void> _body;
    private void* _state;
    private int _parts;
    private int _next;
    private int _unfinished;
    private int _queued;
    private Exception? _error;

    internal static void Run(int parts, delegate*<void*, int, void> body, void* state)
    {
        // A late helper may still hold the last job; then this one gets an object of its own. Nested calls find none and do too.
        ForkJoin job = _ofThread is { } kept && Volatile.Read(ref kept._queued) == 0 ? kept : new();
        _ofThread = null;
        job.Work(parts, body, state);
        _ofThread = job;
        if (job._error is { } error)
        {
            job._error = null;
            ExceptionDispatchInfo.Throw(error);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        Claim();
        Interlocked.Decrement(ref _queued);
    }

    private void Work(int parts, delegate*<void*, int, void> body, void* state)
    {
        _body = body;
        _state = state;
        _parts = parts;
        _next = 0;
        _unfinished = parts;
        Volatile.Write(ref _queued, parts - 1);
        for (int i = 1; i < parts; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        Claim();
        var wait = default(SpinWait);
        while (Volatile.Read(ref _unfinished) != 0)
        {
            // Never Sleep(1), the default after a few turns: a part lasts microseconds.
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void Claim()
    {
        int part;
        while ((part = Interlocked.Increment(ref _next) - 1) < _parts)
        {
            try
            {
                _body(_state, part);
            }
            catch (Exception error)
            {
                // Rethrown on the caller's thread: a pool thread has nobody to tell.
                Interlocked.CompareExchange(ref _error, error, null);
            }

            Interlocked.Decrement(ref _unfinished);
        }
    }
}
