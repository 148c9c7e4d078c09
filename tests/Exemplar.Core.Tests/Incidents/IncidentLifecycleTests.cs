using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Core.Monitors;

namespace Exemplar.Core.Tests.Incidents;

public sealed class IncidentLifecycleTests
{
    private const string Missed = "no heartbeat received within expected_interval_minutes + grace_period_minutes (1 + 1 min)";

    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly Traits OnDb1 = new("db-1", ["nightly", "db"]);

    [Fact]
    public void A_monitor_that_goes_down_opens_an_incident_and_people_are_told()
    {
        var decision = Open("Nightly backup");

        Assert.Equal(("Nightly backup is down", Missed, Noon, 7), (decision.Next.Title, decision.Next.Cause, decision.Next.OpenedAt, decision.Next.Number));
        Assert.True(decision.Next.IsOpen);
        Assert.Equal(AlertEvent.Down, decision.Tell);
        Assert.Equal([new IncidentEvent(Noon, IncidentEventKind.Down, Missed, MonitorNumber: 1)], decision.Events);
    }

    [Theory]
    [InlineData("DB-1", "", 59, "db-1", "")]
    [InlineData("db-2", "db,weekly", 60, null, "db")]
    [InlineData("db-1", "db", -60, "db-1", "db")]
    [InlineData(null, "nightly", 0, null, "nightly")]
    public void A_monitor_that_goes_down_soon_after_and_shares_a_host_or_a_tag_belongs_to_the_same_incident(
        string? host, string tags, double seconds, string? sharedHost, string sharedTags)
    {
        var shared = IncidentLifecycle.Takes(Open().Next, new Traits(host, Split(tags)), Noon.AddSeconds(seconds));

        Assert.NotNull(shared);
        Assert.Equal((sharedHost, sharedTags), (shared.Host, string.Join(',', shared.Tags)));
    }

    [Theory]
    [InlineData("db-1", "db", 61)]
    [InlineData("db-1", "db", -61)]
    [InlineData("db-2", "weekly", 1)]
    [InlineData(null, "", 1)]
    [InlineData(null, "Nightly", 1)]
    public void A_monitor_that_shares_nothing_or_goes_down_later_does_not(string? host, string tags, double seconds) =>
        Assert.Null(IncidentLifecycle.Takes(Open().Next, new Traits(host, Split(tags)), Noon.AddSeconds(seconds)));

    [Fact]
    public void Monitors_without_a_host_share_none() =>
        Assert.Null(new Traits(null, []).SharedWith(new Traits(null, [])));

    [Fact]
    public void An_incident_that_is_over_or_full_takes_no_more_monitors()
    {
        var open = Open().Next;

        Assert.Null(IncidentLifecycle.Takes(open with { ResolvedAt = Noon }, OnDb1, Noon));
        Assert.Null(IncidentLifecycle.Takes(open with { Monitors = IncidentLifecycle.MostMonitors }, OnDb1, Noon));
    }

    [Fact]
    public void A_second_monitor_changes_the_title_to_what_they_share_and_people_are_told_of_it_too()
    {
        var decision = IncidentLifecycle.OnJoined(Open().Next, 2, Missed, new Traits("db-1", ["db"]), Noon.AddSeconds(-5));

        Assert.Equal(("2 monitors are down: host db-1", Noon.AddSeconds(-5)), (decision.Next.Title, decision.Next.OpenedAt));
        Assert.Equal((2, 2), (decision.Next.Monitors, decision.Next.StillDown));
        Assert.Equal(AlertEvent.Down, decision.Tell);
    }

    [Fact]
    public void It_ends_with_the_last_of_its_monitors_and_each_recovery_is_told()
    {
        var two = IncidentLifecycle.OnJoined(Open().Next, 2, Missed, OnDb1, Noon).Next;
        var first = IncidentLifecycle.OnLeft(two, 1, MonitorStatus.Up, Noon.AddMinutes(3));
        var second = IncidentLifecycle.OnLeft(first.Next, 2, MonitorStatus.Up, Noon.AddMinutes(5));

        Assert.True(first.Next.IsOpen);
        Assert.Equal([IncidentEventKind.Recovered], first.Events.Select(e => e.Kind));
        Assert.Equal(Noon.AddMinutes(5), second.Next.ResolvedAt);
        Assert.Equal([IncidentEventKind.Recovered, IncidentEventKind.Resolved], second.Events.Select(e => e.Kind));
        Assert.Equal((AlertEvent.Recovered, AlertEvent.Recovered), (first.Tell, second.Tell));
    }

    [Theory]
    [InlineData(MonitorStatus.Paused, "The monitor was paused.")]
    [InlineData(MonitorStatus.New, "The monitor starts anew.")]
    [InlineData(null, "The monitor was removed.")]
    public void A_monitor_that_nobody_waits_for_any_more_leaves_it(MonitorStatus? to, string text)
    {
        var decision = IncidentLifecycle.OnLeft(Open().Next, 1, to, Noon.AddMinutes(3));

        Assert.Equal((IncidentEventKind.Left, text), (decision.Events[0].Kind, decision.Events[0].Text));
        Assert.False(decision.Next.IsOpen);
        Assert.Equal(AlertEvent.Recovered, decision.Tell);
    }

    [Fact]
    public void A_recovery_stamped_before_the_downtime_ends_it_where_it_began() =>
        Assert.Equal(Noon, IncidentLifecycle.OnLeft(Open().Next, 1, MonitorStatus.Up, Noon.AddMinutes(-1)).Next.ResolvedAt);

    [Fact]
    public void The_first_who_acknowledges_is_named_and_nobody_is_reminded_any_more()
    {
        var hourly = TimeSpan.FromHours(1);
        var once = IncidentLifecycle.OnAcknowledged(Open().Next, "ada@example.org", Noon.AddMinutes(2));
        var twice = IncidentLifecycle.OnAcknowledged(once.Next, "bob@example.org", Noon.AddMinutes(3));

        Assert.Equal(("ada@example.org", Noon.AddMinutes(2)), (once.Next.AcknowledgedBy, once.Next.AcknowledgedAt));
        Assert.Empty(twice.Events);
        Assert.Equal(once.Next, twice.Next);
        Assert.Null(IncidentLifecycle.RemindAt(once.Next, hourly));
        Assert.Null(IncidentLifecycle.OnDue(once.Next, hourly, Noon.AddDays(1)).Tell);
    }

    [Fact]
    public void Reminders_come_again_and_again_from_the_downtime_on()
    {
        var hourly = TimeSpan.FromHours(1);
        var open = Open().Next;
        var early = IncidentLifecycle.OnDue(open, hourly, Noon.AddMinutes(59));
        var first = IncidentLifecycle.OnDue(open, hourly, Noon.AddMinutes(61));

        Assert.Null(early.Tell);
        Assert.Equal(AlertEvent.Reminder, first.Tell);
        Assert.Equal(Noon.AddMinutes(121), IncidentLifecycle.RemindAt(first.Next, hourly));
        Assert.Null(IncidentLifecycle.RemindAt(open, every: null));
    }

    [Fact]
    public void A_snoozed_incident_reminds_nobody_before_the_moment()
    {
        var hourly = TimeSpan.FromHours(1);
        var snoozed = IncidentLifecycle.OnSnoozed(Open().Next, Noon.AddHours(8), "ada@example.org", Noon.AddMinutes(1));

        Assert.Equal(Noon.AddHours(8), IncidentLifecycle.RemindAt(snoozed.Next, hourly));
        Assert.Equal("until 2026-03-04T20:00:00Z", snoozed.Events.Single().Text);
        Assert.Equal(AlertEvent.Reminder, IncidentLifecycle.OnDue(snoozed.Next, hourly, Noon.AddHours(8)).Tell);
    }

    [Fact]
    public void What_is_over_is_neither_acknowledged_nor_snoozed_nor_resolved_again_but_takes_notes()
    {
        var over = IncidentLifecycle.OnResolved(Open().Next, "ada@example.org", Noon.AddMinutes(5)).Next;

        Assert.Equal((Noon.AddMinutes(5), 0), (over.ResolvedAt, over.StillDown));
        Assert.Empty(IncidentLifecycle.OnAcknowledged(over, "bob", Noon.AddMinutes(6)).Events);
        Assert.Empty(IncidentLifecycle.OnSnoozed(over, Noon.AddHours(1), "bob", Noon.AddMinutes(6)).Events);
        Assert.Empty(IncidentLifecycle.OnResolved(over, "bob", Noon.AddMinutes(6)).Events);
        Assert.Equal("the disk was full", IncidentLifecycle.OnNote(over, "the disk was full", "bob", Noon.AddHours(1)).Events.Single().Text);
    }

    [Fact]
    public void A_long_name_is_cut_between_characters()
    {
        var title = Open(new string('a', 198) + "😀 and more").Next.Title;

        Assert.Equal(new string('a', 198) + "…", title);
    }

    private static IncidentDecision Open(string name = "Backup") =>
        IncidentLifecycle.OnDown(EntityId.Create(Noon, 1), 7, 1, name, Missed, OnDb1, Noon);

    private static string[] Split(string tags) => tags.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
