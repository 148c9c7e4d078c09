using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Core.Schedules;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Periods;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Monitors;

public sealed class SqliteSearchTests() : SearchContract(new SqliteDatabase());

public sealed class PostgresSearchTests(PostgresServer server) : SearchContract(new PostgresDatabase(server));

public abstract class SearchContract(TestDatabase database) : StorageContract(database)
{
    private static readonly Schedule EveryHour = new(TimeSpan.FromHours(1), TimeSpan.FromMinutes(30));

    private MonitorStore Monitors => new(Engine);

    [Fact]
    public async Task Monitors_are_ordered_by_what_needs_somebody_first_by_name_by_change_and_by_heartbeat()
    {
        var organization = await MixedAsync();
        var now = At(4_000);

        Assert.Equal(["down", "late", "New", "b up", "up", "paused"], await NamesAsync(organization, now, MonitorOrder.Status));
        Assert.Equal(["b up", "down", "late", "New", "paused", "up"], await NamesAsync(organization, now, MonitorOrder.Name));
        Assert.Equal(["up", "paused", "New", "late", "down", "b up"], await NamesAsync(organization, now, MonitorOrder.Name, isReversed: true));
        Assert.Equal("New", (await NamesAsync(organization, now, MonitorOrder.LastHeartbeat))[^1]);
        Assert.Equal(["b up", "up"], (await NamesAsync(organization, now, MonitorOrder.LastHeartbeat))[..2]);
        Assert.Equal("late", (await NamesAsync(organization, now, MonitorOrder.Since))[0]);
    }

    [Fact]
    public async Task Pages_of_an_order_hold_everything_once_and_say_how_many_match()
    {
        var organization = await MixedAsync();
        var seen = new List<string>();
        for (var skip = 0; skip < 6; skip += 4)
        {
            var page = await Monitors.SearchAsync(organization, new MonitorSearch(null, null, null, null, MonitorOrder.Name, false, skip, 4), At(4_000), Stop);
            Assert.Equal(6, page.Matching);
            Assert.False(page.IsCut);
            seen.AddRange(page.Items.Select(m => m.Definition.Name));
        }
        Assert.Equal(["b up", "down", "late", "New", "paused", "up"], seen);
    }

    [Theory]
    [InlineData("up", null, null, "b up", "up")]
    [InlineData("late", null, null, "late")]
    [InlineData("down", null, null, "down")]
    [InlineData("new", null, null, "New")]
    [InlineData(null, "even", null, "down", "New", "up")]
    [InlineData(null, null, "UP", "b up", "up")]
    [InlineData("up", "even", "u", "up")]
    [InlineData("unknown", null, null)]
    public async Task A_search_finds_what_matches_now(string? status, string? tag, string? part, params string[] expected)
    {
        var organization = await MixedAsync();
        MonitorStatus? only = status is null ? null : Enum.Parse<MonitorStatus>(status, ignoreCase: true);
        var found = await Monitors.SearchAsync(organization, new MonitorSearch(MonitorKind.Heartbeat, only, tag, part, MonitorOrder.Name, false, 0, 50), At(4_000), Stop);
        Assert.Equal(expected, found.Items.Select(m => m.Definition.Name));
        Assert.Equal(expected.Length, found.Matching);
        Assert.Equal(0, (await Monitors.SearchAsync(organization, new MonitorSearch(MonitorKind.Ssl, only, tag, part, MonitorOrder.Name, false, 0, 50), At(4_000), Stop)).Matching);
    }

    [Fact]
    public async Task Counts_say_late_and_belong_to_one_organization()
    {
        var organization = await MixedAsync();
        await AddMonitorAsync(EveryHour);
        Assert.Equal(
            new Dictionary<MonitorStatus, int>
            {
                [MonitorStatus.Up] = 2, [MonitorStatus.Late] = 1, [MonitorStatus.Down] = 1, [MonitorStatus.New] = 1, [MonitorStatus.Paused] = 1,
            },
            (await Monitors.CountAsync(organization, At(4_000), Stop)).ToDictionary());
        Assert.Empty(await Monitors.CountAsync(organization + 1_000, At(4_000), Stop));
    }

    [Fact]
    public async Task Monitors_are_found_by_number_in_that_order_within_the_organization_only()
    {
        var organization = await AddOrganizationAsync();
        var (one, two) = (await AddMonitorAsync(organization), await AddMonitorAsync(organization));
        var foreign = await AddMonitorAsync();
        var found = await Monitors.FindAsync(organization, [two.Number, foreign.Number, 999_999, one.Number], Stop);
        Assert.Equal([two.Number, one.Number], found.Select(m => m.Definition.Number));
    }

    [Fact]
    public async Task Tags_are_counted_and_added_and_taken_one_by_one()
    {
        var organization = await MixedAsync();
        Assert.Equal([new TagCount("even", 3), new TagCount("odd", 3)], await Monitors.TagsAsync(organization, 10, Stop));
        Assert.Equal([new TagCount("even", 3)], await Monitors.TagsAsync(organization, 1, Stop));

        var some = (await Monitors.SearchAsync(organization, new MonitorSearch(null, null, "even", null, MonitorOrder.Name, false, 0, 1), At(4_000), Stop)).Items[0];
        Task<MonitorView?> Change(MonitorChange change) => Monitors.UpdateAsync(By(organization), some.Definition.Id, change, OutageLog.Empty, At(4_000), Stop);
        Assert.Equal(["even", "more"], (await Change(new MonitorChange { AddTag = "more" }))!.Definition.Tags);
        Assert.Equal(["even", "more"], (await Change(new MonitorChange { AddTag = "more" }))!.Definition.Tags);
        Assert.Equal(["more"], (await Change(new MonitorChange { RemoveTag = "even" }))!.Definition.Tags);
        Assert.Equal(["more"], (await Change(new MonitorChange { RemoveTag = "Even" }))!.Definition.Tags);
        Assert.Equal([new TagCount("even", 2), new TagCount("more", 1), new TagCount("odd", 3)], await Monitors.TagsAsync(organization, 10, Stop));
    }

    [Fact]
    public async Task The_latest_checks_of_several_monitors_are_those_of_each_history()
    {
        var monitors = new[] { await AddMonitorAsync(), await AddMonitorAsync(), await AddMonitorAsync() };
        for (var i = 1; i <= 40; i++) SendBeat(monitors[0], At(i));
        SendBeat(monitors[1], At(5));
        Commit(Beat(monitors[1], At(50), occurredAt: At(20)));
        await JudgeAsync(At(300));

        var latest = await Engine.Checks.LatestAsync([.. monitors.Select(m => m.Number)], 7, Stop);
        foreach (var monitor in monitors)
            Assert.Equal((await HistoryAsync(monitor)).Take(7).Select(c => c.Id), latest[monitor.Number].Select(c => c.Id));
        Assert.Equal(7, latest[monitors[0].Number].Count);
        Assert.Contains(latest[monitors[2].Number], c => c.Outcome == CheckOutcome.Down);
        Assert.Empty((await Engine.Checks.LatestAsync([999_999], 7, Stop))[999_999]);
        Assert.Empty(await Engine.Checks.LatestAsync([], 7, Stop));
    }

    [Fact]
    public async Task The_last_good_checks_of_several_monitors_are_each_the_newest_before_its_moment()
    {
        var monitors = new[] { await AddMonitorAsync(), await AddMonitorAsync(), await AddMonitorAsync() };
        for (var i = 1; i <= 5; i++) SendBeat(monitors[0], At(i * 10));
        SendBeat(monitors[1], At(5));
        await JudgeAsync(At(300));
        SendBeat(monitors[1], At(310));

        var last = await Engine.Checks.LastUpAsync(
            new Dictionary<int, DateTimeOffset> { [monitors[0].Number] = At(30), [monitors[1].Number] = At(310), [monitors[2].Number] = At(310) }, Stop);
        Assert.Equal(
            [(monitors[0].Number, At(20)), (monitors[1].Number, At(5))], last.Select(l => (l.Key, l.Value.At)).OrderBy(l => l.Key));
        Assert.Empty(await Engine.Checks.LastUpAsync(new Dictionary<int, DateTimeOffset>(), Stop));
    }

    [Fact]
    public async Task The_uptimes_of_several_monitors_are_those_of_each_also_over_days_that_are_rolled_up()
    {
        var monitors = new[] { await AddMonitorAsync(), await AddMonitorAsync(), await AddMonitorAsync() };
        for (var i = 0; i < 3; i++)
        {
            SendBeat(monitors[i], At(30 + i));
            await JudgeAsync(Start.AddDays(2 * i + 1));
            SendBeat(monitors[0], Start.AddDays(2 * i + 1).AddHours(5));
        }
        var store = new PeriodStore(Engine);
        var now = Start.AddDays(30).AddHours(7);
        int[] numbers = [.. monitors.Select(m => m.Number)];
        for (var pass = 0; pass < 2; pass++)
        {
            foreach (var days in new[] { 0.2, 1, 7, 29.9, 40 })
            {
                var from = now.AddDays(-days);
                var uptimes = await store.UptimesAsync(numbers, from, now, Stop);
                foreach (var number in numbers)
                    Assert.Equal(await store.UptimeAsync(number, from, now, Stop), uptimes.GetValueOrDefault(number));
            }
            while ((await store.RollUpAsync(now, Stop)).More) { }
        }
    }

    /// <summary>One monitor of each kind of standing at 4,000 s.</summary>
    private async Task<int> MixedAsync()
    {
        var organization = await AddOrganizationAsync();
        var number = 0;
        async Task<MonitorDefinition> Add(string name, Schedule schedule, FirstDeadline starts = FirstDeadline.FirstHeartbeat)
        {
            var made = await Monitors.CreateAsync(
                By(organization), new NewMonitor(organization, MonitorKind.Heartbeat, name, "", [number++ % 2 == 0 ? "even" : "odd"], schedule.Interval, schedule.Grace, starts), Start, Stop);
            return made!.Definition;
        }
        var up = await Add("up", EveryHour);
        var bUp = await Add("b up", EveryHour);
        var down = await Add("down", EveryMinute);
        var late = await Add("late", EveryHour);
        await Add("New", EveryHour);
        var paused = await Add("paused", EveryHour);
        SendBeat(down, At(10));
        SendBeat(late, At(100));
        SendBeat(paused, At(200));
        SendBeat(up, At(1_000));
        SendBeat(bUp, At(1_001));
        await Monitors.PauseAsync(By(organization), paused.Id, OutageLog.Empty, At(300), Stop);
        await JudgeAsync(At(4_000));
        return organization;
    }

    private async Task<string[]> NamesAsync(
        int organization, DateTimeOffset now, MonitorOrder order, bool isReversed = false)
    {
        var found = await Monitors.SearchAsync(organization, new MonitorSearch(null, null, null, null, order, isReversed, 0, 50), now, Stop);
        return [.. found.Items.Select(m => m.Definition.Name)];
    }
}
