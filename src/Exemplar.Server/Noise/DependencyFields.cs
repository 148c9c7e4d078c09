using Exemplar.Core.Ids;
using Exemplar.Server.Requests;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Noise;

/// <summary>Reads what a monitor depends on.</summary>
internal static class DependencyFields
{
    /// <summary>The field of monitors.</summary>
    public const string Name = "depends_on";

    /// <summary>What is wrong when a monitor would come to depend on itself.</summary>
    public const string Circle = "would make the monitor depend on itself";

    private const int Most = 20;

    /// <summary>Ids as they are written; null when the field is absent or wrong.</summary>
    public static IReadOnlyList<EntityId>? Read(JsonFields fields)
    {
        if (fields.Strings(Name, Most) is not { } texts) return null;
        var ids = new List<EntityId>();
        for (var i = 0; i < texts.Count; i++)
        {
            if (!EntityId.TryParse(texts[i], out var id)) fields.Errors.Add($"{Name}[{i}]", "must be 24 hex digits");
            else if (!ids.Contains(id)) ids.Add(id);
        }
        return ids;
    }

    /// <summary>Adds an error for each that is no other monitor of the organization.</summary>
    /// <param name="fields">The body.</param>
    /// <param name="monitors">Knows which monitors there are.</param>
    /// <param name="organizationNumber">Whose.</param>
    /// <param name="dependsOn">What <see cref="Read"/> gave.</param>
    /// <param name="self">The monitor itself; null when it is to be made.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task CheckAsync(
        JsonFields fields, MonitorStore monitors, int organizationNumber, IReadOnlyList<EntityId>? dependsOn, EntityId? self, CancellationToken cancellationToken)
    {
        if (dependsOn is not { Count: > 0 }) return;
        var known = await monitors.KnownAsync(organizationNumber, dependsOn, cancellationToken);
        var texts = fields.Strings(Name, Most)!;
        for (var i = 0; i < texts.Count; i++)
        {
            if (!EntityId.TryParse(texts[i], out var id)) continue;
            if (!known.Contains(id)) fields.Errors.Add($"{Name}[{i}]", "is no monitor of the organization");
            else if (id == self) fields.Errors.Add($"{Name}[{i}]", "is the monitor itself");
        }
    }
}
