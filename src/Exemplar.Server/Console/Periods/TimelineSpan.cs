namespace Exemplar.Server.Console.Periods;

/// <summary>A range that a timeline can be seen over, up to now.</summary>
internal sealed record TimelineSpan(string Name, TimeSpan Length)
{
    public static readonly IReadOnlyList<TimelineSpan> All =
    [
        new("1h", TimeSpan.FromHours(1)), new("24h", TimeSpan.FromHours(24)), new("7d", TimeSpan.FromDays(7)),
        new("30d", TimeSpan.FromDays(30)), new("90d", TimeSpan.FromDays(90)),
    ];

    public static readonly TimelineSpan Default = All[1];

    /// <summary>The one with this name; the default where there is none.</summary>
    public static TimelineSpan Named(string? name) => All.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.Ordinal)) ?? Default;
}
