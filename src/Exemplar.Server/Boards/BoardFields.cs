using System.Text.Json;
using Exemplar.Core.Boards;
using Exemplar.Core.Ids;
using Exemplar.Server.Requests;
using Exemplar.Storage.Boards;

namespace Exemplar.Server.Boards;

/// <summary>Reads a board out of a request body and collects what is wrong with it, down to the single monitor of a service.</summary>
/// <param name="root">A JSON object.</param>
/// <param name="nullIsAbsent">Whether an explicit null means the same as a field that is left out.</param>
/// <param name="present">The services that the board has: one that is sent without a slug keeps the one it has under its name.</param>
internal sealed class BoardFields(JsonElement root, bool nullIsAbsent, IReadOnlyList<Service> present)
{
    private readonly JsonFields _fields = new(root, nullIsAbsent);
    private readonly List<(EntityId Id, string Field)> _monitors = [];

    /// <summary>What is wrong; whoever calls looks at it before using what was read.</summary>
    public FieldErrors Errors => _fields.Errors;

    /// <summary>A board to be made. A slug that is left out follows from the name.</summary>
    public NewBoard ReadNew()
    {
        _fields.Require("name");
        var change = ReadChange();
        var slug = change.Slug;
        if (!_fields.Has("slug") && change.Name is { } name)
        {
            slug = Slug.From(name);
            if (slug.Length == 0) Errors.Add("slug", "is required: none follows from this name");
        }
        return new NewBoard(
            change.Name ?? "", slug ?? "", change.IsPublished ?? false, change.Title, change.ShowsMonitors ?? false, change.Services ?? []);
    }

    /// <summary>The fields that are given. A title of null or of nothing takes the title away.</summary>
    public BoardChange ReadChange()
    {
        var clearsTitle = root.TryGetProperty("title", out var title)
            && (title.ValueKind == JsonValueKind.Null || (title.ValueKind == JsonValueKind.String && title.ValueEquals("")));
        return new BoardChange(
            _fields.Line("name", 1, BoardLimits.LongestName),
            ReadSlug(_fields, Slug.IsValid, Slug.Rule),
            ReadSwitch("published"),
            clearsTitle ? null : _fields.Line("title", 1, BoardLimits.LongestName),
            ReadSwitch("show_monitors"),
            ReadServices())
        {
            ClearsTitle = clearsTitle,
        };
    }

    /// <summary>Names the fields behind what the store found.</summary>
    public void Add(BoardFaults faults)
    {
        if (faults.SlugTaken) Errors.Add("slug", "is taken by another board of this server");
        foreach (var (id, field) in _monitors)
            if (faults.UnknownMonitors?.Contains(id) == true) Errors.Add(field, "is no monitor of this organization");
    }

    private bool? ReadSwitch(string name)
    {
        if (!_fields.Has(name)) return null;
        var value = root.GetProperty(name);
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Errors.Add(name, "must be true or false");
        return null;
    }

    private static string? ReadSlug(JsonFields fields, Func<string, bool> isValid, string rule)
    {
        if (fields.Line("slug", 0, 1_000) is not { } slug) return null;
        if (isValid(slug)) return slug;
        fields.Errors.Add("slug", rule);
        return null;
    }

    private List<Service>? ReadServices()
    {
        if (!_fields.Has("services")) return null;
        var list = root.GetProperty("services");
        if (list.ValueKind != JsonValueKind.Array) Errors.Add("services", "must be a list of services");
        else if (list.GetArrayLength() > BoardLimits.Services) Errors.Add("services", $"must hold at most {BoardLimits.Services} services");
        else return WithSlugs([.. list.EnumerateArray().Select(ReadService)]);
        return null;
    }

    private (Service Service, string? Slug) ReadService(JsonElement item, int position)
    {
        var place = $"services[{position}]";
        if (item.ValueKind != JsonValueKind.Object)
        {
            Errors.Add(place, "must be an object with name, monitor_ids and tags");
            return (new Service("", "", [], []), null);
        }
        var fields = new JsonFields(item, nullIsAbsent: true);
        fields.Require("name");
        var name = fields.Line("name", 1, BoardLimits.LongestName);
        var slug = ReadSlug(fields, Slug.IsValidForService, Slug.Rule + ", and not badge, feed or logo");
        var tags = fields.Tags("tags") ?? [];
        if (tags.Count > BoardLimits.Tags) fields.Errors.Add("tags", $"must hold at most {BoardLimits.Tags} tags");
        var monitors = ReadMonitors(fields, place);
        foreach (var (field, messages) in fields.Errors.ByField)
            foreach (var message in messages) Errors.Add($"{place}.{field}", message);
        return (new Service(name ?? "", "", monitors, tags), slug);
    }

    private List<EntityId> ReadMonitors(JsonFields fields, string place)
    {
        var ids = new List<EntityId>();
        var texts = fields.Strings("monitor_ids", BoardLimits.MonitorsByHand) ?? [];
        for (var i = 0; i < texts.Count; i++)
        {
            if (!EntityId.TryParse(texts[i], out var id)) fields.Errors.Add($"monitor_ids[{i}]", "must be 24 hex digits");
            else
            {
                _monitors.Add((id, $"{place}.monitor_ids[{i}]"));
                if (!ids.Contains(id)) ids.Add(id);
            }
        }
        return ids;
    }

    // Slugs that are given come first, so that none that is made up takes the place of one.
    private List<Service> WithSlugs(List<(Service Service, string? Slug)> read)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < read.Count; i++)
            if (read[i].Slug is { } given && !taken.Add(given)) Errors.Add($"services[{i}].slug", "is used by another service of the board");
        var kept = present.ToLookup(s => s.Name, s => s.Slug, StringComparer.Ordinal);
        var services = new List<Service>();
        foreach (var (service, given) in read)
        {
            var slug = given ?? kept[service.Name].FirstOrDefault(s => !taken.Contains(s)) ?? Slug.ForService(service.Name, taken);
            taken.Add(slug);
            services.Add(service with { Slug = slug });
        }
        return services;
    }
}
