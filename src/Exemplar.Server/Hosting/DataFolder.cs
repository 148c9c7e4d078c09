namespace Exemplar.Server.Hosting;

/// <summary>
/// The folder the server lives in. Invariant: while this exists no other server uses the folder; two on one SQLite file
/// would each believe in a memory of their own.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    public string DatabaseFile => System.IO.Path.Combine(Path, "exemplar.db");

    /// <summary>Where the keys of sign-ins are kept, for the owner only: who reads them can make sign-ins.</summary>
    public DirectoryInfo MakeKeysFolder()
    {
        var path = System.IO.Path.Combine(Path, "keys");
        return OperatingSystem.IsWindows()
            ? Directory.CreateDirectory(path)
            : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Makes the folder if need be, for its owner only, and takes it.</summary>
    /// <exception cref="SettingsException">It cannot be used, or another server uses it.</exception>
    public static DataFolder Take(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The data folder {path} cannot be made: {exception.Message} Choose another with --data or EXEMPLAR_DATA.");
        }

        var file = System.IO.Path.Combine(path, "lock");
        try
        {
            return new DataFolder(path, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"The data folder {path} cannot be used: is another server running on it? {exception.Message} Choose another with --data or EXEMPLAR_DATA.");
        }
    }

    public void Dispose() => _lock.Dispose();
}
