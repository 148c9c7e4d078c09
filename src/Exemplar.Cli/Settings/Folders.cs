namespace Exemplar.Cli.Settings;

/// <summary>The user's folders, as the XDG base directory specification names them.</summary>
internal static class Folders
{
    public static string Config => Of("XDG_CONFIG_HOME", ".config");

    public static string State => Of("XDG_STATE_HOME", Path.Combine(".local", "state"));

    /// <summary>A relative path in the variable counts as none; so the specification wants it.</summary>
    private static string Of(string variable, string fallback) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named && Path.IsPathRooted(named)
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), fallback);
}
