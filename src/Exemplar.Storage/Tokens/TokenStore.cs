using System.Security.Cryptography;
using Exemplar.Core.Audit;
using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Ids;
using Exemplar.Storage.Schema;
using Microsoft.EntityFrameworkCore;

namespace Exemplar.Storage.Tokens;

/// <summary>A token that has just been made, with its text: the only time that the text is known.</summary>
public sealed record CreatedToken(ApiToken Token, string Text);

/// <summary>One page of tokens, oldest first.</summary>
/// <param name="Items">The tokens.</param>
/// <param name="NextAfter">What to read the next page after; null when there is none.</param>
public sealed record TokenPage(IReadOnlyList<ApiToken> Items, int? NextAfter);

/// <summary>A token, when it was last seen, and the network address it came from.</summary>
public readonly record struct TokenUse(EntityId TokenId, DateTimeOffset UsedAt, string? From);

/// <summary>What became of an attempt to revoke a token.</summary>
public enum TokenRevocation
{
    /// <summary>It is revoked now.</summary>
    Revoked,

    /// <summary>The organization has no such token, or it was revoked before.</summary>
    NotFound,

    /// <summary>It is the only usable admin token: without it nobody could ever make another.</summary>
    LastAdminToken,
}

/// <summary>Reads and changes API access tokens. A revoked token keeps its row and is found by its hash only.</summary>
public sealed class TokenStore(StorageEngine engine)
{
    /// <summary>The last use of a token is stored at most once in this time.</summary>
    public static readonly TimeSpan UseResolution = TimeSpan.FromMinutes(1);

    private const int HintLength = 8;

    /// <summary>Makes a token with a text of its own.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<CreatedToken> CreateAsync(
        Actor by, string name, TokenScopes scopes, DateTimeOffset? expiresAt, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var text = TokenText.Create(RandomNumberGenerator.GetBytes(TokenText.EntropyBytes));
        TokenHash.TryCompute(text, out var hash);
        return engine.WriteAsync(async unit =>
        {
            var row = NewRow(by.OrganizationNumber, name, scopes, HintOf(text), hash, expiresAt, now);
            unit.Db.Tokens.Add(row);
            var fields = AuditChange.Of(("scopes", null, $"{scopes}".ToLowerInvariant()), ("expires_at", null, expiresAt?.ToString("u")));
            await unit.NoteAsync(by, now, AuditAction.TokenCreated, $"{EntityId.FromBytes(row.Id)}", name, fields, cancellationToken);
            return new CreatedToken(Read(row), text);
        }, cancellationToken);
    }

    /// <summary>The token with this hash, revoked and expired ones included; null when there is none.</summary>
    public async Task<ApiToken?> FindAsync(TokenHash hash, CancellationToken cancellationToken)
    {
        var bytes = hash.ToBytes();
        await using var db = engine.Read();
        return await db.Tokens.AsNoTracking().SingleOrDefaultAsync(t => t.Hash == bytes, cancellationToken) is { } row
            ? Read(row)
            : null;
    }

    /// <summary>The tokens of an organization that are not revoked, oldest first.</summary>
    public async Task<TokenPage> ListAsync(int organizationNumber, int after, int limit, CancellationToken cancellationToken)
    {
        await using var db = engine.Read();
        var rows = await db.Tokens.AsNoTracking()
            .Where(t => t.OrganizationNumber == organizationNumber && t.Number > after && t.RevokedAtMs == null)
            .OrderBy(t => t.Number)
            .Take(limit + 1)
            .ToListAsync(cancellationToken);
        return new TokenPage(
            [.. rows.Take(limit).Select(Read)],
            rows.Count > limit ? rows[limit - 1].Number : null);
    }

    /// <summary>Revokes a token for good.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<TokenRevocation> RevokeAsync(
        Actor by, EntityId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var organizationNumber = by.OrganizationNumber;
        var idBytes = id.ToBytes();
        var nowMs = now.ToMs();
        const int Admin = (int)TokenScopes.Admin;
        return engine.WriteAsync(async unit =>
        {
            var mine = unit.Db.Tokens.Where(t =>
                t.OrganizationNumber == organizationNumber && t.Id == idBytes && t.RevokedAtMs == null);
            var changed = await mine
                .Where(t => (t.Scopes & Admin) == 0 || unit.Db.Tokens.Any(other =>
                    other.OrganizationNumber == organizationNumber && other.Number != t.Number
                    && (other.Scopes & Admin) != 0 && other.RevokedAtMs == null
                    && (other.ExpiresAtMs == null || other.ExpiresAtMs > nowMs)))
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAtMs, nowMs), cancellationToken);
            if (changed == 1)
            {
                var name = await unit.Db.Tokens.Where(t => t.Id == idBytes).Select(t => t.Name).SingleAsync(cancellationToken);
                await unit.NoteAsync(by, now, AuditAction.TokenRevoked, id.ToString(), name, [], cancellationToken);
                return TokenRevocation.Revoked;
            }
            return await mine.AnyAsync(cancellationToken) ? TokenRevocation.LastAdminToken : TokenRevocation.NotFound;
        }, cancellationToken);
    }

    /// <summary>Stores last uses, each only where the stored one is older by <see cref="UseResolution"/>; returns how many changed.</summary>
    /// <exception cref="StorageUnavailableException">Nothing was stored.</exception>
    public Task<int> TouchAsync(IReadOnlyCollection<TokenUse> uses, CancellationToken cancellationToken) =>
        engine.WriteAsync(async unit =>
        {
            var changed = 0;
            foreach (var use in uses)
            {
                var idBytes = use.TokenId.ToBytes();
                var usedAtMs = use.UsedAt.ToMs();
                var before = usedAtMs - (long)UseResolution.TotalMilliseconds;
                changed += await unit.Db.Tokens
                    .Where(t => t.Id == idBytes && (t.LastUsedAtMs == null || t.LastUsedAtMs <= before))
                    .ExecuteUpdateAsync(set => set
                        .SetProperty(t => t.LastUsedAtMs, usedAtMs)
                        .SetProperty(t => t.LastUsedFrom, use.From), cancellationToken);
            }
            return changed;
        }, cancellationToken);

    internal static TokenRow NewRow(
        int organizationNumber, string name, TokenScopes scopes, string hint, TokenHash hash,
        DateTimeOffset? expiresAt, DateTimeOffset now) => new()
        {
            Id = FreshId.At(now).ToBytes(),
            OrganizationNumber = organizationNumber,
            Name = name,
            Hash = hash.ToBytes(),
            Hint = hint,
            Scopes = (int)scopes,
            CreatedAtMs = now.ToMs(),
            ExpiresAtMs = expiresAt.ToMs(),
        };

    /// <summary>The first characters of a token: enough to tell it from others, far too few to guess the rest.</summary>
    internal static string HintOf(string token) => token[..Math.Min(HintLength, token.Length / 4)];

    private static ApiToken Read(TokenRow row) => new(
        EntityId.FromBytes(row.Id),
        row.OrganizationNumber,
        row.Name,
        (TokenScopes)row.Scopes,
        row.Hint,
        UnixTime.FromMs(row.CreatedAtMs),
        UnixTime.FromMs(row.ExpiresAtMs),
        UnixTime.FromMs(row.LastUsedAtMs),
        UnixTime.FromMs(row.RevokedAtMs))
    {
        LastUsedFrom = row.LastUsedFrom,
    };
}
