using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;
using Exemplar.Server.Periods;
using Exemplar.Storage.Periods;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Server.Tests.Periods;

public sealed class LongTimelineTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static readonly DateTimeOffset Start = new(2020, 3, 1, 7, 30, 0, TimeSpan.Zero);

    private PeriodStore Store => new(server.Engine);

    [Fact]
    public async Task More_periods_than_one_answer_holds_go_on_at_next_from()
    {
        var (client, path, number) = await NewMonitorAsync();
        var now = server.Clock.GetUtcNow();
        var from = now.AddHours(-23);
        const int Count = TimelineEndpoints.MostPeriods + 5;
        await StoreAsync(number, Enumerable.Range(0, Count).Select(i => (from.AddSeconds(i), i % 2 == 0 ? MonitorStatus.Up : MonitorStatus.Down)));

        var first = (await client.GetAsync($"{path}?from={Moments.Text(from)}")).ShouldBe(200);
        var next = first.Body.GetProperty("next_from").GetDateTimeOffset();
        var second = (await client.GetAsync($"{path}?from={Moments.Text(next)}")).ShouldBe(200);

        var periods = first.Body.GetProperty("periods").EnumerateArray().Concat(second.Body.GetProperty("periods").EnumerateArray()).ToList();
        Assert.Equal(Count, periods.Count);
        for (var i = 1; i < periods.Count; i++) Assert.Equal(periods[i - 1].Text("to"), periods[i].Text("from"));
        Assert.Equal(TimelineEndpoints.MostPeriods / 2 + 2, first.Body.Number("downtime_seconds"));
        Assert.True(second.Body.IsNull("next_from"));
    }

    [Fact]
    public async Task Roll_ups_and_periods_measure_the_same_uptime()
    {
        var (_, _, number) = await NewMonitorAsync();
        var random = new Random(7);
        var periods = new List<(DateTimeOffset From, MonitorStatus Status)>();
        MonitorStatus[] statuses = [MonitorStatus.Up, MonitorStatus.Down, MonitorStatus.Unknown, MonitorStatus.Paused];
        for (var at = Start; at < Start.AddDays(120); at = at.AddMinutes(random.Next(1, random.Next(5) == 0 ? 9000 : 300)))
            periods.Add((at, periods.Count == 0 ? MonitorStatus.New : statuses[random.Next(statuses.Length)]));
        await StoreAsync(number, periods);
        var ranges = Enumerable.Range(0, 60)
            .Select(_ => Start.AddMinutes(random.Next(-3_000, 120 * 1440)))
            .Select(from => (From: from, To: from.AddMinutes(random.Next(1, 60 * 1440))))
            .ToList();

        var expected = new List<Uptime>();
        foreach (var (from, to) in ranges) expected.Add(await Store.UptimeAsync(number, from, to, default));
        Assert.Contains(expected, u => u.Up > TimeSpan.Zero && u.Down > TimeSpan.Zero);

        // Half of it is rolled up, then all of it.
        foreach (var now in new[] { Start.AddDays(60), Start.AddDays(400) })
        {
            await RollUpAsync(now);
            for (var i = 0; i < ranges.Count; i++)
                Assert.Equal(expected[i], await Store.UptimeAsync(number, ranges[i].From, ranges[i].To, default));
        }

        await using var db = server.Engine.Read();
        Assert.True(await db.Rollups.CountAsync(r => r.MonitorNumber == number) > 20);

        // The periods go after five years; the uptime of whole days stays.
        var later = Start.AddDays(400 + 1_830);
        while ((await Store.PruneAsync(later, default)).More)
        {
        }
        Assert.Equal(1, await db.Periods.CountAsync(p => p.MonitorNumber == number && p.FromMs < Start.AddDays(399).ToUnixTimeMilliseconds()));
        var (first, last) = (new DateTimeOffset(2020, 3, 2, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2020, 5, 2, 0, 0, 0, TimeSpan.Zero));
        var whole = Uptime.Of(Periods(periods), first, last);
        Assert.Equal(whole, await Store.UptimeAsync(number, first, last, default));
    }

    [Fact]
    public async Task Days_that_may_still_change_are_not_rolled_up()
    {
        await using var own = new OwnServer();
        await own.Server.InitializeAsync();
        var client = await own.Server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync(interval: 60, grace: 5);
        var store = new PeriodStore(own.Server.Engine);
        var created = own.Server.Clock.GetUtcNow();

        // The server was away for a month: the deadline of the first day has not been judged yet.
        own.Server.Clock.Advance(TimeSpan.FromDays(30));
        while ((await store.RollUpAsync(own.Server.Clock.GetUtcNow(), default)).More)
        {
        }
        Assert.Equal(0, await RollupsAsync(own.Server));

        await own.Server.JudgeAsync();
        while ((await store.RollUpAsync(own.Server.Clock.GetUtcNow(), default)).More)
        {
        }
        Assert.Equal(1, await RollupsAsync(own.Server));
        var answer = await client.GetAsync($"{ApiClient.Monitors}/{monitor.Text("id")}/timeline?from={Moments.Text(created)}");
        Assert.Equal((own.Server.Clock.GetUtcNow() - created.AddMinutes(65)).TotalSeconds, answer.Body.Number("downtime_seconds"));
        Assert.Equal(
            TimeSpan.FromSeconds(answer.Body.Number("downtime_seconds")),
            (await store.UptimeAsync(1, created, own.Server.Clock.GetUtcNow(), default)).Down);
    }

    private static async Task<int> RollupsAsync(ApiServer server)
    {
        await using var db = server.Engine.Read();
        return await db.Rollups.CountAsync();
    }

    private async Task RollUpAsync(DateTimeOffset now)
    {
        while ((await Store.RollUpAsync(now, default)).More)
        {
        }
    }

    private async Task<(ApiClient Client, string Path, int Number)> NewMonitorAsync()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        await using var db = server.Engine.Read();
        var id = Core.Ids.EntityId.Parse(monitor.Text("id")!).ToBytes();
        var number = await db.Monitors.Where(m => m.Id == id).Select(m => m.Number).SingleAsync();
        return (client, $"{ApiClient.Monitors}/{monitor.Text("id")}/timeline", number);
    }

    private Task<int> StoreAsync(int number, IEnumerable<(DateTimeOffset From, MonitorStatus Status)> periods) =>
        server.Engine.WriteAsync(async unit =>
        {
            await unit.Db.Periods.Where(p => p.MonitorNumber == number).ExecuteDeleteAsync();
            unit.Db.Periods.AddRange(Periods([.. periods]).Select(p => new PeriodRow
            {
                MonitorNumber = number,
                FromMs = p.From.ToUnixTimeMilliseconds(),
                ToMs = p.To?.ToUnixTimeMilliseconds(),
                Status = (int)p.Status,
            }));
            return await unit.Db.SaveChangesAsync();
        }, CancellationToken.None);

    private static IEnumerable<Period> Periods(List<(DateTimeOffset From, MonitorStatus Status)> starts) =>
        starts.Select((p, i) => new Period(p.Status, p.From, i + 1 < starts.Count ? starts[i + 1].From : null, null));

    private sealed class OwnServer : IAsyncDisposable
    {
        public ApiServer Server { get; } = new();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
