using System.Diagnostics;

namespace Kernels.PropertyTests.Dispatch;

public unsafe class ForkJoinTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void EveryPartRunsOnce(int parts)
    {
        int* counts = stackalloc int[parts];
        for (int round = 0; round < 100; round++)
        {
            new Span<int>(counts, parts).Clear();
            ForkJoin.Run(parts, parts, &Count, counts);
            Assert.All(new Span<int>(counts, parts).ToArray(), count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void TheCallerTakesTheFirstPartsAndHelpersTheLast()
    {
        const int Parts = 8, MostSeconds = 60;
        bool helped = Environment.ProcessorCount == 1;
        int* both = stackalloc int[2 * Parts];
        for (long start = Stopwatch.GetTimestamp(); !helped && Stopwatch.GetElapsedTime(start).TotalSeconds < MostSeconds;)
        {
            new Span<int>(both, 2 * Parts).Clear();
            var job = new Job { Counts = both, Caller = Environment.CurrentManagedThreadId };
            ForkJoin.Run(Parts, 2, &CountSlowly, &job);
            int[] byHelper = new Span<int>(both + Parts, Parts).ToArray();
            Assert.Equal(byHelper.Order(), byHelper);
            helped = byHelper[^1] == 1 && byHelper[0] == 0;
        }

        Assert.True(helped, "No job was shared, so nothing was tested.");
    }

    // Helpers of a wider job before it still look out when the next one starts.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void NoMoreThreadsWorkThanTheJobAsksFor(int threads)
    {
        for (int round = 0; round < 100; round++)
        {
            // On a busy machine a helper may not come.
            var wide = default(Crowd);
            for (int tries = 0; tries < 100 && wide.Most < 2; tries++)
            {
                ForkJoin.Run(32, 8, &Meet, &wide);
            }

            var crowd = default(Crowd);
            ForkJoin.Run(32, threads, &Meet, &crowd);
            Assert.Equal(32, crowd.Ran);
            Assert.InRange(crowd.Most, 1, threads);
        }
    }

    // However slow the machine, some thousand of them start closely one behind the other at some time.
    [Fact]
    public void SmallJobsThatFollowEachOtherAreWorthAHelperAndOneAloneIsNot()
    {
        if (Environment.ProcessorCount == 1)
        {
            return;
        }

        bool first = true, later = false;
        var fresh = new Thread(() =>
        {
            first = ForkJoin.IsOneOfMany();
            for (int jobs = 0; jobs < 100_000_000 && !later; jobs++)
            {
                later = ForkJoin.IsOneOfMany();
            }
        });
        fresh.Start();
        fresh.Join();
        Assert.False(first);
        Assert.True(later);
    }

    [Fact]
    public void AJobInsideAJobFinishes()
    {
        int* counts = stackalloc int[16];
        new Span<int>(counts, 16).Clear();
        ForkJoin.Run(4, 4, &Nest, counts);
        Assert.All(new Span<int>(counts, 16).ToArray(), count => Assert.Equal(1, count));
    }

    [Fact]
    public void AnErrorInAPartReachesTheCallerAfterAllPartsEnded()
    {
        int* counts = stackalloc int[8];
        new Span<int>(counts, 8).Clear();
        int* pinned = counts;
        Assert.Equal("part 3", Assert.Throws<InvalidOperationException>(() => ForkJoin.Run(8, 8, &Fail, pinned)).Message);
        Assert.Equal(7, new Span<int>(counts, 8).ToArray().Sum());
        ForkJoin.Run(8, 8, &Count, counts);
    }

    // Helpers that were late for one job meet the next one, with other parts and another state, while the caller claims parts of it too.
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void ShortJobsOneAfterTheOtherKeepTheirPartsApart(int callers)
    {
        const int MostParts = 8, Rounds = 20_000, MostSeconds = 60;
        long helped = 0, start = Stopwatch.GetTimestamp();
        string? wrong = null;
        // The pool must not wait half a second for the threads that the other tests have blocked.
        ThreadPool.GetMinThreads(out int workers, out int ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 16), ports);
        var threads = Enumerable.Range(0, callers).Select(caller => new Thread(() => Call(caller))).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        ThreadPool.SetMinThreads(workers, ports);
        Assert.Null(wrong);
        Assert.True(helped > 0 || Environment.ProcessorCount == 1, "No helper ever took a part, so nothing was tested.");

        void Call(int caller)
        {
            var random = new Random(caller);
            // Of each part: how often it ran, and how often on a thread of the pool.
            int* both = stackalloc int[4 * MostParts];
            // On a busy machine on until a helper was given a processor.
            for (int round = 0; round < Rounds || (Interlocked.Read(ref helped) == 0 && Stopwatch.GetElapsedTime(start).TotalSeconds < MostSeconds); round++)
            {
                int parts = random.Next(1, MostParts + 1);
                var counts = new Span<int>(both + round % 2 * 2 * MostParts, 2 * MostParts);
                counts.Clear();
                var job = new Job { Counts = both + round % 2 * 2 * MostParts, Caller = Environment.CurrentManagedThreadId };
                ForkJoin.Run(parts, parts, &CountSlowly, &job);
                if (counts[..parts].IndexOfAnyExcept(1) >= 0 || counts[parts..MostParts].IndexOfAnyExcept(0) >= 0)
                {
                    wrong = $"{parts} parts: {string.Join(' ', counts[..MostParts].ToArray())}";
                }

                foreach (int other in counts[MostParts..])
                {
                    Interlocked.Add(ref helped, other);
                }
            }
        }
    }

    private struct Job
    {
        internal int* Counts;
        internal int Caller;
    }

    private static void CountSlowly(void* state, int part)
    {
        var job = (Job*)state;
        if (Environment.CurrentManagedThreadId != job->Caller)
        {
            Interlocked.Increment(ref job->Counts[part + 8]);
        }

        Thread.SpinWait(20);
        Interlocked.Increment(ref job->Counts[part]);
    }

    private struct Crowd
    {
        internal int Now;
        internal int Most;
        internal int Ran;
    }

    private static void Meet(void* state, int part)
    {
        var crowd = (Crowd*)state;
        int now = Interlocked.Increment(ref crowd->Now);
        for (int most = Volatile.Read(ref crowd->Most); most < now; most = Volatile.Read(ref crowd->Most))
        {
            Interlocked.CompareExchange(ref crowd->Most, now, most);
        }

        // Long enough for a helper to come, and others get the processor while this part is not done.
        Thread.SpinWait(300);
        Thread.Yield();
        Interlocked.Increment(ref crowd->Ran);
        Interlocked.Decrement(ref crowd->Now);
    }

    private static void Count(void* state, int part) => Interlocked.Increment(ref ((int*)state)[part]);

    private static void Nest(void* state, int part) => ForkJoin.Run(4, 4, &Count, (int*)state + 4 * part);

    private static void Fail(void* state, int part)
    {
        if (part == 3)
        {
            throw new InvalidOperationException("part 3");
        }

        Count(state, part);
    }
}
