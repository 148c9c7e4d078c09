using Exemplar.Core.Outages;

namespace Exemplar.Core.Maintenance;

/// <summary>Everything that may excuse a missed heartbeat: our own absences, and what people planned.</summary>
public readonly record struct Excuses(OutageLog Outages, QuietTimes QuietTimes)
{
    /// <summary>Those of one monitor.</summary>
    public MonitorExcuses For(int organizationNumber, int monitorNumber) => new(Outages, QuietTimes, organizationNumber, monitorNumber);

    public static implicit operator Excuses(OutageLog outages) => new(outages, QuietTimes.None);
}

/// <summary>
/// What may excuse a missed heartbeat of one monitor. Asked only when a deadline was missed: making one costs and
/// looks up nothing.
/// </summary>
public readonly record struct MonitorExcuses(OutageLog Outages, QuietTimes QuietTimes, int OrganizationNumber, int MonitorNumber)
{
    /// <summary>The quiet time that excuses a miss: one that holds the expected moment, or else the deadline.</summary>
    public QuietTime? QuietTime(DateTimeOffset expectedAt, DateTimeOffset deadlineAt) =>
        QuietTimes.Covering(OrganizationNumber, MonitorNumber, expectedAt)
        ?? QuietTimes.Covering(OrganizationNumber, MonitorNumber, deadlineAt);

    public static implicit operator MonitorExcuses(OutageLog outages) => new(outages, QuietTimes.None, 0, 0);
}
