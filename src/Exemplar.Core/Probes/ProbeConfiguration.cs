namespace Exemplar.Core.Probes;

/// <summary>How something is probed that does not call in by itself. How often is the interval of the monitor's schedule.</summary>
/// <param name="Timeout">How long one attempt may take, 1 to <see cref="LongestTimeoutSeconds"/> seconds.</param>
/// <param name="FailuresBeforeDown">So many failures in a row make it down, 1 to <see cref="MostFailures"/>.</param>
public abstract record ProbeConfiguration(TimeSpan Timeout, int FailuresBeforeDown)
{
    /// <summary>How often is probed where nothing is said.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);

    /// <summary>Seconds that one attempt may take where nothing is said.</summary>
    public const int DefaultTimeoutSeconds = 10;

    /// <summary>Seconds that one attempt may take at most.</summary>
    public const int LongestTimeoutSeconds = 60;

    /// <summary>Failures in a row where nothing is said.</summary>
    public const int DefaultFailures = 1;

    /// <summary>The most failures in a row that may be waited for.</summary>
    public const int MostFailures = 10;
}
