using System.ComponentModel;
using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Storage.Tokens;

namespace Exemplar.Server.Tokens;

/// <summary>A token as the API shows it: everything but its text.</summary>
[Description("An API access token, without its text.")]
internal record TokenResource
{
    public required EntityId Id { get; init; }

    public required string Name { get; init; }

    [Description("What it may do: heartbeat, read, write (includes both), admin (includes all).")]
    public required IReadOnlyList<string> Scopes { get; init; }

    [Description("The token's first characters, to tell it from others.")]
    public required string Hint { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    [Description("From when on it is refused; null when it does not expire.")]
    public required DateTimeOffset? ExpiresAt { get; init; }

    [Description("When it was last used, to the minute; null when it never was.")]
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

/// <summary>A token that has just been made.</summary>
[Description("A new token. This is the only time its text is shown.")]
internal sealed record CreatedTokenResource : TokenResource
{
    [Description("The text to send in X-API-Key or as Authorization: Bearer. Keep it; it cannot be shown again.")]
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

/// <summary>The body of a creation, for the documentation; <see cref="TokenEndpoints"/> reads it field by field.</summary>
[Description("A token to be made.")]
internal sealed record TokenCreation
{
    [Description("1 to 200 characters.")]
    public required string Name { get; init; }

    [Description("One or more of heartbeat, read, write, admin.")]
    public required IReadOnlyList<string> Scopes { get; init; }

    [Description("From when on it is refused; left out or null when it does not expire.")]
    public DateTimeOffset? ExpiresAt { get; init; }
}
