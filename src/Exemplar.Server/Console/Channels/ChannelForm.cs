using System.Globalization;
using Exemplar.Core.Ids;
using Exemplar.Server.Channels;
using Exemplar.Storage.Channels;

namespace Exemplar.Server.Console.Channels;

/// <summary>A name and a value that belong together, such as a header.</summary>
public sealed class PairRow
{
    public string Name { get; set; } = "";

    public string Value { get; set; } = "";

    /// <summary>Stands there already and is secret: its value is not shown, and kept unless a new one is typed.</summary>
    public bool IsStored { get; init; }

    public bool IsRemoved { get; set; }
}

/// <summary>
/// What somebody typed about a channel, as the dialog holds it. A secret that is stored never gets in here, only that there is one.
/// </summary>
internal sealed class ChannelForm
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<PairRow>> _pairs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _stored = new(StringComparer.Ordinal);
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);

    public string Name { get; set; } = "";

    public bool AllMonitors { get; set; } = true;

    /// <summary>Separated by commas.</summary>
    public string Tags { get; set; } = "";

    public List<EntityId> MonitorIds { get; } = [];

    public string this[string field]
    {
        get => _values.GetValueOrDefault(field, "");
        set => _values[field] = value;
    }

    /// <summary>An empty form, with what stands when nothing is typed.</summary>
    public static ChannelForm New(IChannel? kind) => new ChannelForm().WithDefaults(kind);

    /// <summary>A stored channel; without its fields when <paramref name="config"/> is null, for nobody can read them any more.</summary>
    public static ChannelForm Of(StoredChannel channel, IChannel? kind, ChannelConfig? config)
    {
        var form = new ChannelForm
        {
            Name = channel.Name, AllMonitors = channel.Route.AllMonitors, Tags = string.Join(", ", channel.Route.Tags),
        };
        form.MonitorIds.AddRange(channel.Route.MonitorIds);
        if (kind is null || config is null) return form.WithDefaults(kind);
        foreach (var field in kind.Fields)
        {
            if (field.Shape == FieldShape.Pairs)
                form._pairs[field.Name] = [.. config.Pairs(field.Name).Select(pair => new PairRow
                {
                    Name = pair.Key, Value = field.IsSecret ? "" : pair.Value, IsStored = field.IsSecret,
                })];
            else if (!field.IsSecret) form[field.Name] = config[field.Name];
            else if (config.Has(field.Name)) form._stored.Add(field.Name);
        }
        return form;
    }

    /// <summary>Takes another kind: what was typed for the one before is gone.</summary>
    public void Change(IChannel? kind)
    {
        _values.Clear();
        _pairs.Clear();
        WithDefaults(kind);
    }

    public List<PairRow> Pairs(string field) => _pairs.TryGetValue(field, out var rows) ? rows : _pairs[field] = [];

    /// <summary>Whether a secret is there that stays unless something is typed.</summary>
    public bool IsSet(string field) => _stored.Contains(field) && !_removed.Contains(field);

    public bool IsRemoved(string field) => _removed.Contains(field);

    public void Remove(string field, bool removed)
    {
        if (removed) _removed.Add(field);
        else _removed.Remove(field);
    }

    /// <summary>As the API takes it.</summary>
    public Dictionary<string, object?> ToJson(string? newKind, IChannel? kind)
    {
        var json = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["name"] = Name,
            ["all_monitors"] = AllMonitors,
            ["tags"] = AllMonitors ? [] : Tags.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            ["monitor_ids"] = AllMonitors ? [] : MonitorIds.Select(id => id.ToString()).ToArray(),
        };
        if (newKind is not null) json["kind"] = newKind;
        if (kind is not null) json["config"] = Config(kind);
        return json;
    }

    private Dictionary<string, object?> Config(IChannel kind)
    {
        var config = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var field in kind.Fields)
        {
            if (field.Shape == FieldShape.Pairs) config[field.Name] = PairsOf(field);
            else if (!field.IsSecret || this[field.Name].Length > 0) config[field.Name] = Typed(field, this[field.Name]);
            else if (IsRemoved(field.Name)) config[field.Name] = null;
        }
        return config;
    }

    private Dictionary<string, string?> PairsOf(ChannelField field)
    {
        var pairs = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var row in Pairs(field.Name))
        {
            if (row.IsRemoved) pairs[row.Name] = null;
            else if (row.IsStored && row.Value.Length == 0) continue;
            else if (row.Name.Length > 0 || row.Value.Length > 0) pairs[row.Name.Trim()] = row.Value;
        }
        return pairs;
    }

    // What is no number goes on as it was typed, so that the rules of the API say what is wrong with it.
    private static object Typed(ChannelField field, string text) => field.Shape switch
    {
        FieldShape.Switch => text == "true",
        FieldShape.Number when int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };

    private ChannelForm WithDefaults(IChannel? kind)
    {
        foreach (var field in kind?.Fields ?? [])
            if (field.Default is { } otherwise) this[field.Name] = otherwise;
        return this;
    }
}
