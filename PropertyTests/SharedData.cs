namespace Kernels.PropertyTests;

// Files that lie beside the checkout, in ../shared/data. They are not part of the project, so a test that reads one is skipped where it is missing.
internal static class SharedData
{
    internal static string Path(string file) => System.IO.Path.Combine(CheckoutRoot(), "..", "shared", "data", file);

    private static string CheckoutRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Kernels.sln")))
            {
                return folder.FullName;
            }
        }

        return AppContext.BaseDirectory;
    }
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
