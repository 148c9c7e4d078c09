namespace Exemplar.Cli.Jobs;

/// <summary>Tells the job's command line from ours.</summary>
internal static class JobArguments
{
    /// <summary>Everything after the first <c>--</c> is the job; null when there is no <c>--</c>.</summary>
    public static (string[] Own, string[]? Job) Split(string[] arguments)
    {
        var at = Array.IndexOf(arguments, "--");
        return at < 0 ? (arguments, null) : (arguments[..at], arguments[(at + 1)..]);
    }
}
