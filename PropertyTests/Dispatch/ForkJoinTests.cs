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
            ForkJoin.Run(parts, &Count, counts);
            Assert.All(new Span<int>(counts, parts).ToArray(), count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void AJobInsideAJobFinishes()
    {
        int* counts = stackalloc int[16];
        new Span<int>(counts, 16).Clear();
        ForkJoin.Run(4, &Nest, counts);
        Assert.All(new Span<int>(counts, 16).ToArray(), count => Assert.Equal(1, count));
    }

    [Fact]
    public void AnErrorInAPartReachesTheCallerAfterAllPartsEnded()
    {
        int* counts = stackalloc int[8];
        new Span<int>(counts, 8).Clear();
        int* pinned = counts;
        Assert.Equal("part 3", Assert.Throws<InvalidOperationException>(() => ForkJoin.Run(8, &Fail, pinned)).Message);
        Assert.Equal(7, new Span<int>(counts, 8).ToArray().Sum());
        ForkJoin.Run(8, &Count, counts);
    }

    // Helpers of one job may still be about when the next one starts, with other parts and another state, soon or after they have left.
    [Fact]
    public void JobsOfManyCallersOneAfterTheOtherKeepTheirPartsApart()
    {
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, caller =>
        {
            var random = new Random(caller);
            int* counts = stackalloc int[8 * 3];
            for (int round = 0; round < 2000; round++)
            {
                int parts = random.Next(1, 9);
                int* own = counts + 8 * (round % 3);
                new Span<int>(counts, 24).Clear();
                ForkJoin.Run(parts, &Count, own);
                for (int i = 0; i < 24; i++)
                {
                    Assert.Equal(counts + i >= own && counts + i < own + parts ? 1 : 0, counts[i]);
                }

                Thread.SpinWait(random.Next(6) == 0 ? 20_000 : random.Next(200));
            }
        });
    }

    private static void Count(void* state, int part) => Interlocked.Increment(ref ((int*)state)[part]);

    private static void Nest(void* state, int part) => ForkJoin.Run(4, &Count, (int*)state + 4 * part);

    private static void Fail(void* state, int part)
    {
        if (part == 3)
        {
            throw new InvalidOperationException("part 3");
        }

        Count(state, part);
    }
}
