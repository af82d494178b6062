using System.Collections.Concurrent;

namespace Kernels.Benchmarks.Formats;

/// <summary>
/// A folder of results that appears whole or not at all: files are written to a hidden folder beside it and moved at
/// <see cref="Commit"/>. What was not committed is removed by <see cref="Dispose"/>.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    private static readonly ConcurrentDictionary<OutputFolder, bool> Open = new();

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
            Open[this] = true;
            Directory.CreateDirectory(_staging);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new BadInputException($"The output folder '{path}' cannot be written: {Reason(e)}");
        }
    }

    /// <summary>Opens a new file of the folder for writing.</summary>
    internal FileStream Create(string name) => new(Path.Combine(_staging, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);

    /// <summary>Puts everything in its place. In a folder that existed, files of the same names are replaced, each in one step.</summary>
    internal void Commit()
    {
        if (!_exists)
        {
            Directory.Move(_temporary, _root);
        }
        else
        {
            foreach (string file in Directory.GetFiles(_staging))
            {
                File.Move(file, Path.Combine(_target, Path.GetFileName(file)), overwrite: true);
            }
        }

        Dispose();
    }

    /// <summary>For a program that must end now.</summary>
    internal static void DiscardAll()
    {
        foreach (var folder in Open.Keys)
        {
            folder.Dispose();
        }
    }

    public void Dispose()
    {
        Open.TryRemove(this, out _);
        if (Directory.Exists(_temporary))
        {
            Directory.Delete(_temporary, recursive: true);
        }
    }

    /// <summary>Why a place cannot be written, without the name of the hidden file that was tried.</summary>
    internal static string Reason(Exception e)
        => e switch
        {
            UnauthorizedAccessException => "access is denied.",
            FileNotFoundException or DirectoryNotFoundException => "nothing can be created there.",
            ArgumentException => "this is not a path.",
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
