using System.Diagnostics;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Kernels.PropertyTests.Codegen;

/// <summary>
/// Listings for a processor that this machine need not be: the framework's compiler ahead of time, which has the JIT's code generator, compiles an assembly for it.
/// </summary>
internal static class CrossListing
{
    // A package that the project downloads.
    private static readonly string Compiler = typeof(CrossListing).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == nameof(CrossListing)).Value!;

    /// <summary>Listings of the methods of an assembly whose names match a pattern of the JIT.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="pattern">Names and beginnings of names, separated by spaces.</param>
    /// <param name="instructionSet">An x64 level: <c>x86-64-v3</c> has AVX2 and fused multiply-adds, <c>x86-64-v4</c> AVX-512 with thirty-two registers.</param>
    internal static string Read(Assembly assembly, string pattern, string instructionSet)
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        try
        {
            string source = Path.Combine(folder.FullName, Path.GetFileName(assembly.Location)), listing = Path.Combine(folder.FullName, "listing");
            File.WriteAllBytes(source, WithoutAggressiveOptimization(File.ReadAllBytes(assembly.Location)));
            string[] arguments =
            [
                source, "--out", Path.Combine(folder.FullName, "out.dll"), "--targetarch", "x64", "--instruction-set", instructionSet, "--optimize",
                "--reference", Path.Combine(framework, "*.dll"), "--reference", Path.Combine(AppContext.BaseDirectory, "*.dll"),
                // As the JIT does, and a compiler ahead of time otherwise may not, methods of the framework are inlined.
                "--inputbubble", "--inputbubbleref", Path.Combine(framework, "*.dll"),
                // In one thread, so that listings do not mix.
                "--codegenopt", $"JitDisasm={pattern}", "--codegenopt", $"JitStdOutFile={listing}", "--parallelism", "1",
            ];
            using var compiler = Process.Start(new ProcessStartInfo(Compiler, arguments) { RedirectStandardOutput = true })!;
            string said = compiler.StandardOutput.ReadToEnd();
            compiler.WaitForExit();
            Assert.True(compiler.ExitCode == 0, said);
            return File.ReadAllText(listing);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // It leaves methods that ask for AggressiveOptimization to the JIT, so the flag is cleared in the table of methods (ECMA-335 II.22.26: ImplFlags follows the RVA).
    private static byte[] WithoutAggressiveOptimization(byte[] assembly)
    {
        using var file = new PEReader(new MemoryStream(assembly));
        MetadataReader metadata = file.GetMetadataReader();
        int table = file.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.MethodDef);
        for (int method = 0; method < metadata.GetTableRowCount(TableIndex.MethodDef); method++)
        {
            Span<byte> flags = assembly.AsSpan(table + method * metadata.GetTableRowSize(TableIndex.MethodDef) + sizeof(uint), sizeof(ushort));
            BitConverter.TryWriteBytes(flags, (ushort)(BitConverter.ToUInt16(flags) & ~(int)MethodImplAttributes.AggressiveOptimization));
        }

        return assembly;
    }
}
