using System.Globalization;

namespace Exemplar.Core.Maintenance;

/// <summary>Why nothing is missed.</summary>
public enum QuietKind
{
    /// <summary>A maintenance window.</summary>
    Maintenance,

    /// <summary>The job does not work at this hour.</summary>
    OutsideActiveHours,

    /// <summary>The job does not work on this day.</summary>
    Holiday,
}

/// <summary>A run of time in which a missed heartbeat of a monitor is nobody's failure.</summary>
/// <param name="Kind">Why.</param>
/// <param name="From">Its first moment.</param>
/// <param name="To">The first moment after it.</param>
/// <param name="Name">The window's title, the hours in words, or the holiday's name.</param>
/// <param name="DeclaredAt">When somebody said so: a downtime before that is not taken back.</param>
public sealed record QuietTime(QuietKind Kind, DateTimeOffset From, DateTimeOffset To, string Name, DateTimeOffset DeclaredAt)
{
    /// <summary>The sentence that checks and periods carry as their error.</summary>
    public string Reason => Kind switch
    {
        QuietKind.OutsideActiveHours => $"outside active hours ({Name}; from {Text(From)} to {Text(To)})",
        QuietKind.Holiday => $"holiday: {Name} (from {Text(From)} to {Text(To)})",
        _ => $"maintenance: {Name} (from {Text(From)} to {Text(To)})",
    };

    public bool Contains(DateTimeOffset moment) => From <= moment && moment < To;

    private static string Text(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
