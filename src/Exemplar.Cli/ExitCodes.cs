namespace Exemplar.Cli;

/// <summary>How the command ends. <c>exec</c> ends as its job does.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The server refused, or could not be reached by a command that has nothing to keep.</summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration cannot be used; nothing was done.</summary>
    public const int Misuse = 2;

    /// <summary>The job's program is there and cannot be run.</summary>
    public const int NotRunnable = 126;

    /// <summary>There is no such program.</summary>
    public const int NotFound = 127;
}
