using Exemplar.Core.Checks;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;

namespace Exemplar.Server.Tests.Channels.Support;

/// <summary>Alerts to be told.</summary>
internal static class Alerts
{
    public static readonly DateTimeOffset At = new(2026, 11, 23, 5, 6, 0, TimeSpan.Zero);

    public static readonly EntityId DeliveryId = EntityId.Create(At, 7);

    public static readonly EntityId IncidentId = EntityId.Create(At, 12);

    public static readonly EntityId MonitorId = EntityId.Create(At, 3);

    public const string Error = "no heartbeat received within expected_interval_minutes + grace_period_minutes (60 + 5 min; last heartbeat 2026-11-23T04:01:00.000Z)";

    /// <summary>A name that tries everything at once.</summary>
    public static readonly string Hostile =
        "x\r\nBcc: evil@example.com \"quoted\" 'single' <b>bold</b> <script>alert(1)</script> <!channel> <!here> <@U123> @everyone @here @channel @all "
        + "**strong** _em_ `code` [link](https://evil.example) ||spoiler|| # head \u202Eevil\u202C \u0007 {{monitor.name}} $(id) `id` \\ & 👩‍👩‍👧‍👦 é🇩🇪";

    public static Alert Down(string name = "Nightly backup") => Make(AlertEvent.Down, name, MonitorStatus.Down, At, null);

    public static Alert Of(AlertEvent what, string name = "Nightly backup") => what switch
    {
        AlertEvent.Down => Down(name),
        AlertEvent.Recovered => Make(what, name, MonitorStatus.Up, At.AddMinutes(12), At.AddMinutes(12)) with { Check = null },
        AlertEvent.Reminder => Make(what, name, MonitorStatus.Down, At, null) with { At = At.AddHours(2) },
        AlertEvent.Late => Make(what, name, MonitorStatus.Late, At, null) with { Incident = null, Check = null },
        _ => Make(what, name, MonitorStatus.Up, At, null) with { Incident = null, Check = null, LastHeartbeat = null },
    };

    /// <summary>A storm in one message.</summary>
    public static Alert Folded(AlertEvent what = AlertEvent.Down) => Of(what) with { Monitors = 37, Names = ["alpha", "beta", Hostile] };

    private static Alert Make(AlertEvent what, string name, MonitorStatus status, DateTimeOffset since, DateTimeOffset? resolvedAt) => new(
        DeliveryId, what, since,
        new AlertMonitor(MonitorId, name, MonitorKind.Heartbeat, status, since, ["db", "nightly"]),
        new AlertIncident(IncidentId, 12, name + " is down", Error, At, resolvedAt, "https://wiki.example.com/backup"),
        new AlertCheck(At, CheckOutcome.Down, Error))
    {
        LastHeartbeat = new AlertHeartbeat(At.AddMinutes(-65), """{"hostname":"worker-01","region":"eu-1","job_id":4711,"note":"a \"quoted\" note"}"""),
    };
}
