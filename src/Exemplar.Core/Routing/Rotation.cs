using Exemplar.Core.Ids;
using Exemplar.Core.Schedules;

namespace Exemplar.Core.Routing;

/// <summary>People who are on call one after the other.</summary>
/// <param name="Number">Its number inside this database.</param>
/// <param name="Id">Its public id.</param>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="Zone">Whose clocks the hand-over follows: at 09:00 local time, in summer and in winter.</param>
/// <param name="HandOver">When one hands over to the next.</param>
/// <param name="StartsAt">When the first participant begins; nobody is on call before.</param>
/// <param name="Participants">In the order in which they are on call, each under a name of their own.</param>
/// <param name="Overrides">Who stands in for whoever it would be; of two that overlap the later in the list counts.</param>
public sealed record Rotation(
    int Number, EntityId Id, string Name, TimeZoneInfo Zone, HandOver HandOver, DateTimeOffset StartsAt,
    IReadOnlyList<Participant> Participants, IReadOnlyList<RotationOverride> Overrides)
{
    /// <summary>Who is on call at a moment; null when nobody is.</summary>
    public Participant? OnCallAt(DateTimeOffset moment)
    {
        for (var i = Overrides.Count - 1; i >= 0; i--)
            if (Overrides[i].From <= moment && moment < Overrides[i].To && Find(Overrides[i].Participant) is { } standIn) return standIn;
        return RegularAt(moment);
    }

    /// <summary>Who is on call from a moment on: the present turn and those after it, at most <paramref name="count"/>.</summary>
    /// <param name="moment">Within the first turn.</param>
    /// <param name="count">How many turns, at least 1.</param>
    public IReadOnlyList<Turn> Turns(DateTimeOffset moment, int count)
    {
        var turns = new List<Turn>();
        var (at, who) = (moment, OnCallAt(moment));
        // An only participant never hands over to anybody: what changes nothing is looked past, but not for ever.
        var end = moment;
        for (var looked = 0; turns.Count < count && looked < MostBoundaries; looked++)
        {
            end = NextBoundary(end);
            var next = OnCallAt(end);
            if (next == who) continue;
            turns.Add(new Turn(who, at, end));
            (at, who) = (end, next);
        }
        if (turns.Count < count) turns.Add(new Turn(who, at, null));
        return turns;
    }

    /// <summary>
    /// The rotation after an edit, with the turn that runs left to whoever has it: nobody's pager changes hands because others join or
    /// leave. Somebody who left hands over to the next of those who stayed. Its start moves for that, unless the edit has set it.
    /// </summary>
    /// <param name="before">As it was.</param>
    /// <param name="now">The moment of the edit.</param>
    public Rotation Keeping(Rotation before, DateTimeOffset now)
    {
        if (StartsAt != before.StartsAt || before.RegularAt(now) is not { } present) return this;
        var at = before.Participants.ToList().FindIndex(p => ReferenceEquals(p, present));
        var heirs = before.Participants.Skip(at).Concat(before.Participants.Take(at)).Select(p => PlaceOf(p.Name)).Where(place => place >= 0).ToList();
        if (heirs.Count == 0) return this;
        var (turns, start) = TurnsSince(StartsAt, now);
        var later = (((turns - heirs[0]) % Participants.Count) + Participants.Count) % Participants.Count;
        if (later > turns) later -= Participants.Count;
        return later == 0 ? this : this with { StartsAt = HandOver.MomentOf(Zone, start + later) };
    }

    private const int MostBoundaries = 500;

    private Participant? RegularAt(DateTimeOffset moment)
    {
        if (moment < StartsAt || Participants.Count == 0) return null;
        return Participants[TurnsSince(StartsAt, moment).Turns % Participants.Count];
    }

    private (int Turns, int Start) TurnsSince(DateTimeOffset start, DateTimeOffset moment)
    {
        var index = HandOver.LastAt(Zone, start).Index;
        return (HandOver.LastAt(Zone, moment).Index - index, index);
    }

    private int PlaceOf(string name) => Participants.ToList().FindIndex(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));

    private Participant? Find(string name) => Participants.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));

    private DateTimeOffset NextBoundary(DateTimeOffset moment)
    {
        var next = HandOver.NextAfter(Zone, moment);
        if (StartsAt > moment && StartsAt < next) next = StartsAt;
        foreach (var one in Overrides)
        {
            if (one.From > moment && one.From < next) next = one.From;
            if (one.To > moment && one.To < next) next = one.To;
        }
        return next;
    }
}

/// <summary>Somebody who is on call at times.</summary>
/// <param name="Name">1 to 100 characters.</param>
/// <param name="ChannelId">The channel that reaches them.</param>
public sealed record Participant(string Name, EntityId ChannelId);

/// <summary>Somebody stands in for whoever would be on call.</summary>
/// <param name="From">Its first moment.</param>
/// <param name="To">The moment after its last.</param>
/// <param name="Participant">The name of one of the participants; one who is no longer among them stands in for nobody.</param>
public sealed record RotationOverride(DateTimeOffset From, DateTimeOffset To, string Participant);

/// <summary>A run of time in which one participant is on call.</summary>
/// <param name="Participant">Who; null when nobody is.</param>
/// <param name="From">From when on.</param>
/// <param name="To">Until when; null when nobody takes over.</param>
public sealed record Turn(Participant? Participant, DateTimeOffset From, DateTimeOffset? To);

/// <summary>How often a rotation hands over. The numbers are stored.</summary>
public enum HandOverEvery
{
    Daily = 1,
    Weekly = 2,
}

/// <summary>When one hands over to the next, by the clock on the wall.</summary>
/// <param name="Every">Every day or every week.</param>
/// <param name="Day">On which day of the week; without meaning when every day.</param>
/// <param name="At">At what time, to the minute. Where clocks skip it, right after the skip; where they show it twice, the first time.</param>
public sealed record HandOver(HandOverEvery Every, DayOfWeek Day, TimeOnly At)
{
    private int Length => Every == HandOverEvery.Weekly ? 7 : 1;

    /// <summary>The last hand-over at or before a moment, and a number that grows by one with each.</summary>
    public (DateTimeOffset Moment, int Index) LastAt(TimeZoneInfo zone, DateTimeOffset moment)
    {
        var index = IndexOf(LocalTime.DayOf(zone, moment)) + 1;
        while (MomentOf(zone, index) > moment) index--;
        return (MomentOf(zone, index), index);
    }

    /// <summary>The first hand-over after a moment.</summary>
    public DateTimeOffset NextAfter(TimeZoneInfo zone, DateTimeOffset moment)
    {
        var index = LastAt(zone, moment).Index + 1;
        // Where a whole day was skipped two hand-overs fall on one moment.
        while (MomentOf(zone, index) <= moment) index++;
        return MomentOf(zone, index);
    }

    /// <summary>The hand-over of a number of <see cref="LastAt"/>.</summary>
    public DateTimeOffset MomentOf(TimeZoneInfo zone, int index) => LocalTime.StartOf(zone, DateOnly.FromDayNumber((index * Length) + Shift).ToDateTime(At));

    private int IndexOf(DateOnly date) => (date.DayNumber - Shift) / Length;

    // Day number 0, 1 January of the year 1, was a Monday.
    private int Shift => Every == HandOverEvery.Weekly ? ((int)Day + 6) % 7 : 0;
}
