using Exemplar.Core.Tokens;

namespace Exemplar.Core.Tests.Tokens;

public sealed class ApiTokenTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 5, 0, 0, TimeSpan.Zero);

    private static readonly ApiToken Token =
        new(default, 1, "worker", TokenScopes.Heartbeat, "eis_0123", Start, ExpiresAt: null, LastUsedAt: null, RevokedAt: null);

    [Fact]
    public void A_token_without_an_end_stays_usable() => Assert.True(Token.IsUsable(Start.AddYears(100)));

    [Fact]
    public void A_token_is_refused_from_the_moment_it_expires()
    {
        var expiring = Token with { ExpiresAt = Start.AddDays(1) };

        Assert.True(expiring.IsUsable(Start.AddDays(1).AddTicks(-1)));
        Assert.False(expiring.IsUsable(Start.AddDays(1)));
    }

    [Fact]
    public void A_revoked_token_is_refused() => Assert.False((Token with { RevokedAt = Start }).IsUsable(Start));
}
