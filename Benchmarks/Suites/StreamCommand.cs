using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Kernels.Benchmarks.Suites;

/// <summary><c>bench stream</c>: random bits without end on standard output, for a battery of tests outside this program.</summary>
internal static class StreamCommand
{
    private const int BufferBytes = 1 << 16;

    internal static Command Create(Func<Stream> open, CancellationToken cancellation)
    {
        var what = new Argument<string>("WHAT") { Description = "words: of Philox4x32-10; words7: of seven rounds; bits: packed mask decisions." };
        what.AcceptOnlyFromAmong("words", "words7", "bits");
        var seed = NumberOption.Whole("--seed", "Names the run; 1 unless given.", "N");
        var stream = NumberOption.Whole("--stream", "Names the purpose; 0 unless given.", "N");
        var theta = NumberOption.Real("--theta", "Probability of a one bit; 0.5 unless given.", "P");
        var megabytes = NumberOption.Whole("--megabytes", "Stops after so many times 2^20 bytes; without it, when the reader stops.", "N");
        var command = new Command("stream", """
            Random bits on standard output, little-endian words, for a battery outside.

            Example: bench stream words | dieharder -g 200 -d 2
            Example: bench stream bits --theta 0.5 | RNG_test stdin32
            """) { what, seed, stream, theta, megabytes };
        command.SetAction(parsed =>
        {
            double rate = parsed.GetValue(theta) ?? 0.5;
            if (!(rate is > 0 and <= 1))
            {
                throw new BadInputException($"--theta: {rate} is not in (0, 1].");
            }

            if (parsed.GetValue(megabytes) is < 1)
            {
                throw new BadInputException($"--megabytes: {parsed.GetValue(megabytes)} is not 1 or more.");
            }

            long left = parsed.GetValue(megabytes) is { } limit ? limit * (1L << 20) : long.MaxValue;
            using Stream output = open();
            return Run(parsed.GetValue(what)!, (ulong)(parsed.GetValue(seed) ?? 1), (ulong)(parsed.GetValue(stream) ?? 0), rate, left, output, cancellation);
        });
        return command;
    }

    // The console's own stream says nothing when a reader has gone, and would write on for ever.
    internal static Stream StandardOutput()
        => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    internal static int Run(string what, ulong seed, ulong stream, double theta, long bytes, Stream output, CancellationToken cancellation)
    {
        byte[] buffer = new byte[BufferBytes];
        var rate = KeepRate.Of(theta);
        try
        {
            for (ulong block = 0; bytes > 0; block++, bytes -= BufferBytes)
            {
                cancellation.ThrowIfCancellationRequested();
                if (what == "bits")
                {
                    BernoulliMask.Packed(seed, stream, block * 8 * BufferBytes, rate, buffer, 8 * BufferBytes);
                }
                else
                {
                    Philox4x32.Words(seed, stream, block * BufferBytes / sizeof(uint), MemoryMarshal.Cast<byte, uint>(buffer.AsSpan()), what == "words7" ? 7 : Philox4x32.StandardRounds);
                }

                output.Write(buffer);
            }
        }
        catch (IOException)
        {
            // The reader has seen enough.
        }

        return Program.Success;
    }
}
