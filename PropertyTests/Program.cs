using Kernels.PropertyTests.Codegen;
using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests;

/// <summary>
/// The tests as a program: the codegen tests start it once more to have every kernel of a type compiled under a listing, and it runs tests where there is no
/// test host, as under an emulator of another processor.
/// </summary>
internal static class Program
{
    /// <summary>The word for compiling the kernels of a type.</summary>
    internal const string Prepare = "prepare";

    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case [Prepare, var type]:
                return JitListing.Prepare(type);
            case ["run", .. { Length: > 0 } names]:
                return TestRun.Of(names);
            default:
                Console.Error.WriteLine("run 'dotnet test Kernels.sln -c Release', or here 'run NAME...' for the tests whose full name contains one of the names.");
                return 2;
        }
    }
}
