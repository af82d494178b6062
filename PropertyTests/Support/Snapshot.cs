namespace Kernels.PropertyTests.Support;

/// <summary>
/// Compares emitted text with a committed file, byte for byte. After a wanted change run the tests once with
/// KERNELS_UPDATE_SNAPSHOTS=1 and read the difference in version control.
/// </summary>
internal static class Snapshot
{
    internal static void Verify(string text, string name)
    {
        string path = Checkout.Path("PropertyTests", "Generators", "Snapshots", name + ".verified.cs");
        if (Environment.GetEnvironmentVariable("KERNELS_UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"There is no snapshot {Path.GetFileName(path)}; run once with KERNELS_UPDATE_SNAPSHOTS=1.");
        Assert.Equal(File.ReadAllText(path), text);
    }
}
