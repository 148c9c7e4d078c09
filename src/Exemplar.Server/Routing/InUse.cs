using Exemplar.Server.Problems;
using Exemplar.Storage.Routing;

namespace Exemplar.Server.Routing;

/// <summary>Says why something stays: somebody would no longer be told, and nobody would notice.</summary>
internal static class InUse
{
    private const int Named = 10;

    public static ProblemResult Problem(ProblemKind kind, Removal removal) => new(kind, Words(removal));

    /// <summary>"It is used by route Databases. Take it out of there first."</summary>
    public static string Words(Removal removal)
    {
        var more = removal.UsedBy.Count > Named ? $" and {removal.UsedBy.Count - Named} more" : "";
        return $"It is used by {string.Join(", ", removal.UsedBy.Take(Named))}{more}. Take it out of there first.";
    }
}
