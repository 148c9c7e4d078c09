using System.Net;
using System.Text.Json;
using Exemplar.Core.Audit;
using Exemplar.Server.Tests.Channels.Support;
using Exemplar.Storage;
using Exemplar.Storage.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Deliveries;

/// <summary>Every attempt can be seen, and what failed can be sent again.</summary>
public sealed class DeliveryRecordTests
{
    private const string Path = "/api/monitoring/deliveries";

    [Fact]
    public async Task Every_attempt_is_shown_with_its_answer()
    {
        var answers = new Queue<FakeAnswer>([new FakeAnswer(500, "out of order"), new FakeAnswer(503, "come again"), FakeAnswer.Ok]);
        await using var receiver = await FakeService.StartAsync(_ => answers.Count > 1 ? answers.Dequeue() : answers.Peek());
        await using var server = await StoryServer.StartAsync();
        var channel = await server.CreateWebhookAsync(receiver.Address);
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(100));
        var incident = (await server.IncidentsAsync())[0].GetProperty("id").GetString();

        var delivery = Assert.Single(await ItemsAsync(server, $"?incident_id={incident}"));
        Assert.Equal(
            ("down", "2026-11-23T05:01:05.000Z", incident, monitor, channel, "On call", "delivered"),
            (Text(delivery, "event"), Text(delivery, "at"), Text(delivery, "incident_id"), Text(delivery, "monitor_id"), Text(delivery, "channel_id"), Text(delivery, "channel"), Text(delivery, "state")));
        Assert.Equal(receiver.Requests.First().Header("X-Exemplar-Delivery"), Text(delivery, "id"));
        var attempts = delivery.GetProperty("attempts").EnumerateArray().ToList();
        Assert.Equal([(1, "retry"), (2, "retry"), (3, "delivered")], attempts.Select(a => (a.GetProperty("number").GetInt32(), Text(a, "outcome")!)));
        Assert.Contains("500: out of order", Text(attempts[0], "detail"), StringComparison.Ordinal);
        Assert.Contains("503: come again", Text(attempts[1], "detail"), StringComparison.Ordinal);
        Assert.All(attempts, a => Assert.InRange(a.GetProperty("took_ms").GetDouble(), 0, 15_000));
        Assert.Equal(delivery.GetRawText(), (await server.GetAsync($"{Path}/{Text(delivery, "id")}")).GetRawText());
    }

    [Fact]
    public async Task The_deliveries_of_a_channel_come_in_pages_newest_first()
    {
        await using var receiver = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync();
        var channel = await server.CreateWebhookAsync(receiver.Address);
        var monitor = await server.CreateMonitorAsync(1, 5 / 60.0);
        for (var i = 0; i < 2; i++)
        {
            await server.PassAsync(TimeSpan.FromSeconds(70));
            await server.BeatAsync(monitor);
            await server.FollowUpAsync();
        }
        var first = await server.GetAsync($"{Path}?channel_id={channel}&limit=3");
        Assert.Equal(["recovered", "down", "recovered"], Events(first));
        var second = await server.GetAsync($"{Path}?channel_id={channel}&limit=3&cursor={Text(first, "next_cursor")}");
        Assert.Equal(["down"], Events(second));
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next_cursor").ValueKind);
    }

    [Fact]
    public async Task What_was_refused_is_sent_again_under_the_same_id_and_only_that()
    {
        var answer = new FakeAnswer(404, "no such hook");
        await using var receiver = await FakeService.StartAsync(_ => answer);
        await using var server = await StoryServer.StartAsync();
        var channel = await server.CreateWebhookAsync(receiver.Address);
        await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(80));
        var refused = Assert.Single(await ItemsAsync(server, $"?channel_id={channel}"));
        Assert.Equal("refused", Text(refused, "state"));
        Assert.Single(receiver.Requests);

        answer = FakeAnswer.Ok;
        var path = $"{Path}/{Text(refused, "id")}";
        // The worker is woken by it and may be faster than the answer.
        Assert.Contains(Text(await server.PostAsync(path + "/send-again", new { }), "state"), (string[])["pending", "delivered"]);
        await server.FollowUpAsync();
        var delivered = await server.GetAsync(path);
        Assert.Equal("delivered", Text(delivered, "state"));
        Assert.Equal(["refused", "delivered"], delivered.GetProperty("attempts").EnumerateArray().Select(a => Text(a, "outcome")!));
        Assert.Equal([Text(refused, "id"), Text(refused, "id")], receiver.Requests.Select(r => r.Header("X-Exemplar-Delivery")));

        using var twice = await server.Http.PostAsync(path + "/send-again", null);
        Assert.Equal(HttpStatusCode.Conflict, twice.StatusCode);
        Assert.Contains("delivery_not_failed", await twice.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var noted = await new AuditStore(server.Services.GetRequiredService<StorageEngine>()).ReadAsync(1, new AuditQuery(null, AuditAction.DeliverySentAgain, null, 10), default);
        Assert.Equal((Text(refused, "id"), "On call"), (Assert.Single(noted.Items).TargetId, noted.Items[0].Target));
    }

    [Fact]
    public async Task What_cannot_arrive_any_more_is_not_sent_again()
    {
        await using var receiver = await FakeService.StartAsync(new FakeAnswer(404));
        await using var server = await StoryServer.StartAsync();
        var channel = await server.CreateWebhookAsync(receiver.Address);
        await server.CreateMonitorAsync(1, 5 / 60.0);
        await server.PassAsync(TimeSpan.FromSeconds(70));
        var refused = Assert.Single(await ItemsAsync(server, $"?channel_id={channel}"));
        (await server.Http.DeleteAsync($"/api/monitoring/channels/{channel}")).EnsureSuccessStatusCode();

        using var removed = await server.Http.PostAsync($"{Path}/{Text(refused, "id")}/send-again", null);
        Assert.Equal(HttpStatusCode.Conflict, removed.StatusCode);
        using var unknown = await server.Http.PostAsync($"{Path}/{new string('0', 24)}/send-again", null);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(JsonValueKind.Null, (await server.GetAsync($"{Path}/{Text(refused, "id")}")).GetProperty("channel_id").ValueKind);
    }

    private static async Task<JsonElement[]> ItemsAsync(StoryServer server, string query) =>
        [.. (await server.GetAsync(Path + query)).GetProperty("items").EnumerateArray()];

    private static IEnumerable<string> Events(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(d => Text(d, "event")!);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}

/// <summary>Whose deliveries they are, and who may do what.</summary>
public sealed class DeliveryAccessTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Path = "/api/monitoring/deliveries";

    [Fact]
    public async Task A_list_needs_an_incident_or_a_channel() =>
        (await (await server.NewOrganizationAsync()).GetAsync(Path)).ShouldFail(400, "invalid_request", "incident_id");

    [Fact]
    public async Task Bad_ids_are_named() =>
        (await (await server.NewOrganizationAsync()).GetAsync(Path + "?incident_id=x&channel_id=y&limit=0&cursor=zz")).ShouldFail(400, "invalid_request", "incident_id", "channel_id", "limit", "cursor");

    [Fact]
    public async Task Nobody_sees_or_sends_what_belongs_to_another_organization()
    {
        var (client, stranger) = (await server.NewOrganizationAsync(), await server.NewOrganizationAsync());
        var channel = (await client.PostAsync("/api/monitoring/channels", new { kind = "webhook", name = "Ours", config = new { url = "https://example.com/hook" } })).ShouldBe(201).Body.Text("id")!;
        var id = await AddRefusedAsync(client.OrganizationNumber, channel);

        Assert.Single((await client.GetAsync($"{Path}?channel_id={channel}")).ShouldBe(200).Items);
        Assert.Empty((await stranger.GetAsync($"{Path}?channel_id={channel}")).ShouldBe(200).Items);
        (await stranger.GetAsync($"{Path}/{id}")).ShouldFail(404, "delivery_not_found");
        (await stranger.PostAsync($"{Path}/{id}/send-again")).ShouldFail(404, "delivery_not_found");
        (await (await client.WithAsync(Core.Tokens.TokenScopes.Read)).PostAsync($"{Path}/{id}/send-again")).ShouldFail(403, "insufficient_scope");
        Assert.Equal("refused", (await client.GetAsync($"{Path}/{id}")).Body.Text("state"));
    }

    private Task<string> AddRefusedAsync(int organization, string channel) => server.Engine.WriteAsync(async unit =>
    {
        var bytes = Core.Ids.EntityId.Parse(channel).ToBytes();
        var number = unit.Db.Channels.Single(c => c.Id == bytes).Number;
        var alert = new Storage.Schema.AlertRow { OrganizationNumber = organization, Event = 1, Content = [1] };
        unit.Db.Alerts.Add(alert);
        await unit.Db.SaveChangesAsync();
        var id = Storage.Ids.FreshId.At(server.Clock.GetUtcNow());
        unit.Db.Deliveries.Add(new Storage.Schema.DeliveryRow { Id = id.ToBytes(), AlertNumber = alert.Number, ChannelNumber = number, State = 2 });
        await unit.Db.SaveChangesAsync();
        return id.ToString();
    }, CancellationToken.None);
}
