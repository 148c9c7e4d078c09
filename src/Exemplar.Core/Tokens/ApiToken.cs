using Exemplar.Core.Ids;

namespace Exemplar.Core.Tokens;

/// <summary>An API access token as it is kept: everything but its text.</summary>
/// <param name="Id">Its public id.</param>
/// <param name="OrganizationNumber">The one organization it sees.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="Hint">Its first characters, to tell it from others.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From when on it is refused; null when it does not expire.</param>
/// <param name="LastUsedAt">When it was last seen, to the minute; null when it never was.</param>
/// <param name="RevokedAt">When it was revoked; null while it is not.</param>
public sealed record ApiToken(
    EntityId Id,
    int OrganizationNumber,
    string Name,
    TokenScopes Scopes,
    string Hint,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt)
{
    /// <summary>The network address of its last use; null when it never was used or the address is not known.</summary>
    public string? LastUsedFrom { get; init; }

    /// <summary>True when it may be used at <paramref name="now"/>.</summary>
    public bool IsUsable(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is not { } end || now < end);
}
