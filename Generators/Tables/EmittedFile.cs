namespace Kernels.Generators.Tables;

/// <summary>A file that a generator adds to a project.</summary>
internal readonly record struct EmittedFile(string Hint, string Text);
