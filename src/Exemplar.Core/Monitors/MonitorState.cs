using Exemplar.Core.Schedules;

namespace Exemplar.Core.Monitors;

/// <summary>
/// Everything about a monitor that changes by itself. <see cref="MonitorLifecycle"/> is the only place that makes a
/// new one out of an old one.
/// </summary>
/// <param name="Status">The stored status; <see cref="MonitorStatus.Late"/> is never stored, see <see cref="StatusAt"/>.</param>
/// <param name="Since">When the current period began.</param>
/// <param name="LastHeartbeatAt">The latest moment a heartbeat stands for; null before the first.</param>
/// <param name="CountsFrom">What the current interval is counted from: a heartbeat, the creation, a resume. Null when nothing is expected.</param>
/// <param name="NextExpectedAt">The expected moment that has not been judged yet; null when nothing is expected.</param>
public readonly record struct MonitorState(
    MonitorStatus Status,
    DateTimeOffset Since,
    DateTimeOffset? LastHeartbeatAt,
    DateTimeOffset? CountsFrom,
    DateTimeOffset? NextExpectedAt)
{
    /// <summary>The deadline that is judged next, or null when nothing is expected.</summary>
    public DateTimeOffset? DeadlineAt(in Schedule schedule) =>
        NextExpectedAt is { } expected ? schedule.DeadlineOf(expected) : null;

    /// <summary>The status to show at <paramref name="now"/>: the stored one, or late when the expected moment has passed.</summary>
    public MonitorStatus StatusAt(DateTimeOffset now) => IsLate(now) ? MonitorStatus.Late : Status;

    /// <summary>Since when <see cref="StatusAt"/> holds; never before <see cref="Since"/>.</summary>
    public DateTimeOffset SinceAt(DateTimeOffset now) =>
        // With a grace longer than the interval, a delayed heartbeat may end a downtime although the beat after it was
        // expected before that downtime ended.
        IsLate(now) && NextExpectedAt is { } expected && expected > Since ? expected : Since;

    private bool IsLate(DateTimeOffset now) =>
        Status is MonitorStatus.Up or MonitorStatus.New && NextExpectedAt is { } expected && expected < now;
}
