namespace Exemplar.Testing;

/// <summary>A folder that goes away with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("exemplar-tests-").FullName;

    /// <summary>The data folder in it; the server makes it.</summary>
    public string Data => System.IO.Path.Combine(Path, "data");

    public string Database => System.IO.Path.Combine(Data, "exemplar.db");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
