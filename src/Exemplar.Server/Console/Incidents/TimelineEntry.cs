using Exemplar.Core.Deliveries;
using Exemplar.Core.Incidents;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Incidents;

namespace Exemplar.Server.Console.Incidents;

/// <summary>One line of an incident's timeline: something that happened, or something that was told.</summary>
/// <param name="At">When.</param>
/// <param name="Happened">What happened; null when something was told.</param>
/// <param name="Told">What was told; null when something happened.</param>
internal sealed record TimelineEntry(DateTimeOffset At, IncidentEvent? Happened, DeliveryView? Told)
{
    /// <summary>Everything of an incident, oldest first.</summary>
    public static IReadOnlyList<TimelineEntry> Of(IncidentDetail detail) =>
    [
        .. detail.Events.Select(happened => new TimelineEntry(happened.At, happened, null))
            .Concat(detail.Deliveries.Select(told => new TimelineEntry(told.FinishedAt ?? told.CreatedAt, null, told)))
            .OrderBy(entry => entry.At),
    ];

    /// <summary>Stays the same while the page is drawn again and again.</summary>
    public object Key => Told is { } told ? told.Id : (Happened!.At, Happened.Kind, Happened.MonitorNumber, Happened.Actor, Happened.Text);

    public string Sign => (Happened?.Kind, Told?.State) switch
    {
        (IncidentEventKind.Down, _) => "down",
        (IncidentEventKind.Recovered or IncidentEventKind.Resolved, _) or (_, DeliveryState.Delivered or DeliveryState.Folded) => "up",
        (_, DeliveryState.Refused or DeliveryState.GivenUp) => "down",
        (IncidentEventKind.Acknowledged or IncidentEventKind.Snoozed or IncidentEventKind.Flapping or IncidentEventKind.Recovering, _) or (_, DeliveryState.Pending) => "late",
        _ => "paused",
    };

    public static string WordOf(IncidentEventKind kind) => kind switch
    {
        IncidentEventKind.Down => "down",
        IncidentEventKind.Recovered => "recovered",
        IncidentEventKind.Left => "left",
        IncidentEventKind.Acknowledged => "acknowledged",
        IncidentEventKind.Snoozed => "snoozed",
        IncidentEventKind.Note => "note",
        IncidentEventKind.Reminded => "reminder",
        IncidentEventKind.Escalated => "escalated",
        IncidentEventKind.Waiting => "waiting",
        IncidentEventKind.Held => "held",
        IncidentEventKind.Released => "released",
        IncidentEventKind.Flapping => "flapping",
        IncidentEventKind.Settled => "settled",
        IncidentEventKind.Recovering => "recovering",
        _ => "resolved",
    };

    public static string WordOf(DeliveryState state) => state switch
    {
        DeliveryState.Pending => "on its way",
        DeliveryState.Delivered => "told",
        DeliveryState.Refused => "refused",
        DeliveryState.GivenUp => "given up",
        _ => "told",
    };

    public static string WordOf(AlertEvent what) => what switch
    {
        AlertEvent.Down => "down",
        AlertEvent.Recovered => "recovered",
        AlertEvent.Reminder => "still down",
        AlertEvent.Late => "late",
        _ => "a test",
    };
}
