using Exemplar.Core.Checks;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Core.Incidents;
using Exemplar.Core.Monitors;
using Exemplar.Core.Noise;
using Exemplar.Core.Outages;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Incidents;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Noise;
using Exemplar.Storage.Organizations;
using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Tests.Noise;

public sealed class SqliteNoiseTimerTests() : NoiseTimerContract(new SqliteDatabase());

public sealed class PostgresNoiseTimerTests(PostgresServer server) : NoiseTimerContract(new PostgresDatabase(server));

/// <summary>Timers survive, are taken once and only as they were read, and are woken by what they wait for.</summary>
public abstract class NoiseTimerContract(TestDatabase database) : StorageContract(database)
{
    private FollowUpStore FollowUps => new(Engine);

    private NoiseTimerStore Timers => new(Engine, FollowUps);

    [Fact]
    public async Task A_monitor_that_waits_keeps_its_reason_and_its_timer_over_a_restart()
    {
        var monitor = await AddMonitorAsync();
        await WaitAsync(monitor, At(130));
        await ReopenAsync(At(80));

        Assert.Null(await Timers.ReadDueAsync(At(129), 10, [], Stop));
        var batch = (await Timers.ReadDueAsync(At(130), 10, [], Stop))!;
        Assert.Equal((monitor.Number, NoiseTimerKind.Alert), (batch.Timers.Single().MonitorNumber, batch.Timers.Single().Kind));
        Assert.Equal("1 of 3 failed checks", batch.Members[monitor.Number].Noise.Waiting);
        Assert.Equal(MonitorStatus.Down, batch.Noise.States[monitor.Number].Status);
        Assert.Equal([CheckOutcome.Down], batch.Noise.Outcomes[monitor.Number]);
        Assert.Null(await Timers.ReadDueAsync(At(130), 10, [batch.Timers[0].Number], Stop));
    }

    [Fact]
    public async Task A_timer_is_taken_once_with_what_it_led_to()
    {
        var monitor = await AddMonitorAsync();
        var channel = await AddChannelAsync(monitor.OrganizationNumber);
        await WaitAsync(monitor, At(130));
        var first = (await Timers.ReadDueAsync(At(130), 10, [], Stop))!;
        var second = (await Timers.ReadDueAsync(At(130), 10, [], Stop))!;

        Assert.True(await Timers.StoreAsync(first.Timers, [Told(first, monitor, channel)], [], [], At(130), Stop));
        Assert.False(await Timers.StoreAsync(second.Timers, [Told(second, monitor, channel)], [], [], At(130), Stop));
        Assert.Null(await Timers.ReadDueAsync(At(1_000), 10, [], Stop));
        var detail = Assert.Single((await new IncidentStore(Engine).ListAsync(monitor.OrganizationNumber, new IncidentQuery(null, null, 0, 10), Stop)).Items);
        Assert.Equal([AlertEvent.Down], detail.Deliveries.Select(d => d.Event));
        Assert.Null(detail.View.Members.Single().Member.Noise.Waiting);
    }

    [Fact]
    public async Task Who_is_held_is_counted_at_the_holders_incident_and_woken_when_the_holder_is_no_longer_down()
    {
        var organization = await AddOrganizationAsync();
        var (host, job) = (await AddMonitorAsync(organization), await AddMonitorAsync(organization));
        await WaitAsync(job, At(1_000), new Holder(host.Number, host.Id, "Host"), also: host);
        Assert.Null(await Timers.ReadDueAsync(At(90), 10, [], Stop));
        var incidents = (await new IncidentStore(Engine).ListAsync(organization, new IncidentQuery(null, null, 0, 10), Stop)).Items;
        Assert.Equal([0, 1], incidents.OrderBy(i => i.Holds).Select(i => i.Holds));

        var stale = (await Timers.ReadDueAsync(At(1_000), 10, [], Stop))!;
        SendBeat(host, At(95));
        var changes = (await FollowUps.ReadAsync(10, [], Stop))!.Changes;
        Assert.True(await FollowUps.StoreAsync(changes, [], At(96), Stop));
        // Woken meanwhile: what was decided before must not put it back to sleep.
        Assert.False(await Timers.StoreAsync(stale.Timers, [], stale.Timers, [], At(96), Stop));
        Assert.Equal(host.Number, (await Timers.ReadDueAsync(At(96), 10, [], Stop))!.Timers.Single().HeldBy);
    }

    [Fact]
    public async Task Downtimes_are_counted_within_the_time_of_the_policy()
    {
        var monitor = await AddMonitorAsync();
        await new MonitorStore(Engine).UpdateAsync(
            By(monitor.OrganizationNumber), monitor.Id,
            new MonitorChange { AlertPolicy = p => p with { FlappingWithin = TimeSpan.FromSeconds(150) } }, OutageLog.Empty, At(0), Stop);
        for (var i = 0; i < 4; i++)
        {
            await JudgeAsync(At(71 + i * 75));
            if (i < 3) SendBeat(monitor, At(75 + i * 75));
        }

        // Down at 70, 145, 220 and 295; the 150 seconds before the last hold one more, that at 145 not any more.
        var batch = (await FollowUps.ReadAsync(100, [], Stop))!;
        Assert.Equal(2, batch.Noise.Downs[monitor.Number]);
        Assert.Empty(batch.Noise.States);
        Assert.Empty(batch.Noise.Outcomes);
    }

    [Fact]
    public async Task A_late_heartbeat_is_watched_for_where_somebody_wants_to_hear_of_it()
    {
        var organization = await AddOrganizationAsync();
        var (one, two) = (await AddMonitorAsync(organization), await AddMonitorAsync(organization));
        var channel = await AddChannelAsync(organization);
        Assert.Null(await Timers.ReadDueAsync(At(100), 10, [], Stop));
        await new OrganizationStore(Engine).UpdateAsync(
            By(organization), new OrganizationChange { AlertPolicy = p => p with { AnnounceLate = true } }, At(1), Stop);
        await new MonitorStore(Engine).UpdateAsync(
            By(organization), two.Id, new MonitorChange { AlertPolicy = p => p with { AnnounceLate = true } }, OutageLog.Empty, At(1), Stop);

        var batch = (await Timers.ReadDueAsync(At(65), 10, [], Stop))!;
        Assert.Equal([one.Number, two.Number], batch.Timers.Select(t => t.MonitorNumber).Order());
        NoiseTimer[] again = [.. batch.Timers.Select(t => new NoiseTimer(t.MonitorNumber, t.Kind, At(120)) { ToldFor = At(60) })];
        var late = new LateDraft(organization, new AlertDraft(AlertEvent.Late, At(60), one.Number, [1], [channel]));
        Assert.True(await Timers.StoreAsync(batch.Timers, [], again, [late], At(65), Stop));
        Assert.Equal(At(60), (await Timers.ReadDueAsync(At(120), 10, [], Stop))!.Timers[0].ToldFor);
        await using var db = Engine.Read();
        Assert.Equal((int)AlertEvent.Late, (await db.Alerts.SingleAsync(Stop)).Event);
        Assert.Null((await db.Deliveries.SingleAsync(Stop)).IncidentNumber);

        await new MonitorStore(Engine).DeleteAsync(By(organization), one.Id, At(70), Stop);
        Assert.Equal([two.Number], (await Timers.ReadDueAsync(At(120), 10, [], Stop))!.Timers.Select(t => t.MonitorNumber));
    }

    /// <summary>A monitor goes down, and waits.</summary>
    private async Task WaitAsync(MonitorDefinition monitor, DateTimeOffset lookAt, Holder? heldBy = null, MonitorDefinition? also = null)
    {
        await JudgeAsync(At(71));
        var batch = (await FollowUps.ReadAsync(10, [], Stop))!;
        var drafts = new List<IncidentDraft>();
        foreach (var down in new[] { monitor, also }.OfType<MonitorDefinition>())
        {
            var decision = IncidentLifecycle.OnDown(FreshId.At(Start), drafts.Count + 1, down.Number, down.Name, "missed", new Traits(null, []), At(70));
            var draft = new IncidentDraft(new StoredIncident { OrganizationNumber = down.OrganizationNumber, State = decision.Next });
            draft.Joined.Add(new IncidentMember(down.Number, down.Id, down.Name, At(70), "missed", null, null)
            {
                Noise = down == monitor ? new MemberNoise("1 of 3 failed checks", heldBy, null, null) : MemberNoise.None,
            });
            if (down == monitor) draft.Timers.Add(new NoiseTimer(down.Number, NoiseTimerKind.Alert, lookAt) { HeldBy = heldBy?.Number });
            drafts.Add(draft);
        }
        Assert.True(await FollowUps.StoreAsync(batch.Changes, drafts, At(72), Stop));
    }

    private static IncidentDraft Told(FollowUpBatch batch, MonitorDefinition monitor, int channel)
    {
        var draft = new IncidentDraft(batch.OpenByMonitor[monitor.Number]);
        draft.Changed.Add(batch.Members[monitor.Number] with { Noise = MemberNoise.None });
        draft.Alerts.Add(new AlertDraft(AlertEvent.Down, At(130), monitor.Number, [1], [channel]));
        return draft;
    }

    private async Task<int> AddChannelAsync(int organization) =>
        (await new ChannelStore(Engine).CreateAsync(
            By(organization), ChannelStore.NewId(Start), "webhook", new ChannelChange("Channel", [1, 2, 3], AllMonitors: true), Start, Stop))!.Route.Number;
}
