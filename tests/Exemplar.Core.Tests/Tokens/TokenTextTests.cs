using CsCheck;
using Exemplar.Core.Tokens;

namespace Exemplar.Core.Tests.Tokens;

public sealed class TokenTextTests
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    // Fewer than 32 usable bytes out of 64 do not happen at random; a generator that likes extremes draws them.
    private static readonly Gen<string> AnyToken =
        Gen.Byte.Array[TokenText.EntropyBytes].Where(bytes => bytes.Count(b => b < 248) >= 32).Select(bytes => TokenText.Create(bytes));

    [Fact]
    public void A_token_has_its_prefix_and_38_letters_and_digits_and_is_well_formed() => AnyToken.Sample(token =>
    {
        Assert.Equal(42, token.Length);
        Assert.StartsWith("eis_", token, StringComparison.Ordinal);
        Assert.True(TokenText.HasPrefix(token));
        Assert.All(token.AsSpan(4).ToArray(), c => Assert.Contains(c, Alphabet));
        Assert.True(TokenText.IsWellFormed(token));
    });

    [Fact]
    public void The_checksum_of_a_token_never_changes_its_meaning() =>
        Assert.Equal(KnownToken, TokenText.Create(Enumerable.Range(0, TokenText.EntropyBytes).Select(i => (byte)i).ToArray()));

    [Fact]
    public void Bytes_that_would_favour_some_characters_are_passed_over()
    {
        byte[] even = [.. Enumerable.Repeat((byte)7, 32)];
        byte[] biased = [.. even.SelectMany(b => new byte[] { 248, b, 255 })];

        Assert.Equal(TokenText.Create(even), TokenText.Create(biased));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(31, 7)]
    [InlineData(64, 250)]
    public void Too_few_random_bytes_are_a_bug(int count, byte value) =>
        Assert.Throws<ArgumentException>(() => TokenText.Create(Enumerable.Repeat(value, count).ToArray()));

    [Fact]
    public void One_mistyped_character_is_noticed() =>
        Gen.Select(AnyToken, Gen.Int[0, 41], Gen.Char[Alphabet]).Sample((token, index, typed) =>
        {
            var mistyped = token[..index] + typed + token[(index + 1)..];

            Assert.Equal(string.Equals(mistyped, token, StringComparison.Ordinal), TokenText.IsWellFormed(mistyped));
        }, iter: 5_000);

    [Fact]
    public void Two_swapped_neighbours_are_noticed() =>
        // The last random character and the first of the checksum are no part of one CRC, so their swap is left out.
        Gen.Select(AnyToken, Gen.Int[4, 40].Where(i => i != 35)).Sample((token, index) =>
        {
            var swapped = token[..index] + token[index + 1] + token[index] + token[(index + 2)..];

            Assert.Equal(string.Equals(swapped, token, StringComparison.Ordinal), TokenText.IsWellFormed(swapped));
        }, iter: 5_000);

    [Theory]
    [InlineData("")]
    [InlineData("eis_")]
    [InlineData(" " + KnownToken)]
    [InlineData(KnownToken + " ")]
    [InlineData("EIS_" + KnownRest)]
    [InlineData("ghp_" + KnownRest)]
    [InlineData("eis-" + KnownRest)]
    public void Any_other_text_is_not_well_formed(string text) => Assert.False(TokenText.IsWellFormed(text));

    [Theory]
    [InlineData("eis_anything", true)]
    [InlineData("Eis_anything", false)]
    [InlineData("eis", false)]
    public void The_prefix_is_compared_to_the_letter(string text, bool has) => Assert.Equal(has, TokenText.HasPrefix(text));

    private const string KnownRest = "0123456789ABCDEFGHIJKLMNOPQRSTUV34PuFr";
    private const string KnownToken = "eis_" + KnownRest;
}
