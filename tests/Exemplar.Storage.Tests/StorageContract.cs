using System.Text;
using Exemplar.Core.Checks;
using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Core.Organizations;
using Exemplar.Core.Outages;
using Exemplar.Core.Schedules;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Checks;
using Exemplar.Storage.Deadlines;
using Exemplar.Storage.Heartbeats;
using Exemplar.Storage.Schema;
using Exemplar.Storage.Tests.Databases;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Exemplar.Storage.Tests;

/// <summary>
/// What both engines promise. Each behaviour is an abstract class below this one; an engine runs it by deriving from it.
/// Every test has a database of its own.
/// </summary>
public abstract class StorageContract(TestDatabase database) : IAsyncLifetime
{
    /// <summary>When every test begins.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 4, 10, 0, 0, TimeSpan.Zero);

    protected static readonly Schedule EveryMinute = new(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(10));

    private StorageEngine? _engine;

    /// <summary>Tells when a verdict was recorded; what it is about comes with each call.</summary>
    protected FakeTimeProvider Clock { get; } = new(Start);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected StorageEngine Engine => _engine ?? throw new InvalidOperationException("The engine is not open.");

    public async ValueTask InitializeAsync()
    {
        await database.CreateAsync();
        await ReopenAsync(Start);
    }

    public async ValueTask DisposeAsync()
    {
        if (_engine is not null) await _engine.DisposeAsync();
        await database.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the engine, as a clean stop does, and opens another one on the same database.</summary>
    protected async Task ReopenAsync(DateTimeOffset now)
    {
        if (_engine is not null)
        {
            await _engine.Upkeep.KeepUpAsync(now, stopping: true, CancellationToken.None);
            await _engine.DisposeAsync();
        }
        _engine = database.NewEngine();
        await _engine.OpenAsync(now, CancellationToken.None);
    }

    /// <summary>Somebody of the organization who changes something.</summary>
    protected static Actor By(int organization) => new(organization, ActorKind.Token, "test", Address: null);

    protected static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    protected Task<int> AddOrganizationAsync(int checkDays = 90, int checkCount = 100_000) => Engine.WriteAsync(async unit =>
    {
        var row = new OrganizationRow
        {
            Id = NewId(Start).ToBytes(),
            Name = "Organization",
            DefaultIntervalMs = (long)Organization.OutOfTheBox.Interval.TotalMilliseconds,
            DefaultGraceMs = (long)Organization.OutOfTheBox.Grace.TotalMilliseconds,
            CheckDays = checkDays,
            CheckCount = checkCount,
            CreatedAtMs = Start.ToMs(),
        };
        unit.Db.Organizations.Add(row);
        await unit.Db.SaveChangesAsync(Stop);
        return row.Number;
    }, Stop);

    /// <summary>A monitor in an organization of its own.</summary>
    protected async Task<MonitorDefinition> AddMonitorAsync(
        Schedule? schedule = null, DateTimeOffset? at = null, FirstDeadline starts = FirstDeadline.Creation) =>
        await AddMonitorAsync(await AddOrganizationAsync(), schedule, at, starts);

    protected Task<MonitorDefinition> AddMonitorAsync(
        int organization, Schedule? schedule = null, DateTimeOffset? at = null,
        FirstDeadline starts = FirstDeadline.Creation, MonitorKind kind = MonitorKind.Heartbeat) =>
        Engine.WriteAsync(unit => AddMonitorAsync(unit, organization, schedule ?? EveryMinute, at ?? Start, starts, kind), Stop);

    private protected static async Task<MonitorDefinition> AddMonitorAsync(
        WriteUnit unit, int organization, Schedule schedule, DateTimeOffset at, FirstDeadline starts, MonitorKind kind)
    {
        var id = NewId(at);
        var row = new MonitorRow
        {
            Id = id.ToBytes(),
            OrganizationNumber = organization,
            Kind = (int)kind,
            Name = "Monitor",
            Description = "",
            Tags = [],
            IntervalMs = (long)schedule.Interval.TotalMilliseconds,
            GraceMs = (long)schedule.Grace.TotalMilliseconds,
            Starts = (int)starts,
            CreatedAtMs = at.ToMs(),
            UpdatedAtMs = at.ToMs(),
        };
        unit.Db.Monitors.Add(row);
        await unit.Db.SaveChangesAsync(Stop);
        var definition = new MonitorDefinition(row.Number, id, organization, kind, row.Name, "", [], schedule, starts, at, at);
        await unit.AddAsync(definition, MonitorLifecycle.OnCreated(schedule, starts, at), Stop);
        return definition;
    }

    /// <summary>Decides on the locked state of a monitor and stores it, as every edit does.</summary>
    protected Task<MonitorState> ChangeAsync(MonitorDefinition monitor, Func<MonitorState, LifecycleDecision> decide) =>
        Engine.WriteAsync(async unit =>
        {
            var state = await unit.LockAsync(monitor.Number, Stop) ?? throw new InvalidOperationException("No such monitor.");
            var decision = decide(state);
            await unit.ApplyAsync(monitor, state, decision, Clock.GetUtcNow(), Stop);
            return decision.Next;
        }, Stop);

    protected Task<MonitorState> PauseAsync(MonitorDefinition monitor, DateTimeOffset at) =>
        ChangeAsync(monitor, state => MonitorLifecycle.OnPaused(state, at));

    protected Task<bool> RemoveAsync(MonitorDefinition monitor) => Engine.WriteAsync(async unit =>
    {
        await unit.Db.Monitors.Where(m => m.Number == monitor.Number).ExecuteDeleteAsync(Stop);
        await unit.RemoveAsync(monitor.Number, Clock.GetUtcNow(), Stop);
        return true;
    }, Stop);

    protected static EntityId NewId(DateTimeOffset at) => EntityId.Create(at, unchecked((ulong)Random.Shared.NextInt64(long.MinValue, long.MaxValue)));

    protected static HeartbeatEntry Beat(
        MonitorDefinition monitor, DateTimeOffset at, string? metadata = null, DateTimeOffset? occurredAt = null, int? organization = null)
    {
        var entry = new HeartbeatEntry
        {
            MonitorId = monitor.Id,
            OrganizationNumber = organization ?? monitor.OrganizationNumber,
            ReceivedAt = at,
            OccurredAt = occurredAt,
            CheckId = NewId(occurredAt ?? at),
        };
        if (metadata is not null) entry.SetMetadata(Encoding.UTF8.GetBytes(metadata));
        return entry;
    }

    protected HeartbeatEntry Commit(HeartbeatEntry entry)
    {
        Engine.Heartbeats.Commit([entry], OutageLog.Empty);
        return entry;
    }

    /// <summary>One heartbeat, on disk.</summary>
    protected HeartbeatEntry SendBeat(MonitorDefinition monitor, DateTimeOffset at) => Commit(Beat(monitor, at));

    protected Task<DeadlineRun> JudgeAsync(DateTimeOffset horizon, Excuses? excuses = null, int limit = 1_000) =>
        Engine.Deadlines.JudgeAsync(horizon, excuses ?? OutageLog.Empty, limit, Clock, Stop);

    protected async Task<MonitorState> StateAsync(MonitorDefinition monitor) =>
        (await Engine.States.ReadAsync([monitor.Number], Stop))[monitor.Number];

    protected Task<CheckPage?> ReadAsync(
        MonitorDefinition monitor, int limit, string? cursor = null, CheckOutcome? outcome = null, DateTimeOffset? from = null, DateTimeOffset? to = null) =>
        Engine.Checks.ReadAsync(monitor.Number, new CheckQuery(outcome, from, to, limit, cursor), Stop);

    /// <summary>A monitor's whole history, newest first.</summary>
    protected async Task<List<Check>> HistoryAsync(
        MonitorDefinition monitor, CheckOutcome? outcome = null, DateTimeOffset? from = null, DateTimeOffset? to = null, int pageSize = 1_000)
    {
        var checks = new List<Check>();
        string? cursor = null;
        do
        {
            var page = await ReadAsync(monitor, pageSize, cursor, outcome, from, to) ?? throw new InvalidOperationException("The cursor was refused.");
            checks.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return checks;
    }

    /// <summary>A monitor's periods in order, as (status, from, to) in seconds since <see cref="Start"/>.</summary>
    protected async Task<(MonitorStatus Status, double From, double? To)[]> PeriodsAsync(MonitorDefinition monitor)
    {
        var rows = await PeriodRowsAsync(monitor.Number);
        return [.. rows.Select(p => ((MonitorStatus)p.Status, Seconds(p.FromMs), p.ToMs is { } to ? Seconds(to) : (double?)null))];
    }

    private protected async Task<List<PeriodRow>> PeriodRowsAsync(int monitorNumber)
    {
        await using var db = Engine.Read();
        return await db.Periods.AsNoTracking().Where(p => p.MonitorNumber == monitorNumber).OrderBy(p => p.FromMs).ToListAsync(Stop);
    }

    private static double Seconds(long ms) => (ms - Start.ToMs()) / 1000.0;
}
