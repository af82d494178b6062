using Kernels.Benchmarks.Formats;

namespace Kernels.PropertyTests.Benchmarks;

// Beside no other test: all that the process has open is discarded.
[CollectionDefinition(nameof(UnfinishedOutputsTests), DisableParallelization = true)]
[Collection(nameof(UnfinishedOutputsTests))]
public sealed class UnfinishedOutputsTests : ProgramRun
{
    [Fact]
    public void WhatIsOpenIsDiscardedAndWhatIsFinishedStays()
    {
        using (var finished = new OutputFile(PathOf("finished.txt")))
        {
            finished.Write("1");
        }

        var folder = new OutputFolder(PathOf("new"));
        folder.Write("x.txt", stream => stream.WriteByte(1));
        _ = new OutputFile(PathOf("y.txt"));
        Refuses(() => _ = new OutputFile(PathOf("none/z.txt")));
        Refuses(() => _ = new OutputFolder(PathOf("finished.txt")));
        Assert.Equal(3, Directory.GetFileSystemEntries(Folder).Length);
        UnfinishedOutputs.DiscardAll();
        Assert.Equal([PathOf("finished.txt")], Directory.GetFileSystemEntries(Folder));
    }
}
