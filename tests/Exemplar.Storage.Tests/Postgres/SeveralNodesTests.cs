using Exemplar.Core.Checks;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Storage.Deadlines;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Postgres;

/// <summary>Two engines on one database, as two nodes would be.</summary>
public sealed class SeveralNodesTests : StorageContract
{
    private readonly PostgresDatabase _database;

    public SeveralNodesTests(PostgresServer server) : this(new PostgresDatabase(server))
    {
    }

    private SeveralNodesTests(PostgresDatabase database) : base(database) => _database = database;

    [Fact]
    public async Task Each_deadline_is_judged_by_one_node()
    {
        var organization = await AddOrganizationAsync();
        await Engine.WriteAsync(async unit =>
        {
            for (var i = 0; i < 200; i++) await AddMonitorAsync(unit, organization, EveryMinute, Start, FirstDeadline.Creation, MonitorKind.Heartbeat);
            return true;
        }, Stop);
        await using var other = await OtherNodeAsync();

        var judged = (await Task.WhenAll(DrainAsync(Engine), DrainAsync(other))).SelectMany(ids => ids).ToList();
        Assert.Equal(200, judged.Count);
        Assert.Equal(200, judged.Distinct().Count());
    }

    [Fact]
    public async Task Nodes_that_take_heartbeats_for_the_same_monitors_do_not_block_each_other_for_ever()
    {
        var organization = await AddOrganizationAsync();
        var monitors = new List<MonitorDefinition>();
        for (var i = 0; i < 20; i++) monitors.Add(await AddMonitorAsync(organization));
        await using var other = await OtherNodeAsync();

        await Task.WhenAll(new[] { Engine, other }.Select(engine => Task.Run(() =>
        {
            for (var round = 1; round <= 60; round++)
                engine.Heartbeats.Commit([.. monitors.OrderBy(_ => Random.Shared.Next()).Select(m => Beat(m, At(round)))], OutageLog.Empty);
        }, Stop)));

        foreach (var monitor in monitors)
        {
            Assert.Equal(120, (await HistoryAsync(monitor, CheckOutcome.Up)).Count);
            Assert.Equal(MonitorStatus.Up, (await PeriodsAsync(monitor))[^1].Status);
        }
    }

    [Fact]
    public async Task What_one_node_makes_due_the_other_finds_within_a_second()
    {
        await using var other = await OtherNodeAsync();
        await other.Deadlines.JudgeAsync(At(1_000), OutageLog.Empty, 100, Clock, Stop);
        var monitor = await AddMonitorAsync();

        var run = await other.Deadlines.JudgeAsync(At(1_001), OutageLog.Empty, 100, Clock, Stop);
        Assert.Equal(monitor.Id, Assert.Single(run.Judged).MonitorId);
    }

    private async Task<StorageEngine> OtherNodeAsync()
    {
        var engine = _database.NewEngine();
        await engine.OpenAsync(Start, Stop);
        return engine;
    }

    private static async Task<List<Core.Ids.EntityId>> DrainAsync(StorageEngine engine)
    {
        var ids = new List<Core.Ids.EntityId>();
        DeadlineRun run;
        do
        {
            run = await engine.Deadlines.JudgeAsync(At(71), OutageLog.Empty, 7, TimeProvider.System, Stop);
            ids.AddRange(run.Judged.Select(judged => judged.MonitorId));
        }
        while (run.Looked > 0);
        return ids;
    }
}
