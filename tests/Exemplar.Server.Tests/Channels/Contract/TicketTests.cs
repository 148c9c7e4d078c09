using Exemplar.Core.Deliveries;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Channels.Contract;

/// <summary>Services that keep a list of what is open: what is opened there is closed again, under one key.</summary>
public sealed class TicketTests : IDisposable
{
    private static readonly string Incident = Alerts.IncidentId.ToString();
    private static readonly string Test = $"test-{Alerts.DeliveryId}";

    private readonly ChannelStand _stand = new();

    [Theory]
    [InlineData("pagerduty")]
    [InlineData("opsgenie")]
    [InlineData("incident_io")]
    public async Task An_incident_is_opened_kept_open_and_closed_under_one_key(string kind) => Assert.Equal(
        [("open", Incident), ("open", Incident), ("close", Incident)],
        await SaidAsync(kind, AlertEvent.Down, AlertEvent.Reminder, AlertEvent.Recovered));

    [Theory]
    [InlineData("pagerduty")]
    [InlineData("opsgenie")]
    [InlineData("incident_io")]
    [InlineData("github_issue")]
    public async Task The_recovery_of_a_part_closes_nothing(string kind) => Assert.DoesNotContain(
        await SaidAsync(kind, Alerts.Of(AlertEvent.Down), Alerts.Of(AlertEvent.Recovered) with { OthersAreDown = true }), said => said.What == "close");

    [Theory]
    [MemberData(nameof(ChannelContractTests.Kinds), MemberType = typeof(ChannelContractTests))]
    public async Task Whoever_keeps_tickets_says_so(string kind)
    {
        string[] keeping = ["pagerduty", "opsgenie", "incident_io", "github_issue"];
        Assert.Equal(keeping.Contains(kind), _stand.Kinds.KeepsTickets(kind));
        if (_stand.Channel(kind).KeepsTickets) Assert.Contains(await SaidAsync(kind, AlertEvent.Down, AlertEvent.Recovered), said => said.What == "close");
    }

    [Theory]
    [InlineData("pagerduty")]
    [InlineData("opsgenie")]
    [InlineData("incident_io")]
    public async Task A_test_leaves_nothing_open(string kind) =>
        Assert.Equal([("open", Test), ("close", Test)], await SaidAsync(kind, AlertEvent.Test));

    [Theory]
    [InlineData("pagerduty")]
    [InlineData("opsgenie")]
    [InlineData("incident_io")]
    [InlineData("github_issue")]
    public async Task A_late_heartbeat_opens_nothing(string kind) => Assert.Empty(await SaidAsync(kind, AlertEvent.Late));

    [Theory]
    [InlineData("telegram", """{"ok":false,"error_code":429,"parameters":{"retry_after":33}}""", 33.0)]
    [InlineData("telegram", """{"ok":false,"error_code":429}""", null)]
    [InlineData("telegram", "not json", null)]
    [InlineData("matrix", """{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2500}""", 2.5)]
    [InlineData("matrix", """[]""", null)]
    public async Task A_wait_that_stands_in_the_body_is_kept(string kind, string body, double? seconds)
    {
        await using var service = await FakeService.StartAsync(new FakeAnswer(429, body));
        var outcome = await _stand.Channel(kind).SendAsync(
            _stand.Config(kind, Services.Of(kind)!.Config(service.Address)), Alerts.Down(), CancellationToken.None);
        Assert.Equal(seconds, Assert.IsType<DeliveryOutcome.Retry>(outcome).After?.TotalSeconds);
    }

    public void Dispose() => _stand.Dispose();

    private Task<List<(string What, string Key)>> SaidAsync(string kind, params AlertEvent[] events) => SaidAsync(kind, [.. events.Select(what => Alerts.Of(what))]);

    private async Task<List<(string What, string Key)>> SaidAsync(string kind, params Alert[] alerts)
    {
        await using var rig = await HttpRig.StartAsync(Services.Of(kind)!);
        foreach (var alert in alerts)
            Assert.IsType<DeliveryOutcome.Delivered>(await _stand.Channel(kind).SendAsync(_stand.Config(kind, rig.Config), alert, CancellationToken.None));
        return [.. rig.Requests.Select(request => kind switch
        {
            "pagerduty" => (Text(request, "event_action") == "resolve" ? "close" : "open", Text(request, "dedup_key")),
            "opsgenie" => request.Path == "/v2/alerts" ? ("open", Text(request, "alias")) : (request.Path.Contains("/close?", StringComparison.Ordinal) ? "close" : "note", request.Path.Split('/')[3]),
            "github_issue" => (request.Method == "PATCH" && Text(request, "state") == "closed" ? "close" : request.Method == "GET" ? "look" : "open", request.Path),
            _ => (Text(request, "status") == "resolved" ? "close" : "open", Text(request, "deduplication_key")),
        })];
    }

    private static string Text(ReceivedRequest request, string name) => request.Json.GetProperty(name).GetString()!;
}
