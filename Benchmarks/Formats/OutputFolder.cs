namespace Kernels.Benchmarks.Formats;

/// <summary>
/// A folder of results that appears whole or not at all: files are written to a hidden folder beside it and moved at
/// <see cref="Commit"/>. What was not committed is removed by <see cref="Dispose"/>.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    // ERROR_DISK_FULL as an HRESULT, and ENOSPC as .NET passes it on.
    private const int DiskFull = unchecked((int)0x80070070), UnixDiskFull = 28;

    private readonly string _target;

    // The topmost folder that the target still lacks, or the target itself when it exists.
    private readonly string _root;
    private readonly bool _exists;
    private readonly string _temporary;
    private readonly string _staging;

    /// <summary>Creates the hidden folder, so that a place where nothing can be written is found before any work.</summary>
    internal OutputFolder(string path)
    {
        try
        {
            _target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
            _exists = Directory.Exists(_target);
            _root = _exists ? _target : TopmostMissing(_target);
            string beside = _exists ? _target : Path.GetDirectoryName(_root)!;
            _temporary = Path.Combine(beside, $".{Path.GetFileName(_root)}.{Path.GetRandomFileName()}.tmp");
            _staging = _exists ? _temporary : Path.GetFullPath(Path.GetRelativePath(_root, _target), _temporary);
            UnfinishedOutputs.Add(this);
            Directory.CreateDirectory(_staging);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Dispose();
            throw CannotBeWritten(path, e);
        }
    }

    /// <summary>Writes a new file of the folder.</summary>
    internal void Write(string name, Action<Stream> content)
    {
        try
        {
            using var stream = new FileStream(Path.Combine(_staging, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
            content(stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotBeWritten(_target, e);
        }
    }

    /// <summary>Puts everything in its place. In a folder that existed, files of the same names are replaced, each in one step.</summary>
    internal void Commit()
    {
        try
        {
            Move();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotBeWritten(_target, e);
        }

        Dispose();
    }

    private void Move()
    {
        if (!_exists)
        {
            Directory.Move(_temporary, _root);
        }
        else
        {
            // All are looked at before the first is moved.
            (string From, string To)[] files = [.. Directory.GetFiles(_staging).Select(file => (file, Path.Combine(_target, Path.GetFileName(file))))];
            if (Array.Find(files, file => Directory.Exists(file.To)).To is { } occupied)
            {
                throw new IOException($"'{occupied}' is a folder.");
            }

            Array.ForEach(files, file => File.Move(file.From, file.To, overwrite: true));
        }
    }

    public void Dispose()
    {
        UnfinishedOutputs.Remove(this);
        if (Directory.Exists(_temporary))
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    private static BadInputException CannotBeWritten(string path, Exception e) => new($"The output folder '{path}' cannot be written: {Reason(e)}");

    /// <summary>Why a place cannot be written, without the name of the hidden file that was tried.</summary>
    internal static string Reason(Exception e)
        => e switch
        {
            UnauthorizedAccessException => "access is denied.",
            FileNotFoundException or DirectoryNotFoundException => "nothing can be created there.",
            ArgumentException => "this is not a path.",
            IOException { HResult: DiskFull } or IOException { HResult: UnixDiskFull } => "no space is left.",
            _ => e.Message,
        };

    private static string TopmostMissing(string path)
    {
        while (Path.GetDirectoryName(path) is { } parent)
        {
            if (File.Exists(parent))
            {
                throw new IOException($"'{parent}' is a file.");
            }

            if (Directory.Exists(parent))
            {
                return File.Exists(path) ? throw new IOException($"'{path}' is a file.") : path;
            }

            path = parent;
        }

        throw new IOException("its path has no existing parent folder.");
    }
}
