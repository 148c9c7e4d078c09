using Exemplar.Core.Ids;

namespace Exemplar.Core.Channels;

/// <summary>Which monitors a channel tells of.</summary>
/// <param name="Number">The channel's number inside this database.</param>
/// <param name="AllMonitors">Every monitor of the organization, also those to come.</param>
/// <param name="Tags">Otherwise: monitors with any of these tags,</param>
/// <param name="MonitorIds">and these monitors.</param>
public sealed record ChannelRoute(int Number, bool AllMonitors, IReadOnlyList<string> Tags, IReadOnlyList<EntityId> MonitorIds)
{
    /// <summary>The word of the channel's kind, such as <c>webhook</c>; empty where nobody asks for it.</summary>
    public string Kind { get; init; } = "";

    /// <summary>True when the channel tells of this monitor.</summary>
    public bool Takes(EntityId monitorId, IReadOnlyList<string> monitorTags) =>
        AllMonitors || MonitorIds.Contains(monitorId) || monitorTags.Any(tag => Tags.Contains(tag, StringComparer.Ordinal));
}
