using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Channels.Pushover;

/// <summary>An emergency rings until somebody confirms it, or until its monitor is up again.</summary>
public sealed class PushoverTests : IDisposable
{
    private static readonly string Cancel = $"/1/receipts/cancel_by_tag/exemplar-{Alerts.MonitorId}.json";

    private readonly ChannelStand _stand = new();

    [Fact]
    public async Task What_is_up_again_stops_ringing_before_it_is_told()
    {
        await using var pushover = await FakeService.StartAsync(FakeAnswer.Ok);
        await SendAsync(pushover, Of(AlertEvent.Down, Severity.Critical));
        Assert.Equal((2, $"exemplar-{Alerts.MonitorId}"), (pushover.Only.Json.GetProperty("priority").GetInt32(), pushover.Only.Json.GetProperty("tags").GetString()));

        await SendAsync(pushover, Of(AlertEvent.Recovered, Severity.Critical));
        Assert.Equal(["/1/messages.json", Cancel, "/1/messages.json"], pushover.Requests.Select(r => r.Path));
        Assert.Equal(new string('a', 30), pushover.Requests.ElementAt(1).Json.GetProperty("token").GetString());
    }

    [Fact]
    public async Task What_never_rang_is_only_told()
    {
        await using var pushover = await FakeService.StartAsync(FakeAnswer.Ok);
        await SendAsync(pushover, Of(AlertEvent.Down, Severity.High));
        await SendAsync(pushover, Of(AlertEvent.Recovered, Severity.High));
        Assert.All(pushover.Requests, r => Assert.Equal("/1/messages.json", r.Path));
        Assert.All(pushover.Requests, r => Assert.False(r.Json.TryGetProperty("tags", out _)));
    }

    [Fact]
    public async Task A_message_for_several_stops_each_of_them_and_is_stopped_by_none()
    {
        await using var pushover = await FakeService.StartAsync(FakeAnswer.Ok);
        await SendAsync(pushover, Of(AlertEvent.Down, Severity.Critical) with { Monitors = 2, Names = ["a", "b"] });
        Assert.False(pushover.Only.Json.TryGetProperty("tags", out _));

        var other = EntityId.Create(Alerts.At, 4);
        await SendAsync(pushover, Of(AlertEvent.Recovered, Severity.Critical) with { Monitors = 2, Names = ["a", "b"], MonitorIds = [Alerts.MonitorId, other] });
        Assert.Equal([Cancel, $"/1/receipts/cancel_by_tag/exemplar-{other}.json", "/1/messages.json"], pushover.Requests.Skip(1).Select(r => r.Path));
    }

    [Theory]
    [InlineData(404, 2, typeof(DeliveryOutcome.Delivered))]
    [InlineData(503, 1, typeof(DeliveryOutcome.Retry))]
    public async Task A_refusal_to_stop_keeps_nobody_from_hearing_and_a_fault_is_tried_again(int status, int requests, Type expected)
    {
        await using var pushover = await FakeService.StartAsync(request => request.Path == Cancel ? new FakeAnswer(status, "no") : FakeAnswer.Ok);
        Assert.IsType(expected, await SendAsync(pushover, Of(AlertEvent.Recovered, Severity.Critical)));
        Assert.Equal(requests, pushover.Requests.Count);
    }

    public void Dispose() => _stand.Dispose();

    private static Alert Of(AlertEvent what, Severity severity) => Alerts.Of(what) is var alert ? alert with { Monitor = alert.Monitor with { Severity = severity } } : alert;

    private Task<DeliveryOutcome> SendAsync(FakeService pushover, Alert alert) => _stand.Channel("pushover").SendAsync(
        _stand.Config("pushover", new { token = new string('a', 30), user = new string('u', 30), api_url = pushover.Address }), alert, CancellationToken.None);
}
