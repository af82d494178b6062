using System.Runtime.InteropServices;
using Kernels.Benchmarks.Formats;

namespace Kernels.Benchmarks;

/// <summary>Ctrl-C and termination as a cancellation token. Work that does not look at it in time is cut off, its half-written files removed.</summary>
internal sealed class Interruption : IDisposable
{
    internal const int ExitCode = 130;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _signals;

    internal Interruption() => _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];

    internal CancellationToken Token => _source.Token;

    public void Dispose()
    {
        Array.ForEach(_signals, signal => signal.Dispose());
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_source.IsCancellationRequested)
        {
            return;
        }

        _source.Cancel();
        _ = Task.Delay(Patience).ContinueWith(
            _ =>
            {
                UnfinishedOutputs.DiscardAll();
                Console.Error.WriteLine("error: interrupted; nothing was written.");
                Environment.Exit(ExitCode);
            },
            TaskScheduler.Default);
    }
}
