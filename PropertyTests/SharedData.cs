using Kernels.PropertyTests.Support;

namespace Kernels.PropertyTests;

// Files that lie beside the checkout, in ../shared/data. They are not part of the project, so a test that reads one is skipped where it is missing.
internal static class SharedData
{
    internal static string Path(string file) => Checkout.Path("..", "shared", "data", file);
}

[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(string file)
    {
        if (!File.Exists(SharedData.Path(file)))
        {
            Skip = $"../shared/data/{file} is not here";
        }
    }
}
