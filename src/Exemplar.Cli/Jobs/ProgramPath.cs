namespace Exemplar.Cli.Jobs;

/// <summary>Finds a program as a shell does: a name with a slash is a path, any other is looked for on the PATH and nowhere else.</summary>
internal static class ProgramPath
{
    /// <summary>The program's file, or the exit code that says why there is none.</summary>
    public static (string? Path, int Code) Find(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal) || (OperatingSystem.IsWindows() && name.Contains('\\', StringComparison.Ordinal)))
            return Judge(Path.GetFullPath(name));
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(Path.PathSeparator);
        // Windows finds programs by rules of its own.
        if (OperatingSystem.IsWindows()) return (name, ExitCodes.Success);
        var code = ExitCodes.NotFound;
        foreach (var folder in folders)
        {
            // An empty entry is the current folder; that is old custom.
            var found = Judge(Path.GetFullPath(Path.Combine(folder.Length == 0 ? "." : folder, name)));
            if (found.Path is not null) return found;
            if (found.Code == ExitCodes.NotRunnable) code = ExitCodes.NotRunnable;
        }
        return (null, code);
    }

    private static (string? Path, int Code) Judge(string path) =>
        !File.Exists(path) ? (null, Directory.Exists(path) ? ExitCodes.NotRunnable : ExitCodes.NotFound)
        : Unix.IsExecutable(path) ? (path, ExitCodes.Success)
        : (null, ExitCodes.NotRunnable);
}
