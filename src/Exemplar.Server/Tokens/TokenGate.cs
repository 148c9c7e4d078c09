using System.Net;
using Exemplar.Core.Tokens;
using Exemplar.Server.RateLimits;
using Exemplar.Storage.Tokens;
using Microsoft.Extensions.Primitives;

namespace Exemplar.Server.Tokens;

/// <summary>
/// Lets requests in by their token. Hot: a token that was seen in the last half minute costs one look into a dictionary,
/// no allocation and no wait.
/// </summary>
internal sealed class TokenGate(
    TokenStore tokens, TokenCache cache, RequestLimits limits, ServerSettings settings, TimeProvider clock)
{
    /// <summary>No token is shorter: 38 random characters, or an admin token that somebody chose.</summary>
    public const int ShortestToken = 32;

    private const string Bearer = "Bearer ";

    /// <summary>Judges the request's token. It counts against the token's rate limit.</summary>
    /// <exception cref="Storage.StorageUnavailableException">The token is not cached and the database cannot be asked.</exception>
    public ValueTask<TokenVerdict> CheckAsync(HttpContext context, TokenScopes needed)
    {
        if (!TryReadToken(context.Request.Headers, out var token)) return Rejected(TokenRejection.MissingToken);
        if (cache.Find(token) is { } known) return new(Judge(context, known, needed));
        if (token.Length < ShortestToken || !TokenHash.TryCompute(token, out var hash)) return Rejected(TokenRejection.InvalidToken);
        return IsMisspelled(token) || cache.IsUnknown(hash)
            ? Rejected(TokenRejection.InvalidToken)
            : LookUpAsync(context, token.ToString(), hash, needed);
    }

    /// <summary>The token with this text if it is remembered; it counts as used only by <see cref="TryUse"/>.</summary>
    public KnownToken? Find(ReadOnlySpan<char> token) => cache.Find(token);

    /// <summary>True when only the database can tell whether there is such a token.</summary>
    public bool MayBeKnown(ReadOnlySpan<char> token, out TokenHash hash) =>
        TokenHash.TryCompute(token, out hash) && token.Length >= ShortestToken && !IsMisspelled(token) && !cache.IsUnknown(hash);

    /// <summary>Asks the database for the token and remembers the answer.</summary>
    /// <exception cref="Storage.StorageUnavailableException">The database cannot be asked.</exception>
    public async Task LookUpAsync(string text, TokenHash hash, CancellationToken cancellationToken)
    {
        var revocations = cache.Revocations;
        if (await tokens.FindAsync(hash, cancellationToken) is { } token) cache.Remember(text, token, revocations);
        else cache.RememberUnknown(hash);
    }

    /// <summary>Uses the token for a heartbeat from this address; false when it may not be used for that, or not now.</summary>
    public bool TryUse(KnownToken known, IPAddress? address)
    {
        var now = clock.GetUtcNow();
        if (!known.Token.IsUsable(now) || !known.Token.Scopes.Cover(TokenScopes.Heartbeat)) return false;
        known.Use(now, address);
        return limits.WaitOf(address, known.Token) is null;
    }

    private async ValueTask<TokenVerdict> LookUpAsync(HttpContext context, string text, TokenHash hash, TokenScopes needed)
    {
        var revocations = cache.Revocations;
        var token = await tokens.FindAsync(hash, context.RequestAborted);
        if (token is not null) return Judge(context, cache.Remember(text, token, revocations), needed);
        cache.RememberUnknown(hash);
        return TokenVerdict.Rejected(TokenRejection.InvalidToken);
    }

    private TokenVerdict Judge(HttpContext context, KnownToken known, TokenScopes needed)
    {
        var now = clock.GetUtcNow();
        var token = known.Token;
        if (!token.IsUsable(now)) return TokenVerdict.Rejected(TokenRejection.InvalidToken);
        known.Use(now, context.Connection.RemoteIpAddress);
        if (!token.Scopes.Cover(needed)) return TokenVerdict.Rejected(TokenRejection.InsufficientScope);
        return limits.WaitOf(context, token) is { } wait
            ? TokenVerdict.Rejected(TokenRejection.RateLimited, wait)
            : TokenVerdict.Allowed(token);
    }

    // Ours carry a checksum, so that a typing error costs no question to the database. The configured admin token may be
    // any text.
    private bool IsMisspelled(ReadOnlySpan<char> token) =>
        TokenText.HasPrefix(token) && !token.SequenceEqual(settings.AdminToken) && !TokenText.IsWellFormed(token.ToString());

    private static bool TryReadToken(IHeaderDictionary headers, out ReadOnlySpan<char> token)
    {
        token = default;
        if (headers.TryGetValue("X-API-Key", out var key) && !StringValues.IsNullOrEmpty(key))
        {
            token = key is [{ } only] ? only.AsSpan().Trim() : default;
            return true;
        }

        var authorization = headers.Authorization;
        if (authorization is not [{ } credentials] || !credentials.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) return false;
        token = credentials.AsSpan(Bearer.Length).Trim();
        return !token.IsEmpty;
    }

    private static ValueTask<TokenVerdict> Rejected(TokenRejection rejection) => new(TokenVerdict.Rejected(rejection));
}
