using Exemplar.Core.Tokens;
using static Exemplar.Core.Tokens.TokenScopes;

namespace Exemplar.Core.Tests.Tokens;

public sealed class TokenScopesTests
{
    [Theory]
    [InlineData(None, None)]
    [InlineData(Heartbeat, Heartbeat)]
    [InlineData(Read, Read)]
    [InlineData(Heartbeat | Read, Heartbeat | Read)]
    [InlineData(Write, Heartbeat | Read | Write)]
    [InlineData(Heartbeat | Write, Heartbeat | Read | Write)]
    [InlineData(Admin, Heartbeat | Read | Write | Admin)]
    [InlineData(Heartbeat | Admin, Heartbeat | Read | Write | Admin)]
    public void A_scope_covers_itself_and_what_it_includes_and_nothing_else(TokenScopes held, TokenScopes covered)
    {
        foreach (var needed in new[] { Heartbeat, Read, Write, Admin })
            Assert.Equal((needed, covered.HasFlag(needed)), (needed, held.Cover(needed)));
    }

    [Fact]
    public void Several_needed_scopes_must_all_be_covered()
    {
        Assert.True(Write.Cover(Heartbeat | Read));
        Assert.False(Heartbeat.Cover(Heartbeat | Read));
        Assert.False(Write.Cover(Read | Admin));
    }
}
