using Exemplar.Core.Ids;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Core.Periods;
using Exemplar.Core.Schedules;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

/// <summary>
/// One monitor's life, told in minutes. It keeps what a store would keep: the state, the periods that follow from the
/// changes, and the checks of missed deadlines.
/// </summary>
internal sealed class MonitorStory
{
    private readonly List<Period> _periods = [];
    private readonly List<MissedDeadline> _missed = [];

    private MonitorStory(Schedule schedule, FirstDeadline starts)
    {
        Schedule = schedule;
        Starts = starts;
    }

    public Schedule Schedule { get; private set; }

    public FirstDeadline Starts { get; private set; }

    public MonitorState State { get; private set; }

    public OutageLog Outages { get; private set; } = OutageLog.Empty;

    public QuietTimes QuietTimes { get; private set; } = QuietTimes.None;

    /// <summary>What may excuse a miss of the one monitor that the story is about.</summary>
    public MonitorExcuses Excuses => new Excuses(Outages, QuietTimes).For(1, 1);

    public IReadOnlyList<Period> Periods => _periods;

    public IReadOnlyList<MissedDeadline> Missed => _missed;

    /// <summary>How many decisions about deadlines were asked for.</summary>
    public int Judgements { get; private set; }

    public static MonitorStory Created(DateTimeOffset now, Schedule schedule, FirstDeadline starts = FirstDeadline.Creation)
    {
        var story = new MonitorStory(schedule, starts);
        story.Store(MonitorLifecycle.OnCreated(schedule, starts, now));
        return story;
    }

    /// <summary>A monitor that was created and heard at minute 0.</summary>
    public static MonitorStory Beating(Schedule? schedule = null) =>
        Created(At(0), schedule ?? Hourly).Beat(0);

    public MonitorStory Beat(double minute) => Beat(At(minute));

    public MonitorStory Beat(DateTimeOffset now) => Store(MonitorLifecycle.OnHeartbeat(State, Schedule, now));

    public MonitorStory DelayedBeat(double occurred, double minute) => DelayedBeat(At(occurred), At(minute));

    public MonitorStory DelayedBeat(DateTimeOffset occurredAt, DateTimeOffset now) =>
        Store(MonitorLifecycle.OnDelayedHeartbeat(State, Schedule, occurredAt, now));

    public MonitorStory Pause(DateTimeOffset now) => Store(MonitorLifecycle.OnPaused(State, now));

    public MonitorStory Resume(DateTimeOffset now) => Store(MonitorLifecycle.OnResumed(State, Schedule, Starts, now));

    public MonitorStory Edit(Schedule schedule, FirstDeadline starts, DateTimeOffset now)
    {
        Schedule = schedule;
        Starts = starts;
        return Store(MonitorLifecycle.OnScheduleChanged(State, schedule, starts, now));
    }

    public MonitorStory ClockSetBack(DateTimeOffset now)
    {
        Outages = Outages.OnClockSetBack(now);
        return Store(MonitorLifecycle.OnClockSetBack(State, Schedule, now));
    }

    public MonitorStory Outage(double from, double to, OutageCause cause = OutageCause.NotRunning) =>
        With(new Outage(At(from), At(to), cause));

    public MonitorStory With(params IEnumerable<Outage> outages)
    {
        foreach (var outage in outages) Outages = Outages.With(outage);
        return this;
    }

    /// <summary>From now on the story knows of these windows and of no others.</summary>
    public MonitorStory Planned(params IEnumerable<MaintenanceWindow> windows)
    {
        QuietTimes = new QuietTimes([new OrganizationQuietTimes(1, [.. windows.Select(w => new PlacedWindow(w, []))], [], Holidays.None)]);
        return this;
    }

    /// <summary>A window for all monitors, declared at its start, and no other.</summary>
    public MonitorStory Window(double from, double to) => Planned(Once(At(from), At(to)));

    public static MaintenanceWindow Once(DateTimeOffset from, DateTimeOffset to) => new(
        EntityId.Create(Start, 1), 1, "Upgrade", MaintenanceSeverity.Minor, "",
        new MaintenanceTimes(new Stretch(from, to), null, from, null), new MaintenanceTargets(true, [], []), DeclaredAt: from);

    /// <summary>What the worker does when a quiet time has begun.</summary>
    public MonitorStory Begin(double minute) => Begin(At(minute));

    public MonitorStory Begin(DateTimeOffset now)
    {
        Judge(now);
        return QuietTimes.Covering(1, 1, now) is { } quiet ? Store(MonitorLifecycle.OnMaintenanceBegan(State, quiet, quiet.DeclaredAt)) : this;
    }

    public MonitorStory Judge(double minute) => Judge(At(minute));

    /// <summary>Judges as the scheduler does: again and again while the next deadline has passed.</summary>
    public MonitorStory Judge(DateTimeOffset now)
    {
        do
        {
            Judgements++;
            Store(MonitorLifecycle.OnDeadline(State, Schedule, Excuses, now));
        }
        while (State.DeadlineAt(Schedule) < now);
        return this;
    }

    private MonitorStory Store(LifecycleDecision decision)
    {
        State = decision.Next;
        _missed.AddRange(decision.Missed);
        foreach (var change in decision.Changes)
        {
            if (_periods is [.., var last]) _periods[^1] = last with { To = change.At };
            _periods.Add(new Period(change.To, change.At, null, change.Error));
        }
        return this;
    }
}
