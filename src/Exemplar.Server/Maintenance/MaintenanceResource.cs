using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Server.Monitors;
using Exemplar.Server.Requests;
using Exemplar.Storage.Maintenance;

namespace Exemplar.Server.Maintenance;

/// <summary>One time of a window.</summary>
internal sealed record MaintenanceTimeResource
{
    public required DateTimeOffset StartsAt { get; init; }

    public required DateTimeOffset EndsAt { get; init; }

    public static MaintenanceTimeResource Of(Stretch stretch) => new() { StartsAt = stretch.From, EndsAt = stretch.To };
}

/// <summary>How a window recurs: <c>cron</c> and <c>duration_minutes</c>, or <c>weekdays</c>, <c>from</c> and <c>to</c>.</summary>
internal sealed record RecurrenceResource
{
    /// <summary>An IANA name, such as Europe/Berlin.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Five fields, on the clock of the zone.</summary>
    public string? Cron { get; init; }

    /// <summary>How long each time lasts, 1 minute to 7 days, and no longer than the time between two starts.</summary>
    public double? DurationMinutes { get; init; }

    /// <summary><c>monday</c> to <c>sunday</c>: the days on which it begins.</summary>
    public IReadOnlyList<string>? Weekdays { get; init; }

    /// <summary>A time such as 22:00, on the clock of the zone.</summary>
    public string? From { get; init; }

    /// <summary>A time such as 02:00; when it is not later than <c>from</c>, of the next day.</summary>
    public string? To { get; init; }

    public static RecurrenceResource? Of(Recurrence? recurrence) => recurrence switch
    {
        CronRecurrence cron => new RecurrenceResource
        {
            TimeZone = cron.TimeZone, Cron = cron.Expression, DurationMinutes = MonitorResource.Minutes(cron.Duration),
        },
        WeeklyRecurrence { Hours: var hours } => Of(hours),
        _ => null,
    };

    private static RecurrenceResource Of(WeekHours hours)
    {
        DayOfWeek[] days = [.. WeekHoursResource.FromMonday.Where(day => hours[day] is not null)];
        var each = hours[days[0]]!.Value;
        return new RecurrenceResource
        {
            TimeZone = hours.TimeZone, Weekdays = [.. days.Select(Words<DayOfWeek>.Of)],
            From = WeekHoursResource.Text(each.From), To = WeekHoursResource.Text(each.To),
        };
    }
}

/// <summary>What somebody told about a window.</summary>
internal sealed record MaintenanceUpdateResource
{
    public required DateTimeOffset At { get; init; }

    /// <summary>A member's address or a token's name.</summary>
    public required string By { get; init; }

    public required string Text { get; init; }
}

/// <summary>A maintenance window: what is missed in it is nobody's failure.</summary>
internal sealed record MaintenanceResource
{
    public required EntityId Id { get; init; }

    public required string Title { get; init; }

    public required MaintenanceSeverity Severity { get; init; }

    /// <summary>Who answers for it; may be empty.</summary>
    public required string Owner { get; init; }

    /// <summary>How it stands now.</summary>
    public required MaintenanceState State { get; init; }

    /// <summary>When it begins; of one that recurs, before when it does not take place.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>When it ends as planned; of one that recurs, from when no time of it begins any more, null when it goes on.</summary>
    public required DateTimeOffset? EndsAt { get; init; }

    /// <summary>Null for one that takes place once.</summary>
    public required RecurrenceResource? Recurrence { get; init; }

    /// <summary>Whether it holds for all monitors of the organization, also those to come.</summary>
    public required bool AllMonitors { get; init; }

    public required IReadOnlyList<EntityId> MonitorIds { get; init; }

    /// <summary>It holds for monitors that have one of these tags at that moment.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>The time of it that takes place now; null when none does.</summary>
    public required MaintenanceTimeResource? Current { get; init; }

    /// <summary>The next times, at most three.</summary>
    public required IReadOnlyList<MaintenanceTimeResource> Next { get; init; }

    /// <summary>Oldest first.</summary>
    public required IReadOnlyList<MaintenanceUpdateResource> Updates { get; init; }

    /// <summary>When somebody last ended it early.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>When somebody called it off after it had begun for the first time.</summary>
    public required DateTimeOffset? CancelledAt { get; init; }

    /// <summary>A member's address or a token's name.</summary>
    public required string CreatedBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static MaintenanceResource Of(MaintenanceView view, DateTimeOffset now)
    {
        var window = view.Window;
        return new MaintenanceResource
        {
            Id = window.Id,
            Title = window.Title,
            Severity = window.Severity,
            Owner = window.Owner,
            State = window.StateAt(now),
            StartsAt = window.Times.Once?.From ?? window.Times.BeginsAt,
            EndsAt = window.Times.Once?.To ?? window.Times.Until,
            Recurrence = RecurrenceResource.Of(window.Times.Recurrence),
            AllMonitors = window.Targets.AllMonitors,
            MonitorIds = window.Targets.MonitorIds,
            Tags = window.Targets.Tags,
            Current = window.Covering(now) is { } current ? MaintenanceTimeResource.Of(current) : null,
            Next = [.. window.Next(now, 3).Select(MaintenanceTimeResource.Of)],
            Updates = [.. view.Updates.Select(u => new MaintenanceUpdateResource { At = u.At, By = u.By, Text = u.Text })],
            EndedAt = window.EndedAt,
            CancelledAt = window.CancelledAt,
            CreatedBy = window.CreatedBy,
            CreatedAt = window.CreatedAt,
            UpdatedAt = window.UpdatedAt,
        };
    }
}

// Only for the documentation: MaintenanceFields reads it field by field.
/// <summary>A maintenance window to be made.</summary>
internal sealed record MaintenanceCreation
{
    /// <summary>1 to 200 characters. Status pages show it.</summary>
    public required string Title { get; init; }

    /// <summary>Left out: minor.</summary>
    public MaintenanceSeverity? Severity { get; init; }

    /// <summary>Up to 200 characters.</summary>
    public string? Owner { get; init; }

    /// <summary>At most 7 days back; a window that recurs may leave it out: from now on.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>In the future, at most 400 days after starts_at; a window that recurs may leave it out: it goes on.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Left out for a window that takes place once.</summary>
    public RecurrenceResource? Recurrence { get; init; }

    public bool? AllMonitors { get; init; }

    /// <summary>Up to 1000.</summary>
    public IReadOnlyList<string>? MonitorIds { get; init; }

    /// <summary>Up to 50.</summary>
    public IReadOnlyList<string>? Tags { get; init; }
}

// Only for the documentation: MaintenanceFields reads it field by field.
/// <summary>The fields to change; what is left out stays as it is.</summary>
internal sealed record MaintenanceEdit
{
    public string? Title { get; init; }

    public MaintenanceSeverity? Severity { get; init; }

    public string? Owner { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Null lets a window that recurs go on.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>Null makes it take place once.</summary>
    public RecurrenceResource? Recurrence { get; init; }

    public bool? AllMonitors { get; init; }

    public IReadOnlyList<string>? MonitorIds { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }
}

/// <summary>What to tell about a window.</summary>
internal sealed record MaintenanceUpdateBody
{
    /// <summary>1 to 4000 characters. Status pages show it.</summary>
    public required string Text { get; init; }
}
