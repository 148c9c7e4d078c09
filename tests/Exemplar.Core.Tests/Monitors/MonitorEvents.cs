using CsCheck;
using Exemplar.Core.Maintenance;
using Exemplar.Core.Monitors;
using Exemplar.Core.Outages;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Tests.Monitors;

internal enum EventKind
{
    Beat,
    DelayedBeat,
    Judge,
    Pause,
    Resume,
    Edit,
    MaintenanceBegan,
    ClockSetBack,
}

/// <summary>One random thing that happens to a monitor, <paramref name="Gap"/> seconds after the one before it.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Gap">Seconds; for a clock that is set back, how far.</param>
/// <param name="Age">Seconds that a delayed heartbeat had to wait.</param>
/// <param name="Schedule">The new promise of an edit.</param>
/// <param name="Starts">The new start of an edit.</param>
internal sealed record MonitorEvent(EventKind Kind, int Gap, int Age, Schedule Schedule, FirstDeadline Starts);

/// <summary>
/// Random lives of monitors. Everything happens on whole seconds and promises are short, so that heartbeats, deadlines
/// and the ends of outages often fall on the very same moment.
/// </summary>
internal static class MonitorEvents
{
    public static readonly Gen<Schedule> AnySchedule = Gen.Select(
        Gen.Int[1, 30], Gen.Int[1, 40], (interval, grace) => new Schedule(TimeSpan.FromSeconds(interval), TimeSpan.FromSeconds(grace)));

    public static readonly Gen<FirstDeadline> AnyStart = Gen.Bool.Select(first => first ? FirstDeadline.FirstHeartbeat : FirstDeadline.Creation);

    public static readonly Gen<Outage[]> AnyOutages = Gen.Select(
        Gen.Int[0, 600], Gen.Int[0, 90], Gen.Int[0, 2],
        (from, length, cause) => new Outage(Second(from), Second(from + length), (OutageCause)cause)).Array[0, 4];

    public static readonly Gen<MaintenanceWindow[]> AnyWindows = Gen.Select(
        Gen.Int[0, 600], Gen.Int[1, 90], (from, length) => MonitorStory.Once(Second(from), Second(from + length))).Array[0, 4];

    /// <summary>Events on a clock that only goes forward.</summary>
    public static readonly Gen<MonitorEvent[]> Forward = Of(EventKind.MaintenanceBegan);

    /// <summary>Events on a clock that is set back now and then.</summary>
    public static readonly Gen<MonitorEvent[]> WithClockSteps = Of(EventKind.ClockSetBack);

    public static DateTimeOffset Second(int second) => Narration.Start.AddSeconds(second);

    /// <summary>
    /// Lets the events happen as the server would: whatever is due is judged before anything else is decided.
    /// <paramref name="after"/> sees the story after every event.
    /// </summary>
    public static MonitorStory Live(
        this MonitorStory story, IEnumerable<MonitorEvent> events, Action<MonitorStory, MonitorEvent, DateTimeOffset>? after = null)
    {
        var now = story.State.Since;
        foreach (var happening in events)
        {
            now = happening.Kind == EventKind.ClockSetBack ? now.AddSeconds(-happening.Gap) : now.AddSeconds(happening.Gap);
            if (happening.Kind == EventKind.ClockSetBack) story.ClockSetBack(now);
            story.Judge(now);
            Happen(story, happening, now);
            after?.Invoke(story, happening, now);
        }
        return story;
    }

    private static void Happen(MonitorStory story, MonitorEvent happening, DateTimeOffset now)
    {
        switch (happening.Kind)
        {
            case EventKind.Beat: story.Beat(now); break;
            case EventKind.DelayedBeat: story.DelayedBeat(now.AddSeconds(-happening.Age), now); break;
            case EventKind.Pause: story.Pause(now); break;
            case EventKind.Resume: story.Resume(now); break;
            case EventKind.Edit: story.Edit(happening.Schedule, happening.Starts, now); break;
            case EventKind.MaintenanceBegan: story.Begin(now); break;
            default: break;
        }
    }

    private static Gen<MonitorEvent[]> Of(EventKind last) => Gen.Select(
        Gen.Int[0, (int)last], Gen.Int[0, 80], Gen.Int[0, 90], AnySchedule, AnyStart,
        (kind, gap, age, schedule, starts) => new MonitorEvent((EventKind)kind, gap, age, schedule, starts)).Array[0, 40];
}
