using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Storage.Tokens;

namespace Exemplar.Server.Tokens;

/// <summary>An API access token, without its text.</summary>
internal record TokenResource
{
    public required EntityId Id { get; init; }

    public required string Name { get; init; }

    /// <summary>What it may do: heartbeat, read, write (includes both), admin (includes all).</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>The token's first characters, to tell it from others.</summary>
    public required string Hint { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused; null when it does not expire.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was last used, to the minute; null when it never was.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    public static TokenResource Of(ApiToken token) => new()
    {
        Id = token.Id,
        Name = token.Name,
        Scopes = ScopeNames.Of(token.Scopes),
        Hint = token.Hint,
        CreatedAt = token.CreatedAt,
        ExpiresAt = token.ExpiresAt,
        LastUsedAt = token.LastUsedAt,
    };
}

/// <summary>A new token. This is the only time its text is shown.</summary>
internal sealed record CreatedTokenResource : TokenResource
{
    /// <summary>The text to send in X-API-Key or as Authorization: Bearer. Keep it; it cannot be shown again.</summary>
    public required string Token { get; init; }

    public static CreatedTokenResource Of(CreatedToken created) => new()
    {
        Id = created.Token.Id,
        Name = created.Token.Name,
        Scopes = ScopeNames.Of(created.Token.Scopes),
        Hint = created.Token.Hint,
        CreatedAt = created.Token.CreatedAt,
        ExpiresAt = created.Token.ExpiresAt,
        LastUsedAt = created.Token.LastUsedAt,
        Token = created.Text,
    };
}

// Only for the documentation: TokenEndpoints reads it field by field.
/// <summary>A token to be made.</summary>
internal sealed record TokenCreation
{
    /// <summary>1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>One or more of heartbeat, read, write, admin.</summary>
    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>From when on it is refused; left out or null when it does not expire.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
