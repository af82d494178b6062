using System.Text;
using Kernels.Benchmarks;
using Kernels.Benchmarks.Formats;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class OutputFolderTests : ProgramRun
{
    private static void Put(OutputFolder folder, string name, string text)
        => folder.Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

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
    public void APlaceUnderAFileIsRefusedAtOnce()
    {
        string file = Write("file", "");
        Assert.Equal($"The output folder '{file}/out' cannot be written: '{file}' is a file.", Refuses(() => _ = new OutputFolder($"{file}/out")).Message);
        Assert.Equal($"The output folder '{file}' cannot be written: '{file}' is a file.", Refuses(() => _ = new OutputFolder(file)).Message);
    }

    [Fact]
    public void AFolderInTheWayOfAFileIsRefusedAndNothingIsReplaced()
    {
        Directory.CreateDirectory(PathOf("out/b.txt"));
        Write("out/a.txt", "old");
        using (var folder = new OutputFolder(PathOf("out")))
        {
            Put(folder, "a.txt", "new");
            Put(folder, "b.txt", "new");
            string place = PathOf("out");
            Assert.Equal($"The output folder '{place}' cannot be written: '{place}/b.txt' is a folder.", Refuses(folder.Commit).Message);
        }

        Assert.Equal(["out", "out/a.txt", "out/b.txt"], Everything());
        Assert.Equal("old", File.ReadAllText(PathOf("out/a.txt")));
    }

    [Fact]
    public void AFailedWriteIsTheUsersToMend()
    {
        using var folder = new OutputFolder(PathOf("out"));
        const int NoSpace = 28;
        var error = Refuses(() => folder.Write("x.txt", _ => throw new IOException("full", NoSpace)));
        Assert.Equal($"The output folder '{PathOf("out")}' cannot be written: no space is left.", error.Message);
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
