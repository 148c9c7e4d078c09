using Exemplar.Core.Ids;
using Exemplar.Core.Routing;
using Exemplar.Storage.Routing;

namespace Exemplar.Server.Routing;

/// <summary>People who are on call one after the other.</summary>
internal sealed record RotationResource
{
    public required EntityId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>A name of the tz database, such as Europe/Berlin. Hand-overs follow its clocks.</summary>
    public required string TimeZone { get; init; }

    public required HandOverResource HandOver { get; init; }

    /// <summary>When the first participant begins; nobody is on call before.</summary>
    public required DateTimeOffset StartsAt { get; init; }

    /// <summary>In the order in which they are on call.</summary>
    public required IReadOnlyList<ParticipantResource> Participants { get; init; }

    /// <summary>Of two at the same time the later in the list counts.</summary>
    public required IReadOnlyList<OverrideResource> Overrides { get; init; }

    /// <summary>Who is on call now; null when nobody is.</summary>
    public required string? OnCall { get; init; }

    /// <summary>Channels of participants that are no longer there: nobody can be reached over them.</summary>
    public required IReadOnlyList<EntityId> Missing { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static RotationResource Of(StoredRotation stored, RoutingNames names, DateTimeOffset now)
    {
        var rotation = stored.Rotation;
        return new RotationResource
        {
            Id = rotation.Id,
            Name = rotation.Name,
            TimeZone = rotation.Zone.Id,
            HandOver = HandOverResource.Of(rotation.HandOver),
            StartsAt = rotation.StartsAt,
            Participants = [.. rotation.Participants.Select(p => new ParticipantResource { Name = p.Name, ChannelId = p.ChannelId })],
            Overrides = [.. rotation.Overrides.Select(o => new OverrideResource { From = o.From, To = o.To, Participant = o.Participant })],
            OnCall = rotation.OnCallAt(now)?.Name,
            Missing = names.MissingIn(rotation),
            CreatedAt = stored.CreatedAt,
            UpdatedAt = stored.UpdatedAt,
        };
    }
}

/// <summary>When one hands over to the next.</summary>
internal sealed record HandOverResource
{
    public required HandOverEvery Every { get; init; }

    /// <summary>Of a weekly hand-over.</summary>
    public DayOfWeek? Day { get; init; }

    /// <summary>Local time, such as 09:00.</summary>
    public required string At { get; init; }

    public static HandOverResource Of(HandOver handOver) => new()
    {
        Every = handOver.Every,
        Day = handOver.Every == HandOverEvery.Weekly ? handOver.Day : null,
        At = RouteHoursResource.Text(handOver.At),
    };
}

/// <summary>Somebody who is on call at times.</summary>
internal sealed record ParticipantResource
{
    /// <summary>1 to 100 characters; one that no other participant has.</summary>
    public required string Name { get; init; }

    /// <summary>The channel that reaches them.</summary>
    public required EntityId ChannelId { get; init; }
}

/// <summary>Somebody stands in for whoever would be on call.</summary>
internal sealed record OverrideResource
{
    public required DateTimeOffset From { get; init; }

    /// <summary>At most 366 days later.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The name of a participant.</summary>
    public required string Participant { get; init; }
}

/// <summary>Who is on call at a moment, and who is next.</summary>
internal sealed record OnCallResource
{
    public required DateTimeOffset At { get; init; }

    /// <summary>Null when nobody is.</summary>
    public required string? Participant { get; init; }

    public required EntityId? ChannelId { get; init; }

    /// <summary>Until when; null when nobody takes over.</summary>
    public required DateTimeOffset? Until { get; init; }

    /// <summary>Who takes over then; null when nobody does.</summary>
    public required string? Next { get; init; }

    public static OnCallResource Of(Rotation rotation, DateTimeOffset at)
    {
        var turns = rotation.Turns(at, 2);
        return new OnCallResource
        {
            At = at,
            Participant = turns[0].Participant?.Name,
            ChannelId = turns[0].Participant?.ChannelId,
            Until = turns[0].To,
            Next = turns is [_, var next, ..] ? next.Participant?.Name : null,
        };
    }
}

// Only for the documentation: RotationFields reads it field by field.
/// <summary>A rotation to be made.</summary>
internal sealed record RotationCreation
{
    /// <summary>1 to 100 characters.</summary>
    public required string Name { get; init; }

    public required string TimeZone { get; init; }

    public required HandOverResource HandOver { get; init; }

    /// <summary>Left out: now.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>1 to 50.</summary>
    public required IReadOnlyList<ParticipantResource> Participants { get; init; }

    /// <summary>Up to 200.</summary>
    public IReadOnlyList<OverrideResource>? Overrides { get; init; }
}

// Only for the documentation: RotationFields reads it field by field.
/// <summary>The fields to change; what is left out stays as it is.</summary>
internal sealed record RotationEdit
{
    /// <summary>1 to 100 characters.</summary>
    public string? Name { get; init; }

    public string? TimeZone { get; init; }

    public HandOverResource? HandOver { get; init; }

    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Replaces all of them. Overrides of those who are gone go with them.</summary>
    public IReadOnlyList<ParticipantResource>? Participants { get; init; }

    /// <summary>Replaces all overrides.</summary>
    public IReadOnlyList<OverrideResource>? Overrides { get; init; }
}
