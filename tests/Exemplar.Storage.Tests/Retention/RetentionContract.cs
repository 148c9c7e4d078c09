using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Storage.Schema;
using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Tests.Retention;

public sealed class SqliteRetentionTests() : RetentionContract(new SqliteDatabase());

public sealed class PostgresRetentionTests(PostgresServer server) : RetentionContract(new PostgresDatabase(server));

public abstract class RetentionContract(TestDatabase database) : StorageContract(database)
{
    [Fact]
    public async Task Checks_go_by_the_age_their_own_organization_keeps()
    {
        var (shortly, longer) = (await AddOrganizationAsync(checkDays: 7), await AddOrganizationAsync(checkDays: 30));
        var ofShort = await AddMonitorAsync(shortly, at: Start.AddDays(-60));
        var ofLong = await AddMonitorAsync(longer, at: Start.AddDays(-60));
        double[] ages = [50, 40, 29, 12, 8, 7.1, 6.9, 3, 0.1];
        foreach (var age in ages)
            Engine.Heartbeats.Commit([Beat(ofShort, Start.AddDays(-age)), Beat(ofLong, Start.AddDays(-age))], OutageLog.Empty);
        await PruneAsync(Start);

        Assert.Equal<double[]>([0.1, 3, 6.9], await AgesAsync(ofShort));
        Assert.Equal<double[]>([0.1, 3, 6.9, 7.1, 8, 12, 29], await AgesAsync(ofLong));
    }

    [Fact]
    public async Task Missed_deadlines_and_delayed_heartbeats_grow_old_as_well()
    {
        var shortly = await AddMonitorAsync(await AddOrganizationAsync(checkDays: 7), at: Start.AddDays(-20));
        var longer = await AddMonitorAsync(await AddOrganizationAsync(checkDays: 90), at: Start.AddDays(-20));
        var then = Start.AddDays(-20).AddSeconds(200);
        await JudgeAsync(then);
        Engine.Heartbeats.Commit(
            [Beat(shortly, then, occurredAt: then.AddSeconds(-100)), Beat(longer, then, occurredAt: then.AddSeconds(-100))], OutageLog.Empty);
        await PruneAsync(Start);

        Assert.Empty(await HistoryAsync(shortly));
        Assert.Equal(4, (await HistoryAsync(longer)).Count);
    }

    [Fact]
    public async Task An_organization_that_keeps_less_from_now_on_loses_the_rest()
    {
        var organization = await AddOrganizationAsync(checkDays: 30);
        await AddOrganizationAsync(checkDays: 90);
        var monitor = await AddMonitorAsync(organization, at: Start.AddDays(-60));
        foreach (var age in (double[])[40, 20, 10, 2]) SendBeat(monitor, Start.AddDays(-age));
        await PruneAsync(Start);
        Assert.Equal<double[]>([2, 10, 20], await AgesAsync(monitor));
        await Engine.WriteAsync(unit => unit.Db.Organizations.Where(o => o.Number == organization)
            .ExecuteUpdateAsync(set => set.SetProperty(o => o.CheckDays, 5), Stop), Stop);
        await PruneAsync(Start.AddMinutes(1));

        Assert.Equal<double[]>([2], await AgesAsync(monitor));
    }

    [Fact]
    public async Task Of_a_busy_monitor_the_newest_so_many_heartbeats_stay()
    {
        var organization = await AddOrganizationAsync(checkCount: 100);
        var busy = await AddMonitorAsync(organization);
        var quiet = await AddMonitorAsync(organization);
        for (var second = 0; second < 1_500; second += 50)
            Engine.Heartbeats.Commit([.. Enumerable.Range(second, 50).Select(s => Beat(busy, At(s)))], OutageLog.Empty);
        for (var i = 0; i < 90; i++) SendBeat(quiet, At(i));
        await PruneAsync(At(1_500));

        var kept = await HistoryAsync(busy);
        Assert.Equal(Enumerable.Range(1_400, 100).Reverse().Select(s => At(s)), kept.Select(check => check.At));
        Assert.Equal(90, (await HistoryAsync(quiet)).Count);
    }

    [Fact]
    public async Task Missed_deadlines_do_not_push_heartbeats_out()
    {
        var monitor = await AddMonitorAsync(await AddOrganizationAsync(checkCount: 100));
        for (var i = 0; i < 90; i++) SendBeat(monitor, At(i));
        while ((await JudgeAsync(At(90 + (60 * 1_000)))).Judged.Count > 0)
        {
        }
        await PruneAsync(At(90 + (60 * 1_000)));

        Assert.Equal(90, (await HistoryAsync(monitor, Core.Checks.CheckOutcome.Up)).Count);
        var missed = await HistoryAsync(monitor, Core.Checks.CheckOutcome.Down);
        Assert.Equal(100, missed.Count);
        Assert.Equal(At(159 + (60 * 998)), missed[0].At);
    }

    [Fact]
    public async Task Heartbeats_go_on_and_are_trimmed_again_after_a_restart()
    {
        var monitor = await AddMonitorAsync(await AddOrganizationAsync(checkCount: 100));
        for (var round = 0; round < 3; round++)
        {
            Engine.Heartbeats.Commit([.. Enumerable.Range(round * 700, 700).Select(i => Beat(monitor, At(i * 0.05)))], OutageLog.Empty);
            await PruneAsync(At(200));
            Assert.Equal(100, (await HistoryAsync(monitor)).Count);
            await ReopenAsync(At(200));
        }
        Assert.Equal(At(2_099 * 0.05), (await HistoryAsync(monitor))[0].At);
    }

    [Fact]
    public async Task The_history_of_a_removed_monitor_goes_and_that_of_the_others_stays()
    {
        var organization = await AddOrganizationAsync();
        var (removed, kept) = (await AddMonitorAsync(organization), await AddMonitorAsync(organization));
        for (var i = 0; i < 24; i++)
            Engine.Heartbeats.Commit([.. Enumerable.Range(i * 50, 50).SelectMany(s => new[] { Beat(removed, At(s)), Beat(kept, At(s)) })], OutageLog.Empty);
        await JudgeAsync(At(1_500));
        await Engine.WriteAsync(unit =>
        {
            unit.Db.Rollups.AddRange(new[] { removed, kept }.Select(m => new RollupRow { MonitorNumber = m.Number, Day = 1, LastStatus = (int)MonitorStatus.Up }));
            return unit.Db.SaveChangesAsync(Stop);
        }, Stop);
        await RemoveAsync(removed);
        await PruneAsync(At(1_500));

        Assert.Empty(await HistoryAsync(removed));
        Assert.Empty(await PeriodsAsync(removed));
        Assert.Equal(1_204, (await HistoryAsync(kept)).Count);
        Assert.Equal(2, (await PeriodsAsync(kept)).Length);
        await using var db = Engine.Read();
        Assert.Equal(kept.Number, (await db.Rollups.SingleAsync(Stop)).MonitorNumber);
        Assert.Empty(await db.RemovedMonitors.ToListAsync(Stop));
    }

    [Fact]
    public async Task A_step_is_small_and_says_when_there_is_more()
    {
        var monitor = await AddMonitorAsync(await AddOrganizationAsync(checkDays: 7), at: Start.AddDays(-30));
        await AddOrganizationAsync(checkDays: 90);
        Engine.Heartbeats.Commit([.. Enumerable.Range(0, 1_800).Select(i => Beat(monitor, Start.AddDays(-20).AddSeconds(i * 0.01)))], OutageLog.Empty);
        var first = await Engine.Upkeep.PruneChecksAsync(Start, Stop);

        Assert.True(first.More);
        Assert.InRange((await HistoryAsync(monitor)).Count, 600, 1_799);
        await PruneAsync(Start);
        Assert.Empty(await HistoryAsync(monitor));
    }

    [Fact]
    public async Task Upkeep_tells_the_size_of_the_database_and_changes_nothing_that_is_kept()
    {
        var monitor = await AddMonitorAsync();
        for (var i = 0; i < 100; i++) SendBeat(monitor, At(i));
        for (var second = 100; second < 110; second++) await Engine.Upkeep.KeepUpAsync(At(second), stopping: false, Stop);
        await PruneAsync(At(110));

        Assert.True(await Engine.Upkeep.DatabaseBytesAsync(Stop) > 10_000);
        Assert.Equal(100, (await HistoryAsync(monitor)).Count);
    }

    /// <summary>Prunes until there has been nothing to do for a while: some steps only look and find nothing.</summary>
    private async Task PruneAsync(DateTimeOffset now)
    {
        for (int steps = 0, idle = 0; idle < 8; steps++)
        {
            Assert.True(steps < 500, "Pruning does not come to an end.");
            var step = await Engine.Upkeep.PruneChecksAsync(now, Stop);
            idle = step is { Removed: 0, More: false } ? idle + 1 : 0;
        }
    }

    private async Task<double[]> AgesAsync(MonitorDefinition monitor) =>
        [.. (await HistoryAsync(monitor, Core.Checks.CheckOutcome.Up)).Select(check => Math.Round((Start - check.At).TotalDays, 1))];
}
