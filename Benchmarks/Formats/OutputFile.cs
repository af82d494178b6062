namespace Kernels.Benchmarks.Formats;

/// <summary>A text file that appears whole or not at all: written beside its place and moved there. An unwritable place is found at once.</summary>
internal sealed class OutputFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;

    internal OutputFile(string path)
    {
        try
        {
            _path = Path.GetFullPath(path);
            if (Directory.Exists(_path))
            {
                throw new IOException("it is a folder.");
            }

            _temporary = Path.Combine(Path.GetDirectoryName(_path)!, $".{Path.GetFileName(_path)}.{Path.GetRandomFileName()}.tmp");
            File.WriteAllText(_temporary, "");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BadInputException($"The file '{path}' cannot be written: {OutputFolder.Reason(e)}");
        }
    }

    internal void Write(string text)
    {
        File.WriteAllText(_temporary, text);
        File.Move(_temporary, _path, overwrite: true);
    }

    public void Dispose() => File.Delete(_temporary);
}
