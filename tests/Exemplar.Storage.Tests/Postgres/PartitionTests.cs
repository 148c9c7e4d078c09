using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Tests.Postgres;

public sealed class PartitionTests : StorageContract
{
    private const string Partitions = "SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class WHERE relkind = 'r' AND relname ~ '^checks_[0-9]'";

    private readonly PostgresDatabase _database;

    public PartitionTests(PostgresServer server) : this(new PostgresDatabase(server))
    {
    }

    private PartitionTests(PostgresDatabase database) : base(database) => _database = database;

    [Fact]
    public async Task Weeks_are_there_ahead_and_as_far_back_as_heartbeats_may_be_delayed()
    {
        Assert.Equal("checks_20260223 checks_20260302 checks_20260309 checks_20260316", await _database.RunAsync(Partitions));
        await Engine.Upkeep.KeepUpAsync(Start.AddDays(7), stopping: false, Stop);

        Assert.Equal("checks_20260223 checks_20260302 checks_20260309 checks_20260316 checks_20260323", await _database.RunAsync(Partitions));
    }

    [Fact]
    public async Task A_moment_without_a_week_of_its_own_is_stored_all_the_same_and_moves_there_later()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, Start.AddDays(40));
        SendBeat(monitor, Start.AddDays(80));
        Assert.Equal(2L, await _database.RunAsync("SELECT count(*) FROM checks_default WHERE outcome = 1"));
        await Engine.Upkeep.KeepUpAsync(Start.AddDays(40), stopping: false, Stop);

        Assert.Equal(1L, await _database.RunAsync("SELECT count(*) FROM checks_default WHERE outcome = 1"));
        Assert.Equal(2, (await HistoryAsync(monitor, Core.Checks.CheckOutcome.Up)).Count);
    }

    [Fact]
    public async Task A_week_that_nobody_keeps_any_more_is_dropped_whole()
    {
        var monitor = await AddMonitorAsync(await AddOrganizationAsync(checkDays: 30));
        SendBeat(monitor, Start);
        var later = Start.AddDays(45);
        await Engine.Upkeep.KeepUpAsync(later, stopping: false, Stop);
        SendBeat(monitor, later);
        for (var i = 0; i < 6; i++) await Engine.Upkeep.PruneChecksAsync(later, Stop);

        Assert.Equal("checks_20260316 checks_20260406 checks_20260413 checks_20260420 checks_20260427", await _database.RunAsync(Partitions));
        Assert.Equal(later, (await HistoryAsync(monitor, Core.Checks.CheckOutcome.Up))[^1].At);
    }

    [Fact]
    public async Task A_reader_that_takes_long_only_puts_the_dropping_off()
    {
        var monitor = await AddMonitorAsync(await AddOrganizationAsync(checkDays: 30));
        SendBeat(monitor, Start);
        var later = Start.AddDays(60);
        await Engine.WriteAsync(async unit =>
        {
            await unit.Db.Database.ExecuteSqlAsync($"LOCK TABLE checks IN ACCESS SHARE MODE", Stop);
            await Engine.Upkeep.PruneChecksAsync(later, Stop);
            SendBeat(monitor, later);
            return true;
        }, Stop);
        Assert.Contains("checks_20260223", (string?)await _database.RunAsync(Partitions), StringComparison.Ordinal);
        await Engine.Upkeep.PruneChecksAsync(later.AddMinutes(2), Stop);

        Assert.DoesNotContain("checks_20260223", (string?)await _database.RunAsync(Partitions), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_heartbeat_in_time_writes_no_index_of_the_states()
    {
        var monitor = await AddMonitorAsync();
        SendBeat(monitor, At(1));
        for (var i = 2; i < 50; i++) SendBeat(monitor, At(i));
        // A backend reports its counts at its end for certain.
        await _database.KillAsync();

        // Not the first: it changed the status, which is indexed.
        Assert.Equal("49 48", await _database.RunAsync("SELECT n_tup_upd || ' ' || n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'monitor_states'"));
        Assert.Equal(At(70), UnixTime.FromMs((long)(await _database.RunAsync("SELECT due_at_ms FROM monitor_states"))!));
    }
}
