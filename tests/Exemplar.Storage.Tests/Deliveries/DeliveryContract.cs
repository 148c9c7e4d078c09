using Exemplar.Core.Deliveries;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Deliveries;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Schema;
using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Tests.Deliveries;

public sealed class SqliteDeliveryTests() : DeliveryContract(new SqliteDatabase());

public sealed class PostgresDeliveryTests(PostgresServer server) : DeliveryContract(new PostgresDatabase(server));

/// <summary>The outbox: what is due is claimed by one, sent by one, and comes back when whoever claimed it died.</summary>
public abstract class DeliveryContract(TestDatabase database) : StorageContract(database)
{
    private const int Lost = 30;

    private DeliveryStore Store => new(Engine);

    [Fact]
    public async Task What_is_due_is_claimed_once_with_its_content_and_its_id()
    {
        var channel = await AddChannelAsync();
        var id = await AddDeliveryAsync(channel, monitor: 1);

        Assert.Equal([channel], await Store.DueChannelsAsync(At(0), Stop));
        var claimed = Assert.Single(await ClaimAsync(channel, At(0)));
        Assert.Equal((id, 1, "content"), (Convert.ToHexStringLower(claimed.Id.ToBytes()), claimed.Attempt, System.Text.Encoding.UTF8.GetString(claimed.Content)));
        Assert.Empty(await ClaimAsync(channel, At(Lost - 1)));
        Assert.Empty(await Store.DueChannelsAsync(At(Lost - 1), Stop));
    }

    [Fact]
    public async Task What_was_claimed_by_somebody_who_died_comes_back_with_the_same_id()
    {
        var channel = await AddChannelAsync();
        await AddDeliveryAsync(channel, monitor: 1);
        var first = Assert.Single(await ClaimAsync(channel, At(0)));
        var second = Assert.Single(await ClaimAsync(channel, At(Lost)));

        Assert.Equal((first.Id, first.Number, 2), (second.Id, second.Number, second.Attempt));
    }

    [Fact]
    public async Task A_server_that_starts_lets_go_of_what_the_one_before_had_claimed_and_of_nothing_else()
    {
        var channel = await AddChannelAsync();
        await AddDeliveryAsync(channel, monitor: 1);
        await AddDeliveryAsync(channel, monitor: 2);
        var claimed = await ClaimAsync(channel, At(0));
        await RecordAsync(claimed[1], AttemptOutcome.Retry, DeliveryState.Pending, nextAt: At(20));

        Assert.Equal(1, await Store.LetGoAsync(At(5), At(5 + Lost), Stop));
        Assert.Equal([claimed[0].Number], (await ClaimAsync(channel, At(5))).Select(d => d.Number));
    }

    [Fact]
    public async Task Of_one_monitor_the_second_waits_until_the_first_is_finished()
    {
        var channel = await AddChannelAsync();
        var other = await AddChannelAsync();
        await AddDeliveryAsync(channel, monitor: 1);
        await AddDeliveryAsync(channel, monitor: 1);
        await AddDeliveryAsync(channel, monitor: 2);
        await AddDeliveryAsync(other, monitor: 1);
        var claimed = await ClaimAsync(channel, At(0));
        Assert.Equal(2, claimed.Count);
        Assert.Single(await ClaimAsync(other, At(0)));

        await RecordAsync(claimed[0], AttemptOutcome.Retry, DeliveryState.Pending, nextAt: At(3));
        Assert.Empty(await ClaimAsync(channel, At(2)));
        var again = Assert.Single(await ClaimAsync(channel, At(3)));
        await RecordAsync(again, AttemptOutcome.Delivered, DeliveryState.Delivered);
        Assert.Single(await ClaimAsync(channel, At(3)));
    }

    [Fact]
    public async Task Several_who_claim_at_once_get_each_delivery_once()
    {
        var channel = await AddChannelAsync();
        for (var i = 1; i <= 40; i++) await AddDeliveryAsync(channel, monitor: i);
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ClaimAsync(channel, At(0), limit: 10))));

        var numbers = claims.SelectMany(c => c).Select(d => d.Number).ToList();
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
        Assert.Equal(40, numbers.Count + (await ClaimAsync(channel, At(0), limit: 100)).Count);
    }

    [Fact]
    public async Task How_attempts_end_is_kept_and_the_channel_shows_whether_it_works()
    {
        var organization = await AddOrganizationAsync();
        var channel = await AddChannelAsync(organization);
        await AddDeliveryAsync(channel, monitor: 1);
        var first = Assert.Single(await ClaimAsync(channel, At(0)));
        await RecordAsync(first, AttemptOutcome.Retry, DeliveryState.Pending, nextAt: At(2), detail: "500", endedAt: At(1));
        var failing = await ChannelAsync(organization);
        var second = Assert.Single(await ClaimAsync(channel, At(2)));
        await RecordAsync(second, AttemptOutcome.Delivered, DeliveryState.Delivered, detail: "200", endedAt: At(4));
        var working = await ChannelAsync(organization);

        Assert.Equal((At(1), "500", null), (failing.FailingSince, failing.LastFailure, failing.DeliveredAt));
        Assert.Equal((null, At(4)), (working.FailingSince, working.DeliveredAt));
        await using var db = Engine.Read();
        var attempts = await db.DeliveryAttempts.OrderBy(a => a.Attempt).Select(a => new { a.Attempt, a.Detail }).ToListAsync(Stop);
        Assert.Equal([(1, "500"), (2, "200")], attempts.Select(a => (a.Attempt, a.Detail)));
        Assert.Equal(0, await Store.CountWaitingAsync(Stop));
    }

    [Fact]
    public async Task An_attempt_that_counted_as_lost_cannot_undo_what_the_next_one_did()
    {
        var channel = await AddChannelAsync();
        await AddDeliveryAsync(channel, monitor: 1);
        var slow = Assert.Single(await ClaimAsync(channel, At(0)));
        var fast = Assert.Single(await ClaimAsync(channel, At(Lost)));
        await RecordAsync(fast, AttemptOutcome.Delivered, DeliveryState.Delivered);
        await RecordAsync(slow, AttemptOutcome.Retry, DeliveryState.Pending, nextAt: At(Lost + 1));

        Assert.Empty(await ClaimAsync(channel, At(Lost + 100)));
    }

    [Fact]
    public async Task A_new_configuration_is_tried_at_once_and_a_removed_channel_takes_its_deliveries_along()
    {
        var organization = await AddOrganizationAsync();
        var channel = await AddChannelAsync(organization);
        await AddDeliveryAsync(channel, monitor: 1);
        await RecordAsync(Assert.Single(await ClaimAsync(channel, At(0))), AttemptOutcome.Retry, DeliveryState.Pending, nextAt: At(900));
        var stored = await ChannelAsync(organization);
        await new ChannelStore(Engine).UpdateAsync(By(organization), stored.Id, new ChannelChange(Config: [9]), At(10), Stop);
        Assert.Single(await ClaimAsync(channel, At(10)));

        Assert.False((await new ChannelStore(Engine).DeleteAsync(By(await AddOrganizationAsync()), stored.Id, At(11), Stop)).IsDone);
        Assert.True((await new ChannelStore(Engine).DeleteAsync(By(organization), stored.Id, At(11), Stop)).IsDone);
        Assert.Equal(0, await Store.CountWaitingAsync(Stop));
    }

    [Fact]
    public async Task A_recovery_says_whether_others_that_the_channel_was_told_of_are_down_still_where_somebody_asks()
    {
        var organization = await AddOrganizationAsync();
        var (tickets, other) = (await AddChannelAsync(organization), await AddChannelAsync(organization));
        await AddIncidentMonitorAsync(monitor: 1, downAt: 0, leftAt: 20);
        await AddIncidentMonitorAsync(monitor: 2, downAt: 0, leftAt: null);
        await AddIncidentMonitorAsync(monitor: 3, downAt: 0, leftAt: 5);
        // It went down again, and of this time nobody was told.
        await AddIncidentMonitorAsync(monitor: 3, downAt: 10, leftAt: null);
        foreach (var monitor in new[] { 1, 3 }) await AddDeliveryAsync(tickets, monitor, AlertEvent.Down, incident: 1, DeliveryState.Delivered);
        await AddDeliveryAsync(other, 2, AlertEvent.Down, incident: 1, DeliveryState.Delivered);
        await AddDeliveryAsync(tickets, 1, AlertEvent.Recovered, incident: 1);
        Assert.False(Assert.Single(await ClaimAsync(tickets, At(30), looksAtOthers: true)).OthersAreDown);

        // Retried, it looks again.
        await AddDeliveryAsync(tickets, 2, AlertEvent.Down, incident: 1);
        Assert.Equal([(1, true), (2, false)], (await ClaimAsync(tickets, At(60), looksAtOthers: true)).Select(d => (d.Attempt == 2 ? 1 : 2, d.OthersAreDown)));
        Assert.All(await ClaimAsync(tickets, At(90)), d => Assert.False(d.OthersAreDown));
    }

    private Task<IReadOnlyList<ClaimedDelivery>> ClaimAsync(int channel, DateTimeOffset now, int limit = 10, bool looksAtOthers = false) =>
        Store.ClaimAsync(channel, limit, now, now.AddSeconds(Lost), looksAtOthers, Stop);

    private Task RecordAsync(
        ClaimedDelivery delivery, AttemptOutcome outcome, DeliveryState state, DateTimeOffset? nextAt = null, string detail = "", DateTimeOffset? endedAt = null) =>
        Store.RecordAsync([new AttemptResult(delivery, outcome, state, At(0), endedAt ?? At(1), nextAt, detail)], Stop);

    private async Task<StoredChannel> ChannelAsync(int organization) =>
        (await new ChannelStore(Engine).ListAsync(organization, 0, 10, Stop)).Items.Single();

    private async Task<int> AddChannelAsync(int? organization = null)
    {
        var channel = await new ChannelStore(Engine).CreateAsync(
            By(organization ?? await AddOrganizationAsync()), ChannelStore.NewId(Start), "webhook",
            new ChannelChange("Channel", [1, 2, 3], AllMonitors: true), Start, Stop);
        return channel!.Route.Number;
    }

    private Task<bool> AddIncidentMonitorAsync(int monitor, double downAt, double? leftAt) => Engine.WriteAsync(async unit =>
    {
        unit.Db.IncidentMonitors.Add(new IncidentMonitorRow
        {
            IncidentNumber = 1, MonitorNumber = monitor, DownAtMs = At(downAt).ToMs(), LeftAtMs = leftAt is { } seconds ? At(seconds).ToMs() : null,
            Error = "", MonitorId = new byte[12], MonitorName = $"Monitor {monitor}",
        });
        await unit.Db.SaveChangesAsync(Stop);
        return true;
    }, Stop);

    private Task<string> AddDeliveryAsync(
        int channel, int monitor, AlertEvent what = AlertEvent.Down, int? incident = null, DeliveryState state = DeliveryState.Pending) => Engine.WriteAsync(async unit =>
    {
        var alert = new AlertRow { Event = (int)what, AtMs = Start.ToMs(), Content = "content"u8.ToArray() };
        unit.Db.Alerts.Add(alert);
        await unit.Db.SaveChangesAsync(Stop);
        var row = new DeliveryRow
        {
            Id = FreshId.At(Start).ToBytes(), AlertNumber = alert.Number, ChannelNumber = channel, MonitorNumber = monitor, IncidentNumber = incident, State = (int)state,
            CreatedAtMs = Start.ToMs(), DueAtMs = Start.ToMs(),
        };
        unit.Db.Deliveries.Add(row);
        await unit.Db.SaveChangesAsync(Stop);
        return Convert.ToHexStringLower(row.Id);
    }, Stop);
}
