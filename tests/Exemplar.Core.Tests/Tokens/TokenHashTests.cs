using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Exemplar.Core.Tokens;

namespace Exemplar.Core.Tests.Tokens;

public sealed class TokenHashTests
{
    [Fact]
    public void The_hash_of_a_token_is_the_sha_256_of_its_utf_8()
    {
        Assert.True(TokenHash.TryCompute("abc", out var hash));

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Convert.ToHexStringLower(hash.ToBytes()));
    }

    [Fact]
    public void Every_text_of_1_to_256_characters_has_a_hash() => Gen.String[1, TokenHash.LongestToken].Sample(text =>
    {
        Assert.True(TokenHash.TryCompute(text, out var hash));
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(text)), hash.ToBytes());
    });

    [Fact]
    public void The_longest_text_fits_in_any_script()
    {
        var text = new string('\u20ac', TokenHash.LongestToken);

        Assert.True(TokenHash.TryCompute(text, out var hash));
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(text)), hash.ToBytes());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    [InlineData(100_000)]
    public void An_empty_or_overlong_text_has_none(int length)
    {
        Assert.False(TokenHash.TryCompute(new string('a', length), out var hash));
        Assert.Equal(default, hash);
    }

    [Fact]
    public void Hashes_are_equal_exactly_when_the_texts_are()
    {
        Assert.True(TokenHash.TryCompute("eis_one", out var one));
        Assert.True(TokenHash.TryCompute("eis_one", out var same));
        Assert.True(TokenHash.TryCompute("eis_onE", out var other));

        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, other);
    }
}
