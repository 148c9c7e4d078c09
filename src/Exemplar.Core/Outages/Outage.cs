using System.Globalization;

namespace Exemplar.Core.Outages;

/// <summary>Why Exemplar could not watch. The numbers are stored.</summary>
public enum OutageCause
{
    /// <summary>The process was not running: stopped, killed, upgraded, or its machine suspended.</summary>
    NotRunning = 0,

    /// <summary>The database refused writes, so no heartbeat could be accepted.</summary>
    StorageUnavailable = 1,

    /// <summary>The clock jumped ahead: it was set, or the machine slept. The moments in between never took place here.</summary>
    ClockJump = 2,
}

/// <summary>A run of time in which Exemplar could not have received a heartbeat.</summary>
/// <param name="From">The last moment at which it certainly could.</param>
/// <param name="To">The first moment at which it could again.</param>
/// <param name="Cause">What kept it from watching.</param>
public sealed record Outage(DateTimeOffset From, DateTimeOffset To, OutageCause Cause)
{
    /// <summary>The sentence that checks and periods carry as their error.</summary>
    public string Reason => Cause switch
    {
        OutageCause.StorageUnavailable => $"Exemplar could not store heartbeats from {Text(From)} to {Text(To)}",
        OutageCause.ClockJump => $"Exemplar's clock jumped from {Text(From)} to {Text(To)}",
        _ => $"Exemplar was not running from {Text(From)} to {Text(To)}",
    };

    /// <summary>True when <paramref name="moment"/> lies in the outage, its two ends included.</summary>
    public bool Contains(DateTimeOffset moment) => From <= moment && moment <= To;

    private static string Text(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
