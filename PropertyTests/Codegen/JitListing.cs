using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Kernels.PropertyTests.Codegen;

/// <summary>The JIT's own listing of the kernels of a type, written by a child process that compiles them and does nothing else.</summary>
internal static class JitListing
{
    /// <summary>What that child process does.</summary>
    internal static int Prepare(string name)
    {
        var type = Type.GetType(name, throwOnError: true)!;
        foreach (MethodInfo kernel in type.GetNestedTypes(BindingFlags.NonPublic).Append(type)
            .SelectMany(owner => owner.GetMethods(BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly)))
        {
            RuntimeHelpers.PrepareMethod(kernel.MethodHandle);
        }

        return 0;
    }

    /// <summary>Listings of the methods of a type and of those nested in it whose names match a pattern of the JIT.</summary>
    internal static string Read(Type type, string pattern, params (string Name, string Value)[] environment)
    {
        string file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, [typeof(JitListing).Assembly.Location, Program.Prepare, type.AssemblyQualifiedName!]);
            start.Environment["DOTNET_JitStdOutFile"] = file;
            start.Environment["DOTNET_JitDisasm"] = pattern;
            foreach (var (name, value) in environment)
            {
                start.Environment[name] = value;
            }

            using var child = Process.Start(start)!;
            child.WaitForExit();
            Assert.Equal(0, child.ExitCode);
            return File.ReadAllText(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
