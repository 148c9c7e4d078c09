using Exemplar.Core.Routing;
using Exemplar.Server.Requests;
using Exemplar.Storage.Routing;

namespace Exemplar.Server.Routing;

/// <summary>Reads rotations out of request bodies and names everything that is wrong with them.</summary>
internal sealed class RotationFields(RouteStore routes)
{
    /// <summary>A rotation to be made; null when anything is wrong with it.</summary>
    public async Task<RotationChange?> ReadNewAsync(JsonFields fields, int organizationNumber, CancellationToken cancellationToken)
    {
        foreach (var name in new[] { "name", "time_zone", "hand_over", "participants" }) fields.Require(name);
        return await ReadAsync(fields, organizationNumber, [], cancellationToken);
    }

    /// <summary>A change of a rotation; null when anything is wrong with it.</summary>
    public async Task<RotationChange?> ReadEditAsync(JsonFields fields, StoredRotation stored, CancellationToken cancellationToken)
    {
        var present = stored.Rotation.Participants;
        return await ReadAsync(fields, stored.OrganizationNumber, present, cancellationToken) is { } change
            // Whoever is to stand in was looked up among those who take part now.
            ? change is { Overrides: not null, Participants: null } ? change with { OnlyParticipants = present } : change
            : null;
    }

    private async Task<RotationChange?> ReadAsync(
        JsonFields fields, int organizationNumber, IReadOnlyList<Participant> present, CancellationToken cancellationToken)
    {
        var channels = new NamedIds(fields.Errors);
        var (name, zone, startsAt) = (fields.Line("name", 1, RoutingLimits.LongestName), fields.Zone("time_zone"), fields.NearMoment("starts_at"));
        var handOver = HandOver(fields);
        var participants = Participants(fields, channels);
        var overrides = Overrides(fields, participants ?? present);
        var names = await routes.NamesAsync(organizationNumber, [], cancellationToken);
        channels.Check(names.Channels, "is no channel of the organization");
        return fields.Errors.Any ? null : new RotationChange(name, zone, handOver, startsAt, participants, overrides);
    }

    private static HandOver? HandOver(JsonFields fields)
    {
        if (!fields.Has("hand_over") || fields.Errors.Inner(fields.Element("hand_over"), "hand_over", "an object with every, day and at") is not { } read) return null;
        read.Require("every");
        read.Require("at");
        var every = read.Word<HandOverEvery>("every");
        if (every == HandOverEvery.Weekly) read.Require("day");
        var (day, at) = (read.Word<DayOfWeek>("day"), read.Time("at"));
        fields.Errors.Take("hand_over", read);
        return every is null || at is null ? null : new HandOver(every.Value, day ?? DayOfWeek.Monday, at.Value);
    }

    private static List<Participant>? Participants(JsonFields fields, NamedIds channels)
    {
        if (fields.Objects("participants", 1, RoutingLimits.Participants, "participants") is not { } items) return null;
        var participants = new List<Participant>();
        foreach (var (i, item) in items.Index())
        {
            var place = $"participants[{i}]";
            if (fields.Errors.Inner(item, place, "an object with name and channel_id") is not { } read) continue;
            read.Require("name");
            read.Require("channel_id");
            var (name, channel) = (read.Line("name", 1, RoutingLimits.LongestName), read.Line("channel_id", 1, 100));
            if (participants.Any(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase))) read.Errors.Add("name", "is used by another participant");
            fields.Errors.Take(place, read);
            if (channel is not null && channels.Read(channel, place + ".channel_id") is { } id && name is not null) participants.Add(new Participant(name, id));
        }
        return participants;
    }

    private static List<RotationOverride>? Overrides(JsonFields fields, IReadOnlyList<Participant> participants)
    {
        if (fields.Objects("overrides", 0, RoutingLimits.Overrides, "overrides") is not { } items) return null;
        var overrides = new List<RotationOverride>();
        foreach (var (i, item) in items.Index())
        {
            var place = $"overrides[{i}]";
            if (fields.Errors.Inner(item, place, "an object with from, to and participant") is not { } read) continue;
            foreach (var name in new[] { "from", "to", "participant" }) read.Require(name);
            var (from, to, who) = (read.NearMoment("from"), read.NearMoment("to"), read.Line("participant", 1, RoutingLimits.LongestName));
            if (to <= from) read.Errors.Add("to", "must be after from");
            else if (to - from > RoutingLimits.LongestOverride) read.Errors.Add("to", $"must be at most {RoutingLimits.LongestOverride.TotalDays} days after from");
            if (who is not null && !participants.Any(p => string.Equals(p.Name, who, StringComparison.OrdinalIgnoreCase)))
                read.Errors.Add("participant", "is no participant of this rotation");
            fields.Errors.Take(place, read);
            if (from is { } begin && to is { } end && who is not null) overrides.Add(new RotationOverride(begin, end, who));
        }
        return overrides;
    }
}
