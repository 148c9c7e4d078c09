using System.Globalization;

namespace Exemplar.Server.Tests.Checks;

public sealed class HistoryTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task A_check_has_every_field_of_the_contract()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        var now = Moments.Text(server.Clock.GetUtcNow());
        (await client.PostAsync("/api/monitoring/heartbeat",
            "{\"monitor_id\":\"" + monitor.Text("id") + "\",\"metadata\":{\"host\" :\"wörker-01\",\"n\":1.50}}")).ShouldBe(200);
        var answer = (await client.GetAsync(Path(monitor))).ShouldBe(200);
        var id = answer.Items.Single().Text("id");
        Assert.Equal(
            $$"""
            {"items":[{"id":"{{id}}","at":"{{now}}","outcome":"up","error":null,"latency_ms":null,"metadata":{"host" :"wörker-01","n":1.50},"source":"heartbeat","received_at":"{{now}}"}],"next_cursor":null}
            """,
            answer.Text);
    }

    [Fact]
    public async Task Every_missed_interval_stands_in_the_history_with_the_documented_error()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync(interval: 60, grace: 5);
        await client.BeatAsync(monitor);
        var beatAt = server.Clock.GetUtcNow();
        server.Clock.Advance(TimeSpan.FromMinutes(130));
        await server.JudgeAsync();

        var answer = (await client.GetAsync(Path(monitor) + "?outcome=down")).ShouldBe(200);
        Assert.Equal(
            [beatAt.AddMinutes(125), beatAt.AddMinutes(65)],
            answer.Items.Select(c => c.GetProperty("at").GetDateTimeOffset()));
        Assert.All(answer.Items, c => Assert.Equal("deadline", c.Text("source")));
        // Escapes in the JSON would hide the text from whoever searches the answer for it.
        Assert.Contains(
            $"\"error\":\"no heartbeat received within expected_interval_minutes + grace_period_minutes (60 + 5 min; last heartbeat {Moments.Text(beatAt)})\"",
            answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_stay_stable_while_checks_arrive()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        var expected = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            await client.BeatAsync(monitor, new { n = i });
            expected.Insert(0, i.ToString(CultureInfo.InvariantCulture));
        }

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await client.GetAsync($"{Path(monitor)}?limit=3" + (cursor is null ? "" : "&cursor=" + cursor))).ShouldBe(200);
            seen.AddRange(page.Items.Select(c => c.GetProperty("metadata").GetProperty("n").GetRawText()));
            cursor = page.NextCursor;
            await client.BeatAsync(monitor, new { n = 99 });
        }
        while (cursor is not null);
        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task A_range_holds_its_start_and_not_its_end()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        var moments = new List<DateTimeOffset>();
        for (var i = 0; i < 4; i++)
        {
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            moments.Add(server.Clock.GetUtcNow());
            await client.BeatAsync(monitor);
        }
        var answer = await client.GetAsync($"{Path(monitor)}?from={Moments.Text(moments[1])}&to={Moments.Text(moments[3])}");
        Assert.Equal([moments[2], moments[1]], answer.Items.Select(c => c.GetProperty("at").GetDateTimeOffset()));
        var inAnotherZone = moments[2].ToOffset(TimeSpan.FromHours(2)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        Assert.Equal(2, (await client.GetAsync($"{Path(monitor)}?from={inAnotherZone}")).ShouldBe(200).Items.Count);
    }

    [Theory]
    [InlineData("?outcome=late&from=yesterday&to=2026-11-23T05:00:00&limit=0", "from", "limit", "outcome", "to")]
    [InlineData("?cursor=garbage", "cursor")]
    [InlineData("?cursor=bAAAAAE", "cursor")]
    [InlineData("?from=2026-11-24T00:00:00Z&to=2026-11-23T00:00:00Z", "from")]
    public async Task Every_bad_parameter_is_named(string query, params string[] names)
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        (await client.GetAsync(Path(monitor) + query)).ShouldFail(400, "invalid_request", names);
    }

    private static string Path(System.Text.Json.JsonElement monitor) => $"{ApiClient.Monitors}/{monitor.Text("id")}/checks";
}
