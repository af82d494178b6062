namespace Kernels.PropertyTests.Support;

/// <summary>Files of the checkout that the tests were built in. Not by caller paths: a deterministic build maps those to nowhere.</summary>
internal static class Checkout
{
    internal static string Path(params string[] parts) => System.IO.Path.Combine([Root(), .. parts]);

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Kernels.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Kernels.sln above {AppContext.BaseDirectory}.");
    }
}
