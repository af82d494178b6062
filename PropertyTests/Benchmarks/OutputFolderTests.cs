using Kernels.Benchmarks;
using Kernels.Benchmarks.Formats;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class OutputFolderTests : ProgramRun
{
    private static void Put(OutputFolder folder, string name, string text)
    {
        using var writer = new StreamWriter(folder.Create(name));
        writer.Write(text);
    }

    private string[] Everything() => [.. Directory.GetFileSystemEntries(Folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Select(e => Path.GetRelativePath(Folder, e)).Order()];

    [Theory]
    [InlineData("new")]
    [InlineData("a/b/c")]
    [InlineData("trailing/")]
    public void AFolderAppearsWholeAtCommitAndNotBefore(string name)
    {
        using (var folder = new OutputFolder(PathOf(name)))
        {
            Put(folder, "x.txt", "1");
            Assert.False(Directory.Exists(PathOf(name)));
            folder.Commit();
        }

        Assert.Equal("1", File.ReadAllText(Path.Combine(PathOf(name), "x.txt")));
        Assert.DoesNotContain(Everything(), entry => entry.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutCommitNothingIsLeft()
    {
        using (var folder = new OutputFolder(PathOf("a/b")))
        {
            Put(folder, "x.txt", "1");
        }

        Assert.Empty(Everything());
    }

    [Fact]
    public void AnExistingFolderKeepsItsOtherFiles()
    {
        Directory.CreateDirectory(PathOf("old"));
        Write("old/kept.txt", "kept");
        Write("old/x.txt", "before");
        using (var folder = new OutputFolder(PathOf("old")))
        {
            Put(folder, "x.txt", "after");
            Assert.Equal("before", File.ReadAllText(PathOf("old/x.txt")));
            folder.Commit();
        }

        Assert.Equal("after", File.ReadAllText(PathOf("old/x.txt")));
        Assert.Equal(["old", Path.Combine("old", "kept.txt"), Path.Combine("old", "x.txt")], Everything());
    }

    [Fact]
    public void DiscardAllRemovesWhatIsOpen()
    {
        var folder = new OutputFolder(PathOf("new"));
        Put(folder, "x.txt", "1");
        OutputFolder.DiscardAll();
        Assert.Empty(Everything());
    }

    [Fact]
    public void APlaceUnderAFileIsRefusedAtOnce()
    {
        string file = Write("file", "");
        Assert.Equal($"The output folder '{file}/out' cannot be written: '{file}' is a file.", Refuses(() => _ = new OutputFolder($"{file}/out")).Message);
        Assert.Equal($"The output folder '{file}' cannot be written: '{file}' is a file.", Refuses(() => _ = new OutputFolder(file)).Message);
    }

    [Theory]
    [InlineData("", "this is not a path.")]
    [InlineData("a\0b", "this is not a path.")]
    public void AnImpossibleNameIsRefused(string name, string reason)
        => Assert.Equal($"The output folder '{name}' cannot be written: {reason}", Refuses(() => _ = new OutputFolder(name)).Message);

    [Fact]
    public void AFileAppearsWholeOrNotAtAll()
    {
        using (var file = new OutputFile(PathOf("y.json")))
        {
            Assert.False(File.Exists(PathOf("y.json")));
        }

        Assert.Empty(Everything());
        using (var file = new OutputFile(PathOf("y.json")))
        {
            file.Write("[]");
        }

        Assert.Equal(["y.json"], Everything());
        Assert.Throws<BadInputException>(() => new OutputFile(PathOf("none/y.json")));
        Assert.Throws<BadInputException>(() => new OutputFile(Folder));
    }
}
