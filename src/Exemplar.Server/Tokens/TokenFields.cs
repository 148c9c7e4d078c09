using Exemplar.Core.Tokens;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Tokens;

/// <summary>Reads what a new token is to be like; the rules are the same for the API and the console.</summary>
internal static class TokenFields
{
    /// <summary>The fields; what is wrong with them is in <see cref="JsonFields.Errors"/>.</summary>
    public static (string? Name, TokenScopes Scopes, DateTimeOffset? ExpiresAt) Read(JsonFields fields, DateTimeOffset now)
    {
        fields.Require("name");
        fields.Require("scopes");
        var name = fields.Line("name", 1, 200);
        var scopes = Scopes(fields);
        var expiresAt = fields.Moment("expires_at");
        if (expiresAt <= now) fields.Errors.Add("expires_at", "must be in the future");
        return (name, scopes, expiresAt);
    }

    private static TokenScopes Scopes(JsonFields fields)
    {
        if (fields.Strings("scopes", 10) is not { } names) return TokenScopes.None;
        if (names.Count == 0) fields.Errors.Add("scopes", "must not be empty");
        else if (ScopeNames.TryParse(names, out var scopes)) return scopes.Value;
        else fields.Errors.Add("scopes", "must hold nothing but " + ScopeNames.All);
        return TokenScopes.None;
    }
}
