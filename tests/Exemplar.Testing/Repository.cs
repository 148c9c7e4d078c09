using System.Reflection;

namespace Exemplar.Testing;

/// <summary>The checkout that these tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = typeof(Repository).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!;

    /// <summary>The path of a file, named as seen from the root.</summary>
    public static string File(string name) => Path.Combine(Root, name);
}
