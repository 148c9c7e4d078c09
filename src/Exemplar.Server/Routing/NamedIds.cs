using Exemplar.Core.Ids;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Routing;

/// <summary>Ids that a request names, each with the field that does. Whether the organization has them is found out for all of them at once.</summary>
internal sealed class NamedIds(FieldErrors errors)
{
    private readonly List<(EntityId Id, string Field)> _ids = [];

    public IReadOnlyCollection<EntityId> All => [.. _ids.Select(named => named.Id).Distinct()];

    /// <summary>One id; null, and an error, when it is none.</summary>
    public EntityId? Read(string text, string field)
    {
        if (EntityId.TryParse(text, out var id))
        {
            _ids.Add((id, field));
            return id;
        }
        errors.Add(field, "must be 24 hex digits");
        return null;
    }

    /// <summary>A list of ids, each once.</summary>
    public IReadOnlyList<EntityId>? Read(JsonFields fields, string name, int most) => fields.Strings(name, most) is { } texts
        ? [.. texts.Select((text, i) => Read(text, $"{name}[{i}]")).OfType<EntityId>().Distinct()]
        : null;

    /// <summary>Names those that are not known.</summary>
    public void Check(IReadOnlyDictionary<EntityId, string> known, string message)
    {
        foreach (var (id, field) in _ids)
            if (!known.ContainsKey(id)) errors.Add(field, message);
    }
}
