using System.Collections.Concurrent;
using System.Net;
using Exemplar.Core.Ids;
using Exemplar.Core.Tokens;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Tokens;

namespace Exemplar.Server.Tokens;

/// <summary>A token as it was read from the database, and when it was used since.</summary>
internal sealed class KnownToken(ApiToken token, long freshUntil, long usedAtMs, long writtenAtMs, IPAddress? usedFrom)
{
    private long _usedAtMs = usedAtMs;
    private IPAddress? _usedFrom = usedFrom;

    public ApiToken Token { get; } = token;

    /// <summary>The timestamp from which it has to be read again.</summary>
    public long FreshUntil { get; } = freshUntil;

    public long UsedAtMs => Volatile.Read(ref _usedAtMs);

    public long WrittenAtMs { get; set; } = writtenAtMs;

    /// <summary>The address of a late use; null when there was none since it was read.</summary>
    public IPAddress? UsedFrom => Volatile.Read(ref _usedFrom);

    // Two requests at once may leave the moment of one and the address of the other: both are true to the minute.
    public void Use(DateTimeOffset now, IPAddress? from)
    {
        Volatile.Write(ref _usedFrom, from);
        Volatile.Write(ref _usedAtMs, now.ToUnixTimeMilliseconds());
    }
}

/// <summary>
/// What the gate remembers of tokens, for half a minute: so long may another node's revocation take to be seen here.
/// Invariant: a token that was revoked on this node is never put back by a request that had read it before. Every
/// change happens under the lock, and what was read before the latest revocation is thrown away; only looking up is
/// free of it. Known tokens are found by their text: hashing it for each request cost more than anything else at the gate.
/// The text is never written anywhere.
/// </summary>
internal sealed class TokenCache(TimeProvider clock)
{
    public static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(5);

    private const int MostKnown = 50_000;
    private const int MostUnknown = 10_000;

    private readonly ConcurrentDictionary<string, KnownToken> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TokenHash, long> _unknown = new();
    private readonly Lock _changing = new();
    private long _revocations;

    /// <summary>To be read before the database is, and given to <see cref="Remember"/>.</summary>
    public long Revocations => Volatile.Read(ref _revocations);

    /// <summary>The token with this text, if it was read not too long ago.</summary>
    public KnownToken? Find(ReadOnlySpan<char> text) =>
        _known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known) && clock.GetTimestamp() < known.FreshUntil ? known : null;

    /// <summary>True when the database was asked for this token a moment ago and had none.</summary>
    public bool IsUnknown(TokenHash hash) => _unknown.TryGetValue(hash, out var until) && clock.GetTimestamp() < until;

    public KnownToken Remember(string text, ApiToken token, long revocationsBefore)
    {
        lock (_changing)
        {
            _known.TryGetValue(text, out var before);
            var stored = token.LastUsedAt?.ToUnixTimeMilliseconds() ?? long.MinValue;
            var known = new KnownToken(
                token, Until(FreshFor), before?.UsedAtMs ?? stored, Math.Max(before?.WrittenAtMs ?? stored, stored), before?.UsedFrom);
            if (revocationsBefore != _revocations) return known;
            if (_known.Count >= MostKnown) MakeRoom(_known, k => k.FreshUntil, MostKnown);
            return _known[text] = known;
        }
    }

    public void RememberUnknown(TokenHash hash)
    {
        lock (_changing)
        {
            if (_unknown.Count >= MostUnknown) MakeRoom(_unknown, until => until, MostUnknown);
            _unknown[hash] = Until(UnknownFor);
        }
    }

    /// <summary>Called after a revocation was committed: from here on the token is refused.</summary>
    public void Forget(EntityId tokenId)
    {
        lock (_changing)
        {
            _revocations++;
            foreach (var (text, known) in _known)
                if (known.Token.Id == tokenId) _known.TryRemove(text, out _);
        }
    }

    /// <summary>The tokens whose last use should be stored.</summary>
    public List<(KnownToken Known, TokenUse Use)> Unwritten()
    {
        var resolution = (long)TokenStore.UseResolution.TotalMilliseconds;
        var uses = new List<(KnownToken, TokenUse)>();
        foreach (var known in _known.Values)
        {
            var usedAtMs = known.UsedAtMs;
            if (usedAtMs == long.MinValue) continue;
            if (known.WrittenAtMs == long.MinValue || usedAtMs - known.WrittenAtMs >= resolution)
                uses.Add((known, new TokenUse(known.Token.Id, DateTimeOffset.FromUnixTimeMilliseconds(usedAtMs), Actor.Text(known.UsedFrom))));
        }
        return uses;
    }

    private void MakeRoom<TKey, T>(ConcurrentDictionary<TKey, T> entries, Func<T, long> until, int most) where TKey : notnull
    {
        var now = clock.GetTimestamp();
        foreach (var (key, entry) in entries)
            if (until(entry) <= now) entries.TryRemove(key, out _);
        // So many in so short a time are no customers; whoever is one is read again.
        if (entries.Count >= most) entries.Clear();
    }

    private long Until(TimeSpan duration) =>
        clock.GetTimestamp() + (long)(duration.TotalSeconds * clock.TimestampFrequency);
}
