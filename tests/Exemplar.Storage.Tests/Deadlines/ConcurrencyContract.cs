using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Core.Schedules;
using Exemplar.Storage.Heartbeats;
using Exemplar.Storage.Tests.Databases;

namespace Exemplar.Storage.Tests.Deadlines;

public sealed class SqliteConcurrencyTests() : ConcurrencyContract(new SqliteDatabase());

public sealed class PostgresConcurrencyTests(PostgresServer server) : ConcurrencyContract(new PostgresDatabase(server));

public abstract class ConcurrencyContract(TestDatabase database) : StorageContract(database)
{
    private const int Rounds = 150;

    [Fact]
    public async Task Heartbeats_verdicts_and_edits_at_the_same_time_lose_nothing_and_leave_timelines_without_gaps()
    {
        var schedule = new Schedule(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        var organization = await AddOrganizationAsync();
        var monitors = new List<MonitorDefinition>();
        for (var i = 0; i < 12; i++) monitors.Add(await AddMonitorAsync(organization, schedule));
        var moment = 0;
        DateTimeOffset Now() => At(Volatile.Read(ref moment) * 0.7);

        var sent = new List<(MonitorDefinition Monitor, EntityId CheckId)>();
        var ingest = Task.Run(() =>
        {
            for (var round = 1; round <= Rounds; round++)
            {
                Volatile.Write(ref moment, round);
                // Each monitor calls in only now and then, in batches of changing order, so that all of them go down and up.
                var batch = monitors.Where((_, i) => (round + i) % 5 < 2).OrderBy(_ => Random.Shared.Next()).Select(m => Beat(m, Now())).ToArray();
                Engine.Heartbeats.Commit(batch, OutageLog.Empty);
                foreach (var entry in batch)
                {
                    Assert.Equal(HeartbeatOutcome.Stored, entry.Outcome);
                    sent.Add((monitors.Single(m => m.Id == entry.MonitorId), entry.CheckId));
                }
            }
        }, Stop);
        var verdicts = Task.Run(async () =>
        {
            while (!ingest.IsCompleted) Assert.Equal(0, (await JudgeAsync(Now(), limit: 5)).Failed);
        }, Stop);
        var edits = Task.Run(async () =>
        {
            for (var i = 0; !ingest.IsCompleted; i++)
            {
                var monitor = monitors[i % monitors.Count];
                await PauseAsync(monitor, Now());
                await ChangeAsync(monitor, state => MonitorLifecycle.OnResumed(state, schedule, FirstDeadline.Creation, Now()));
            }
        }, Stop);
        await Task.WhenAll(ingest, verdicts, edits);

        foreach (var monitor in monitors)
        {
            var beats = (await HistoryAsync(monitor, CheckOutcome.Up)).Select(check => check.Id).ToList();
            Assert.Equal(sent.Where(s => s.Monitor == monitor).Select(s => s.CheckId).Order(), beats.Order());
            await AssertTimelineAsync(monitor);
        }
    }

    private async Task AssertTimelineAsync(MonitorDefinition monitor)
    {
        var periods = await PeriodRowsAsync(monitor.Number);
        Assert.Equal(Start.ToMs(), periods[0].FromMs);
        for (var i = 1; i < periods.Count; i++) Assert.Equal(periods[i].FromMs, periods[i - 1].ToMs);
        Assert.Null(periods[^1].ToMs);
        var state = await StateAsync(monitor);
        Assert.Equal((state.Status, state.Since.ToMs()), ((MonitorStatus)periods[^1].Status, periods[^1].FromMs));
    }
}
