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
            UnfinishedOutputs.Add(this);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw CannotBeWritten(path, e);
        }
    }

    internal void Write(string text)
    {
        try
        {
            File.WriteAllText(_temporary, text);
            File.Move(_temporary, _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotBeWritten(_path, e);
        }
    }

    private static BadInputException CannotBeWritten(string path, Exception e) => new($"The file '{path}' cannot be written: {OutputFolder.Reason(e)}");

    public void Dispose()
    {
        UnfinishedOutputs.Remove(this);
        File.Delete(_temporary);
    }
}
