using System.Globalization;
using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Kernels.PropertyTests.Support;

/// <summary>Runs tests of this assembly one after the other in this process, and prints each with its time, and how many passed.</summary>
internal static class TestRun
{
    /// <summary>Those whose full name, with its arguments, contains one of the names; 0 if there are any and all pass.</summary>
    internal static int Of(string[] names)
    {
        Assembly assembly = typeof(TestRun).Assembly;
        using var framework = new XunitTestFramework(new Sink());
        using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(assembly));
        var found = new Sink();
        discoverer.Find(includeSourceInformation: false, found, new Options());
        found.End.WaitOne();
        var results = new Sink();
        using ITestFrameworkExecutor executor = framework.GetExecutor(assembly.GetName());
        executor.RunTests(found.Cases.Where(test => Array.Exists(names, test.DisplayName.Contains)), results, new Options());
        results.End.WaitOne();
        Console.WriteLine($"{results.Passed} passed, {results.Failed} failed, {results.Skipped} skipped");
        return results is { Passed: > 0, Failed: 0 } ? 0 : 1;
    }

    private sealed class Sink : Xunit.LongLivedMarshalByRefObject, IMessageSink
    {
        internal List<ITestCase> Cases { get; } = [];

        internal int Passed { get; private set; }

        internal int Failed { get; private set; }

        internal int Skipped { get; private set; }

        internal ManualResetEvent End { get; } = new(false);

        public bool OnMessage(IMessageSinkMessage message)
        {
            switch (message)
            {
                case ITestCaseDiscoveryMessage discovered:
                    Cases.Add(discovered.TestCase);
                    break;
                case ITestPassed passed:
                    Passed++;
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"passed {passed.ExecutionTime:0.0} s {passed.Test.DisplayName}"));
                    break;
                case ITestSkipped:
                    Skipped++;
                    break;
                case ITestFailed failed:
                    Failed++;
                    Console.WriteLine($"FAILED {failed.Test.DisplayName}\n{string.Join("\n", failed.Messages)}\n{string.Join("\n", failed.StackTraces)}");
                    break;
                case IErrorMessage error:
                    Failed++;
                    Console.WriteLine($"FAILED {string.Join("\n", error.Messages)}");
                    break;
                case IDiscoveryCompleteMessage or ITestAssemblyFinished:
                    End.Set();
                    break;
            }

            return true;
        }
    }

    private sealed class Options : ITestFrameworkDiscoveryOptions, ITestFrameworkExecutionOptions
    {
        private readonly Dictionary<string, object?> _values = new() { ["xunit.execution.DisableParallelization"] = true };

        public TValue GetValue<TValue>(string name) => _values.TryGetValue(name, out object? value) ? (TValue)value! : default!;

        public void SetValue<TValue>(string name, TValue value) => _values[name] = value;
    }
}
