using Exemplar.Core.Ids;
using Exemplar.Server.Requests;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Channels;

/// <summary>Reads channels out of request bodies and names everything that is wrong with them.</summary>
internal sealed class ChannelFields(ChannelKinds kinds, ChannelConfigReader configs, ChannelSecrets secrets, MonitorStore monitors)
{
    private const int MostMonitors = 1_000;

    /// <summary>A channel to be made, and its kind; null when anything is wrong with it.</summary>
    public async Task<(string Kind, ChannelChange Channel)?> ReadNewAsync(
        JsonFields fields, int organizationNumber, EntityId id, CancellationToken cancellationToken)
    {
        fields.Require("kind");
        fields.Require("name");
        fields.Require("config");
        var word = fields.Line("kind", 1, 50);
        if (word is not null && !kinds.TryFind(word, out _)) fields.Errors.Add("kind", "must be one of " + kinds.Words);
        var change = await ReadAsync(fields, organizationNumber, cancellationToken);
        var allMonitors = change.AllMonitors ?? (change.Tags is not { Count: > 0 } && change.MonitorIds is not { Count: > 0 });
        var config = kinds.TryFind(word, out var kind) && fields.Has("config")
            ? configs.Read(kind, fields.Element(ChannelConfigReader.Name), stored: null, fields.Errors)
            : null;
        return fields.Errors.Any || config is null
            ? null
            : (word!, change with { AllMonitors = allMonitors, Config = secrets.Seal(config, id) });
    }

    /// <summary>A change of a channel; null when anything is wrong with it.</summary>
    public async Task<ChannelChange?> ReadEditAsync(JsonFields fields, StoredChannel stored, CancellationToken cancellationToken)
    {
        if (fields.Line("kind", 1, 50) is { } word && word != stored.Kind) fields.Errors.Add("kind", "cannot be changed");
        var change = await ReadAsync(fields, stored.OrganizationNumber, cancellationToken);
        if (fields.Has("config"))
        {
            if (!kinds.TryFind(stored.Kind, out var kind)) fields.Errors.Add("config", "belongs to a kind that the operator of this server does not allow");
            else if (configs.Read(kind, fields.Element(ChannelConfigReader.Name), secrets.Open(stored.Config, stored.Id), fields.Errors) is { } config)
                change = change with { Config = secrets.Seal(config, stored.Id), OnlyConfig = stored.Config };
        }
        return fields.Errors.Any ? null : change;
    }

    private async Task<ChannelChange> ReadAsync(JsonFields fields, int organizationNumber, CancellationToken cancellationToken) => new(
        fields.Line("name", 1, 200), Config: null, fields.Flag("all_monitors"), fields.Tags("tags"),
        await MonitorsAsync(fields, organizationNumber, cancellationToken));

    private async Task<IReadOnlyList<EntityId>?> MonitorsAsync(JsonFields fields, int organizationNumber, CancellationToken cancellationToken)
    {
        if (fields.Strings("monitor_ids", MostMonitors) is not { } texts) return null;
        var ids = new List<EntityId>();
        for (var i = 0; i < texts.Count; i++)
        {
            if (!EntityId.TryParse(texts[i], out var id)) fields.Errors.Add($"monitor_ids[{i}]", "must be 24 hex digits");
            else if (!ids.Contains(id)) ids.Add(id);
        }
        var known = await monitors.KnownAsync(organizationNumber, ids, cancellationToken);
        foreach (var id in ids.Where(id => !known.Contains(id)))
            fields.Errors.Add($"monitor_ids[{IndexOf(texts, id)}]", "is no monitor of the organization");
        return ids;
    }

    private static int IndexOf(IReadOnlyList<string> texts, EntityId id) =>
        texts.Index().First(text => EntityId.TryParse(text.Item, out var same) && same == id).Index;
}
