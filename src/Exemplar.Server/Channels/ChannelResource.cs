using System.Text.Json.Nodes;
using Exemplar.Core.Ids;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Deliveries;

namespace Exemplar.Server.Channels;

/// <summary>A way to tell somebody.</summary>
internal sealed record ChannelResource
{
    public required EntityId Id { get; init; }

    /// <summary>webhook, email, slack, … It cannot be changed.</summary>
    public required string Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>
    /// The fields of its kind. A secret never comes back: instead of token there is token_set. Null when the server cannot read
    /// it, because the keys it was stored with are gone.
    /// </summary>
    public required JsonObject? Config { get; init; }

    /// <summary>Whether it tells of every monitor, also of those to come.</summary>
    public required bool AllMonitors { get; init; }

    /// <summary>Otherwise: of monitors with any of these tags,</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>and of these monitors.</summary>
    public required IReadOnlyList<EntityId> MonitorIds { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>When it last delivered an alert; null when it never did.</summary>
    public required DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Since when alerts could not be delivered; null when the last attempt succeeded.</summary>
    public required DateTimeOffset? FailingSince { get; init; }

    /// <summary>Why the last attempt that failed did.</summary>
    public required string? LastFailure { get; init; }

    public static ChannelResource Of(StoredChannel channel, ChannelKinds kinds, ChannelSecrets secrets) => new()
    {
        Id = channel.Id,
        Kind = channel.Kind,
        Name = channel.Name,
        Config = kinds.TryFind(channel.Kind, out var kind) && secrets.Open(channel.Config, channel.Id) is { } config
            ? ChannelConfigView.Of(kind, config)
            : null,
        AllMonitors = channel.Route.AllMonitors,
        Tags = channel.Route.Tags,
        MonitorIds = channel.Route.MonitorIds,
        CreatedAt = channel.CreatedAt,
        UpdatedAt = channel.UpdatedAt,
        DeliveredAt = channel.DeliveredAt,
        FailingSince = channel.FailingSince,
        LastFailure = channel.LastFailure,
    };
}

/// <summary>What the other side said to a test.</summary>
internal sealed record ChannelTestResource
{
    /// <summary>delivered; retry when it may work later; refused when the channel has to be changed.</summary>
    public required AttemptOutcome Outcome { get; init; }

    /// <summary>The other side's answer, or why there was none.</summary>
    public required string Detail { get; init; }
}

// Only for the documentation: ChannelFields reads it field by field.
/// <summary>A channel to be made.</summary>
internal sealed record ChannelCreation
{
    /// <summary>webhook, email, slack, …</summary>
    public required string Kind { get; init; }

    /// <summary>1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>The fields of its kind.</summary>
    public required JsonObject Config { get; init; }

    /// <summary>Left out: true unless tags or monitors are named.</summary>
    public bool? AllMonitors { get; init; }

    /// <summary>Up to 50 tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Up to 1000 monitors of the organization.</summary>
    public IReadOnlyList<EntityId>? MonitorIds { get; init; }
}

// Only for the documentation: ChannelFields reads it field by field.
/// <summary>The fields to change; what is left out stays as it is.</summary>
internal sealed record ChannelEdit
{
    /// <summary>1 to 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Merged into what is there: a field that is left out keeps its value, null removes it.</summary>
    public JsonObject? Config { get; init; }

    public bool? AllMonitors { get; init; }

    /// <summary>Replaces all tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Replaces all monitors.</summary>
    public IReadOnlyList<EntityId>? MonitorIds { get; init; }
}
