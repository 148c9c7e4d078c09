using System.Diagnostics.CodeAnalysis;
using Exemplar.Core.Tokens;

namespace Exemplar.Server.Tokens;

/// <summary>Scopes as the API spells them.</summary>
internal static class ScopeNames
{
    private static readonly (string Name, TokenScopes Scope)[] Scopes =
    [
        ("heartbeat", TokenScopes.Heartbeat), ("read", TokenScopes.Read), ("write", TokenScopes.Write), ("admin", TokenScopes.Admin),
    ];

    /// <summary>All of them, for an error message.</summary>
    public const string All = "heartbeat, read, write, admin";

    public static IReadOnlyList<string> Of(TokenScopes scopes) =>
        [.. Scopes.Where(s => scopes.HasFlag(s.Scope)).Select(s => s.Name)];

    /// <summary>All named scopes together; false when one of the names is none.</summary>
    public static bool TryParse(IEnumerable<string> names, [NotNullWhen(true)] out TokenScopes? scopes)
    {
        var sum = TokenScopes.None;
        scopes = null;
        foreach (var name in names)
        {
            var scope = Array.Find(Scopes, s => s.Name == name).Scope;
            if (scope == TokenScopes.None) return false;
            sum |= scope;
        }
        scopes = sum;
        return true;
    }
}
