using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;

namespace Exemplar.Core.Tests.Routing;

public sealed class RoutePlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 3, 0, 0, TimeSpan.Zero);
    private static readonly RouteChannel Ops = new(1, Id(1), "#ops"), Pager = new(2, Id(2), "Pager"), Boss = new(3, Id(3), "Boss");
    private static readonly Rotation OnCall = new(
        1, Id(20), "On-call", TimeZoneInfo.Utc, new HandOver(HandOverEvery.Daily, DayOfWeek.Monday, new TimeOnly(9, 0)), Now.AddDays(-10),
        [new Participant("Ana", Pager.Id)], []);
    private static readonly RouteMonitors Everything = new(true, [], [], [], []);

    [Theory]
    [InlineData(true, "", 0, 0, "", Severity.Normal, true)]
    [InlineData(false, "db", 0, 0, "", Severity.Normal, true)]
    [InlineData(false, "DB", 0, 0, "", Severity.Normal, false)]
    [InlineData(false, "", 7, 0, "", Severity.Normal, true)]
    [InlineData(false, "", 8, 0, "", Severity.Normal, false)]
    [InlineData(false, "", 0, 5, "", Severity.Normal, true)]
    [InlineData(false, "", 0, 6, "", Severity.Normal, false)]
    [InlineData(true, "", 0, 0, "critical high", Severity.High, true)]
    [InlineData(true, "", 0, 0, "critical high", Severity.Normal, false)]
    [InlineData(false, "db", 0, 0, "low", Severity.Normal, false)]
    [InlineData(false, "", 0, 0, "normal", Severity.Normal, false)]
    public void A_route_takes_monitors_by_tag_id_or_board_and_of_them_by_severity(
        bool all, string tag, int monitor, int board, string severities, Severity severity, bool takes)
    {
        var which = new RouteMonitors(
            all, tag.Length == 0 ? [] : [tag], monitor == 0 ? [] : [Id((ulong)monitor)], board == 0 ? [] : [Id((ulong)board)],
            [.. severities.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => Enum.Parse<Severity>(word, ignoreCase: true))]);
        Assert.Equal(takes, which.Take(new RoutedMonitor(Id(7), ["db", "eu"], severity, new HashSet<EntityId> { Id(5) })));
    }

    [Fact]
    public void The_first_step_is_told_at_once_and_the_next_one_counts_from_now()
    {
        var route = Route(null, (0, [Channel(Ops)]), (10, [new RouteTarget.OnCall(OnCall.Id)]));
        var start = Assert.Single(Plan(route).OnDown(Monitor(), Now.AddSeconds(-1), Now));

        Assert.Equal(["#ops"], start.Told.Select(t => t.Words));
        Assert.Equal(new Escalation(4, 1, Now.AddMinutes(10)), start.Next);
        Assert.Equal(["Ana (Pager)"], Plan(route).Recipients(route.Steps[1], Now).Select(t => t.Words));
    }

    [Fact]
    public void Outside_its_hours_a_route_tells_nobody_before_they_begin()
    {
        var hours = new RouteHours(TimeZoneInfo.Utc, [DayOfWeek.Tuesday], new TimeOnly(8, 0), new TimeOnly(18, 0));
        var start = Assert.Single(Plan(Route(hours, (0, [Channel(Ops)]))).OnDown(Monitor(), Now, Now));

        Assert.Empty(start.Told);
        Assert.Equal(new Escalation(4, 0, Now.AddHours(5)), start.Next);
    }

    [Fact]
    public void Of_what_opens_no_incident_the_first_step_of_the_routes_that_take_it_now_is_told()
    {
        var night = new RouteHours(TimeZoneInfo.Utc, [DayOfWeek.Tuesday], new TimeOnly(8, 0), new TimeOnly(18, 0));
        var told = Plan(Route(null, (0, [Channel(Ops)]), (10, [Channel(Boss)])), Route(night, (0, [Channel(Pager)]))).OnNotice(Monitor(), Now, Now);

        Assert.Equal(["#ops"], told.Select(t => t.Words));
    }

    [Fact]
    public void What_is_no_longer_there_is_passed_over_and_each_channel_is_told_once()
    {
        var gone = new RouteTarget.Channel(Id(99));
        var route = Route(null, (0, [gone, new RouteTarget.OnCall(Id(98)), Channel(Pager), new RouteTarget.OnCall(OnCall.Id), Channel(Ops)]));
        Assert.Equal(["Pager", "#ops"], Assert.Single(Plan(route).OnDown(Monitor(), Now, Now)).Told.Select(t => t.Words));
    }

    [Fact]
    public void A_step_that_is_told_late_keeps_the_time_to_the_next_one()
    {
        var route = Route(null, (0, [Channel(Ops)]), (10, [Channel(Pager)]), (25, [Channel(Boss)]));
        var decision = EscalationDecision.OnDue(Incident(), new Escalation(4, 1, Now.AddMinutes(-60)), route, Now);

        Assert.Same(route.Steps[1], decision.Tell);
        Assert.Equal(new Escalation(4, 2, Now.AddMinutes(15)), decision.Next);
    }

    [Fact]
    public void The_last_step_is_followed_by_none()
    {
        var route = Route(null, (0, [Channel(Ops)]), (10, [Channel(Pager)]));
        Assert.Equal(new EscalationDecision(null, route.Steps[1]), EscalationDecision.OnDue(Incident(), new Escalation(4, 1, Now), route, Now));
        Assert.Null(Assert.Single(Plan(Route(null, (0, [Channel(Ops)]))).OnDown(Monitor(), Now, Now)).Next);
    }

    [Fact]
    public void A_snoozed_incident_waits_until_the_snooze_ends()
    {
        var decision = EscalationDecision.OnDue(
            Incident() with { SnoozedUntil = Now.AddMinutes(30) }, new Escalation(4, 0, Now), Route(null, (0, [Channel(Ops)])), Now);
        Assert.Equal(new EscalationDecision(new Escalation(4, 0, Now.AddMinutes(30)), null), decision);
    }

    [Fact]
    public void What_is_not_due_yet_stays_as_it_is()
    {
        var escalation = new Escalation(4, 0, Now.AddMilliseconds(1));
        Assert.Equal(new EscalationDecision(escalation, null), EscalationDecision.OnDue(Incident(), escalation, Route(null, (0, [Channel(Ops)])), Now));
    }

    [Theory]
    [InlineData("acknowledged")]
    [InlineData("resolved")]
    [InlineData("no route")]
    [InlineData("fewer steps")]
    public void Nothing_escalates_any_more_when_it_is_acknowledged_or_over_or_the_step_is_gone(string why)
    {
        var incident = why switch
        {
            "acknowledged" => Incident() with { AcknowledgedAt = Now },
            "resolved" => Incident() with { ResolvedAt = Now },
            _ => Incident(),
        };
        var route = Route(null, (0, [Channel(Ops)]), (10, [Channel(Pager)]));
        var decision = EscalationDecision.OnDue(
            incident, new Escalation(4, why == "fewer steps" ? 2 : 1, Now), why == "no route" ? null : route, Now);
        Assert.Equal(new EscalationDecision(null, null), decision);
    }

    [Fact]
    public void The_timeline_says_who_was_told_and_why()
    {
        var route = Route(null, (0, [Channel(Ops)]), (10, [Channel(Pager)]));
        Assert.Equal(
            "step 2 of route Databases: told Boss, Ana (Pager), because nobody acknowledged within 10 min",
            EscalationDecision.Event(route, 1, [new Recipient(Boss, null), new Recipient(Pager, "Ana")], Now).Text);
        Assert.Equal(
            "step 1 of route Databases: told nobody who was not told already, because the hours of the route began",
            EscalationDecision.Event(route, 0, [], Now).Text);
    }

    private static Route Route(RouteHours? hours, params (int Minutes, RouteTarget[] Targets)[] steps) =>
        new(4, Id(40), "Databases", Everything, hours, [.. steps.Select(s => new RouteStep(TimeSpan.FromMinutes(s.Minutes), s.Targets))]);

    private static RoutePlan Plan(params Route[] routes) => new(
        routes, new Dictionary<EntityId, Rotation> { [OnCall.Id] = OnCall }, new[] { Ops, Pager, Boss }.ToDictionary(c => c.Id));

    private static RouteTarget.Channel Channel(RouteChannel channel) => new(channel.Id);

    private static RoutedMonitor Monitor() => new(Id(7), ["db"], Severity.Normal, new HashSet<EntityId>());

    private static Incident Incident() => new(Id(50), 1, "It is down", "missed", Now, new Traits(null, []));

    private static EntityId Id(ulong number) => EntityId.Create(DateTimeOffset.UnixEpoch, number);
}
