using System.Text.Json;

namespace Exemplar.Server.Tests.Periods;

public sealed class TimelineTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Fact]
    public async Task Silence_is_a_red_period_from_the_deadline_to_the_next_heartbeat()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync(interval: 60, grace: 5);
        var created = server.Clock.GetUtcNow();
        await Advance(10);
        await client.BeatAsync(monitor);
        var beat = server.Clock.GetUtcNow();
        await Advance(90);
        await client.BeatAsync(monitor);
        var recovered = server.Clock.GetUtcNow();
        await Advance(20);

        var answer = (await client.GetAsync(Path(monitor))).ShouldBe(200);
        var now = server.Clock.GetUtcNow();
        AssertPeriods(answer,
            ("new", created, beat), ("up", beat, beat.AddMinutes(65)), ("down", beat.AddMinutes(65), recovered), ("up", recovered, now));
        Assert.StartsWith("no heartbeat received", answer.Body.GetProperty("periods")[2].Text("error"), StringComparison.Ordinal);
        Assert.Equal(25 * 60, answer.Body.Number("downtime_seconds"));
        Assert.Equal(85.0 / 110, answer.Body.Number("uptime"), 12);
        Assert.True(answer.Body.IsNull("next_from"));

        var range = await client.GetAsync($"{Path(monitor)}?from={Moments.Text(beat.AddMinutes(60))}&to={Moments.Text(beat.AddMinutes(70))}");
        AssertPeriods(range, ("up", beat.AddMinutes(60), beat.AddMinutes(65)), ("down", beat.AddMinutes(65), beat.AddMinutes(70)));
        Assert.Equal(0.5, range.Body.Number("uptime"));
    }

    [Fact]
    public async Task The_stretch_past_the_expected_moment_is_late_and_counts_as_up()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync(interval: 10, grace: 30);
        await client.BeatAsync(monitor);
        var beat = server.Clock.GetUtcNow();
        await Advance(15);
        var answer = (await client.GetAsync(Path(monitor))).ShouldBe(200);
        AssertPeriods(answer, ("up", beat, beat.AddMinutes(10)), ("late", beat.AddMinutes(10), server.Clock.GetUtcNow()));
        Assert.Equal(1, answer.Body.Number("uptime"));
    }

    [Fact]
    public async Task Paused_time_counts_as_neither()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        await client.BeatAsync(monitor);
        await Advance(10);
        await client.PostAsync($"{ApiClient.Monitors}/{monitor.Text("id")}/pause");
        await Advance(100);
        var answer = await client.GetAsync(Path(monitor));
        Assert.Equal(["up", "paused"], answer.Body.GetProperty("periods").EnumerateArray().Select(p => p.Text("status")!));
        Assert.Equal((1, 0), (answer.Body.Number("uptime"), answer.Body.Number("downtime_seconds")));
    }

    [Fact]
    public async Task A_range_without_up_and_down_has_no_uptime()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        await Advance(1);
        var answer = await client.GetAsync(Path(monitor));
        Assert.True(answer.Body.IsNull("uptime"));
        var before = await client.GetAsync($"{Path(monitor)}?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z");
        Assert.Empty(before.ShouldBe(200).Body.GetProperty("periods").EnumerateArray());
        Assert.True(before.Body.IsNull("uptime"));
        var future = await client.GetAsync($"{Path(monitor)}?from=2030-01-01T00:00:00Z&to=2030-01-02T00:00:00Z");
        Assert.Empty(future.ShouldBe(200).Body.GetProperty("periods").EnumerateArray());
    }

    [Fact]
    public async Task The_default_range_is_the_last_24_hours()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync(interval: 60 * 24 * 30);
        await client.BeatAsync(monitor);
        await Advance(60 * 48);
        var now = server.Clock.GetUtcNow();
        AssertPeriods(await client.GetAsync(Path(monitor)), ("up", now.AddDays(-1), now));
    }

    [Theory]
    [InlineData("?from=soon&to=2026-13-01T00:00:00Z", "from", "to")]
    [InlineData("?from=2026-11-24T00:00:00Z&to=2026-11-23T00:00:00Z", "from")]
    [InlineData("?from=2999-11-24T00:00:00Z", "from")]
    public async Task Every_bad_parameter_is_named(string query, params string[] names)
    {
        var client = await server.NewOrganizationAsync();
        (await client.GetAsync(Path(await client.NewMonitorAsync()) + query)).ShouldFail(400, "invalid_request", names);
    }

    private static string Path(JsonElement monitor) => $"{ApiClient.Monitors}/{monitor.Text("id")}/timeline";

    private Task Advance(double minutes)
    {
        server.Clock.Advance(TimeSpan.FromMinutes(minutes));
        return server.JudgeAsync();
    }

    private static void AssertPeriods(Answer answer, params (string Status, DateTimeOffset From, DateTimeOffset To)[] expected) =>
        Assert.Equal(expected, answer.ShouldBe(200).Body.GetProperty("periods").EnumerateArray()
            .Select(p => (p.Text("status")!, p.GetProperty("from").GetDateTimeOffset(), p.GetProperty("to").GetDateTimeOffset())));
}
