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
