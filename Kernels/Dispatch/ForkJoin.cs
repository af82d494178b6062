using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Kernels;

// Runs the parts of one job on the caller's thread and on pool threads, without allocating once warm. Parts are claimed one by one, so
// the caller finishes the job alone when the pool has no thread to spare. The caller claims from the first one on and helpers from the last one
// down, so that in a row of like jobs each finds its share of the memory in its own cache (n = 80 float in two threads 1.12 -> 1.24 of one).
// A helper without parts looks out for its caller's next job for a moment before it goes back to the pool: to wake a thread takes as long as a
// small product, and a thread that sleeps between any two products may be woken on the caller's own processor again and again (n = 384 in two
// threads took the time of one, for seconds).
internal sealed unsafe class ForkJoin : IThreadPoolWorkItem
{
    // Solvers make their next product within it; on a processor's load it is not seen.
    private static readonly long LookOutTicks = Environment.ProcessorCount > 1 ? Stopwatch.Frequency / 10_000 : 0;

    // From one start to the next, so that a helper is still there; and for how long before one is woken, which costs up to 50 us (Zen 3, a processor that sleeps).
    private static readonly long CloseTicks = LookOutTicks * 3 / 2, WhileTicks = LookOutTicks * 10;

    [ThreadStatic]
    private static ForkJoin? _ofThread;

    [ThreadStatic]
    private static long _lastSmallJob;

    [ThreadStatic]
    private static long _firstSmallJob;

    private delegate*<void*, int, void> _body;
    private void* _state;

    // The first part that nobody has claimed yet, the end of them, and the helpers that may claim one now: those of an earlier job may be more.
    private long _left;
    private int _unfinished;

    // On which the caller started the job.
    private int _processor;

    // Queued, at work, or looking out.
    private int _helpers;
    private Exception? _error;

    // A helper looks out for this thread's next job: it costs a microsecond, and one that sleeps some twelve.
    internal static bool IsHelped => _ofThread is { } job && Volatile.Read(ref job._helpers) > 0;

    // Small jobs have followed each other for a while, so a helper that this one wakes will find more of them. Asked for each job that is too small to wake one for.
    internal static bool IsOneOfMany()
    {
        long now = Stopwatch.GetTimestamp();
        if (_lastSmallJob == 0)
        {
            // What Run will need, so that a warm thread allocates nothing later.
            _ofThread ??= new();
        }

        if (now - _lastSmallJob > CloseTicks)
        {
            _firstSmallJob = now;
        }

        _lastSmallJob = now;
        return now - _firstSmallJob > WhileTicks;
    }

    // On at most so many threads, the caller's among them; more parts than threads are shared out as they go.
    internal static void Run(int parts, int threads, delegate*<void*, int, void> body, void* state)
    {
        Debug.Assert(parts is >= 0 and <= MostParts, "Parts that one word counts.");
        // A nested call finds none and makes its own.
        ForkJoin job = _ofThread ?? new();
        _ofThread = null;
        job.Work(parts, threads, body, state);
        _ofThread = job;
        if (job._error is { } error)
        {
            job._error = null;
            ExceptionDispatchInfo.Throw(error);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            while (LooksOut())
            {
                RunPart(Seat);
            }

            Interlocked.Decrement(ref _helpers);
        }
        while (IsWaiting && IsBack());

        // A job that came after the last look counted this helper in.
        bool IsBack()
        {
            Interlocked.Increment(ref _helpers);
            return true;
        }
    }

    // In _left, from below: the end, the first part, helpers.
    private const int Bits = 24;

    private const long First = 1L << Bits, Seat = First << Bits;

    internal const int MostParts = (int)First - 1;

    private bool HasParts => Volatile.Read(ref _left) is var left && FirstOf(left) < EndOf(left);

    // For a helper.
    private bool IsWaiting => Volatile.Read(ref _left) is var left && FirstOf(left) < EndOf(left) && left >= Seat;

    private static int FirstOf(long left) => (int)(left >> Bits) & MostParts;

    private static int EndOf(long left) => (int)left & MostParts;

    private void Work(int parts, int threads, delegate*<void*, int, void> body, void* state)
    {
        _body = body;
        _state = state;
        _unfinished = parts;
        Volatile.Write(ref _processor, Thread.GetCurrentProcessorId());
        int helpers = Math.Min(Math.Min(parts, threads) - 1, short.MaxValue);
        Interlocked.Exchange(ref _left, helpers * Seat + parts);
        for (int missing = helpers - Volatile.Read(ref _helpers); missing > 0; missing--)
        {
            Interlocked.Increment(ref _helpers);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        while (HasParts)
        {
            RunPart(seat: 0);
        }

        var wait = default(SpinWait);
        while (Volatile.Read(ref _unfinished) != 0)
        {
            // Never Sleep(1), the default after a few turns: a part lasts microseconds.
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    private bool LooksOut()
    {
        long given = LookOutTicks, now = Stopwatch.GetTimestamp();
        while (!IsWaiting)
        {
            // On the caller's own processor it must stay runnable until the system moves it to a free one: asleep, it is woken there again.
            if (Thread.GetCurrentProcessorId() == Volatile.Read(ref _processor))
            {
                Thread.Yield();
            }
            else
            {
                Thread.SpinWait(8);
            }

            // A turn of the caller is long, and not this helper's time.
            long last = now;
            now = Stopwatch.GetTimestamp();
            given -= now - last < LookOutTicks ? now - last : 0;
            if (given <= 0)
            {
                return false;
            }
        }

        return true;
    }

    // One part, unless another thread was faster. What belongs to the job is read only once a part of it is claimed: until that part is done the
    // job cannot end, so a helper that was late for one job takes a part of the next like any other.
    private void RunPart(long seat)
    {
        long left = Volatile.Read(ref _left);
        int first = FirstOf(left), end = EndOf(left);
        bool isHelper = seat != 0;
        if (first >= end || left < seat || Interlocked.CompareExchange(ref _left, isHelper ? left - seat - 1 : left + First, left) != left)
        {
            return;
        }

        try
        {
            _body(_state, isHelper ? end - 1 : first);
        }
        catch (Exception error)
        {
            // Rethrown on the caller's thread: a pool thread has nobody to tell.
            Interlocked.CompareExchange(ref _error, error, null);
        }

        // Before the job can end, so that it is not given to the next one.
        Interlocked.Add(ref _left, seat);
        Interlocked.Decrement(ref _unfinished);
    }
}
