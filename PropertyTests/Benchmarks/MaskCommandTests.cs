using System.Buffers.Binary;
using System.Text.Json;
using Kernels.Benchmarks;
using Kernels.Benchmarks.Compare;
using Kernels.Benchmarks.Compare.Measuring;
using Kernels.Benchmarks.Suites;

namespace Kernels.PropertyTests.Benchmarks;

public sealed class MaskCommandTests : ProgramRun
{
    [Fact]
    public void EveryKindOfWorkBecomesARow()
    {
        using var output = new StringWriter();
        MaskWork[] all = [.. MaskWork.All(quick: true).Select(work => work with { Size = Math.Min(work.Size, 4096) })];
        Assert.Equal(0, MaskCommand.Run(all, new ContestRules(3, 0.1, 0.1), PathOf("mask.json"), new Screen(output), default));
        JsonElement[] rows = [.. JsonDocument.Parse(File.ReadAllText(PathOf("mask.json"))).RootElement.EnumerateArray()];
        Assert.Equal(all.Length, rows.Length);
        Assert.All(rows, row => Assert.True(row.GetProperty("ours").GetDouble() > 0 && row.GetProperty("peers").GetProperty("System.Random").GetDouble() > 0));
        Assert.Contains("packed bits, 0.5", output.ToString());
    }

    [Fact]
    public void WhatLiesInMemoryIsMeasuredAgainstACopy()
    {
        var row = MaskComparison.Run(MaskWork.All(quick: false).Last(work => work.IsBoundByMemory), new ContestRules(1, 0.1, 0.1));
        Assert.True(row.Limit > 0);
        Assert.Empty(row.Peers);
    }

    [Fact]
    public void AWrongRateIsCaught()
    {
        var wrong = MaskWork.All(quick: true).First() with { Ours = (_, _, buffers) => buffers.Length };
        var error = Assert.Throws<InvalidOperationException>(() => MaskComparison.Run(wrong, new ContestRules(1, 0.1, 0.1)));
        Assert.Equal($"Kernels kept {wrong.Size} of {wrong.Size} with probability 0.5.", error.Message);
    }

    [Fact]
    public void TheStreamIsTheWordsAndTheDecisions()
    {
        using var words = new MemoryStream();
        Assert.Equal(0, StreamCommand.Run("words", 3, 4, 0.5, 1 << 17, words, default));
        Assert.Equal(1 << 17, words.Length);
        foreach (int index in (int[])[0, 1, 16383, 16384, 32767])
        {
            Assert.Equal(Philox4x32.Word(3, 4, (ulong)index), BinaryPrimitives.ReadUInt32LittleEndian(words.ToArray().AsSpan(4 * index)));
        }

        using var seven = new MemoryStream();
        StreamCommand.Run("words7", 3, 4, 0.5, 1, seven, default);
        Assert.Equal(Philox4x32.Word(3, 4, 1, rounds: 7), BinaryPrimitives.ReadUInt32LittleEndian(seven.ToArray().AsSpan(4)));

        using var bits = new MemoryStream();
        StreamCommand.Run("bits", 3, 4, 0.25, 1 << 17, bits, default);
        byte[] expected = new byte[1 << 17];
        BernoulliMask.Packed(3, 4, 0, KeepRate.Of(0.25), expected, 8 << 17);
        Assert.Equal(expected, bits.ToArray());
    }

    [Theory]
    [InlineData("--theta: 0 is not in (0, 1].", "bits", "--theta", "0")]
    [InlineData("--megabytes: 0 is not 1 or more.", "words", "--megabytes", "0")]
    [InlineData("Argument 'dice' not recognized. Must be one of: 'words' 'words7' 'bits'", "dice")]
    public void BadOptionsAreOneLine(string line, params string[] options) => Refuses(line, ["bench", "stream", .. options]);
}
