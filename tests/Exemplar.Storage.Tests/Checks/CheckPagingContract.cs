using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Checks;

public sealed class SqliteCheckPagingTests() : CheckPagingContract(new SqliteDatabase());

public sealed class PostgresCheckPagingTests(PostgresServer server) : CheckPagingContract(new PostgresDatabase(server));

public abstract class CheckPagingContract(TestDatabase database) : StorageContract(database)
{
    [Fact]
    public async Task Pages_of_any_size_together_are_the_whole_history_newest_first()
    {
        var monitor = await MixedHistoryAsync();
        var whole = await HistoryAsync(monitor);

        Assert.Equal(26, whole.Count);
        Assert.Equal(whole.Select(check => check.At).OrderDescending(), whole.Select(check => check.At));
        foreach (var size in (int[])[1, 2, 3, 7, 25, 26, 27])
            Assert.Equal(whole.Select(check => check.Id), (await HistoryAsync(monitor, pageSize: size)).Select(check => check.Id));
    }

    [Fact]
    public async Task A_page_that_ends_with_the_history_has_no_cursor()
    {
        var monitor = await AddMonitorAsync();
        Assert.Equal((0, null), Shape(await ReadAsync(monitor, 2)));
        SendBeat(monitor, At(1));
        SendBeat(monitor, At(2));

        Assert.Equal((2, null), Shape(await ReadAsync(monitor, 2)));
        SendBeat(monitor, At(3));
        Assert.NotNull((await ReadAsync(monitor, 2))!.NextCursor);
    }

    [Fact]
    public async Task Checks_that_arrive_between_two_pages_shift_nothing()
    {
        var monitor = await AddMonitorAsync();
        for (var i = 1; i <= 9; i++) SendBeat(monitor, At(i));
        var first = await ReadAsync(monitor, 4);
        SendBeat(monitor, At(10));
        SendBeat(monitor, At(11));
        Commit(Beat(monitor, At(12), occurredAt: At(8.5)));
        await JudgeAsync(At(500));
        var second = await ReadAsync(monitor, 4, first!.NextCursor);
        SendBeat(monitor, At(501));
        var third = await ReadAsync(monitor, 4, second!.NextCursor);

        Assert.Equal([At(9), At(8), At(7), At(6)], first.Items.Select(check => check.At));
        Assert.Equal([At(5), At(4), At(3), At(2)], second.Items.Select(check => check.At));
        Assert.Equal([At(1)], third!.Items.Select(check => check.At));
        Assert.Null(third.NextCursor);
    }

    [Fact]
    public async Task Checks_of_one_millisecond_are_all_given_out_once()
    {
        var monitor = await AddMonitorAsync();
        Engine.Heartbeats.Commit([.. Enumerable.Range(0, 20).Select(i => Beat(monitor, At(70), occurredAt: i % 2 == 0 ? At(70) : null))], OutageLog.Empty);
        SendBeat(monitor, At(69.9));
        var ids = (await HistoryAsync(monitor, CheckOutcome.Up, pageSize: 3)).Select(check => check.Id).ToList();

        Assert.Equal(21, ids.Count);
        Assert.Equal(21, ids.Distinct().Count());
    }

    [Fact]
    public async Task One_outcome_can_be_asked_for()
    {
        var monitor = await MixedHistoryAsync();
        var whole = await HistoryAsync(monitor);
        foreach (var outcome in (CheckOutcome[])[CheckOutcome.Up, CheckOutcome.Down, CheckOutcome.Unknown])
        {
            var expected = whole.Where(check => check.Outcome == outcome).Select(check => check.Id).ToList();
            Assert.NotEmpty(expected);
            Assert.Equal(expected, (await HistoryAsync(monitor, outcome, pageSize: 2)).Select(check => check.Id));
        }
    }

    [Fact]
    public async Task A_range_holds_its_beginning_and_not_its_end()
    {
        var monitor = await AddMonitorAsync();
        for (var i = 1; i <= 600; i++) SendBeat(monitor, At(i));

        Assert.Equal([At(400), At(399), At(398)], (await HistoryAsync(monitor, from: At(398), to: At(401), pageSize: 2)).Select(check => check.At));
        Assert.Equal(600, (await HistoryAsync(monitor, from: At(1))).Count);
        Assert.Equal(99, (await HistoryAsync(monitor, to: At(100), pageSize: 50)).Count);
        Assert.Empty(await HistoryAsync(monitor, from: At(601)));
        Assert.Empty(await HistoryAsync(monitor, to: At(1)));
        Assert.Empty(await HistoryAsync(monitor, from: At(10), to: At(10)));
    }

    [Fact]
    public async Task The_history_of_one_monitor_holds_nothing_of_another()
    {
        var (one, other) = (await AddMonitorAsync(), await AddMonitorAsync());
        Engine.Heartbeats.Commit([Beat(one, At(1)), Beat(other, At(1)), Beat(one, At(2))], OutageLog.Empty);
        var cursor = (await ReadAsync(one, 1))!.NextCursor;

        Assert.Equal(2, (await HistoryAsync(one)).Count);
        Assert.Single(await HistoryAsync(other));
        // A cursor names a place in time, and its own monitor is always asked for: another one's history stays its own.
        var page = await ReadAsync(other, 10, cursor);
        Assert.True(page is null || page.Items.All(check => check.At == At(1)));
        Assert.Empty(await HistoryAsync(one with { Number = 999_999 }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AAAA")]
    [InlineData("!!!!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_cursor_that_is_none_of_ours_is_refused(string cursor)
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(1));

        Assert.Null(await ReadAsync(monitor, 1, cursor));
    }

    /// <summary>Heartbeats, live and delayed, missed deadlines and one that nobody could judge, over some weeks.</summary>
    private async Task<MonitorDefinition> MixedHistoryAsync()
    {
        var monitor = await AddMonitorAsync(at: Start.AddDays(-20));
        var first = Start.AddDays(-20).AddSeconds(30);
        for (var i = 0; i < 10; i++) SendBeat(monitor, first.AddSeconds(i * 5));
        Commit(Beat(monitor, first.AddSeconds(100), occurredAt: first.AddSeconds(12)));
        Commit(Beat(monitor, first.AddSeconds(100), occurredAt: first.AddSeconds(12)));
        await JudgeAsync(first.AddSeconds(300));
        var outage = new Outage(first.AddSeconds(310), Start.AddDays(-1), OutageCause.NotRunning);
        await JudgeAsync(Start.AddDays(-1).AddSeconds(1), new OutageLog([outage]));
        for (var i = 0; i < 9; i++) SendBeat(monitor, Start.AddDays(-1).AddSeconds(2 + i));
        return monitor;
    }

    private static (int, string?) Shape(Storage.Checks.CheckPage? page) => (page!.Items.Count, page.NextCursor);
}
