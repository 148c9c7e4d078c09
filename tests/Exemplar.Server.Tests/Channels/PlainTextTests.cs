using System.Text;
using Exemplar.Server.Channels;

namespace Exemplar.Server.Tests.Channels;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("a\r\nb", "a b")]
    [InlineData(" a \t b ", "a b")]
    [InlineData("a\u202Eb\u202C", "a b")]
    [InlineData("a\u2066b\u2069", "a b")]
    [InlineData("a\u200Bb\uFEFF", "a b")]
    [InlineData("a\u2028b\u0085c\u001Bd", "a b c d")]
    [InlineData("naïve 👩‍👩‍👧 日本", "naïve 👩‍👩‍👧 日本")]
    [InlineData(null, "")]
    public void A_line_holds_nothing_that_turns_hides_or_ends_it(string? text, string line) => Assert.Equal(line, PlainText.Line(text));

    [Fact]
    public void Lines_keep_their_ends() => Assert.Equal("a\nb c", PlainText.Lines("a\r\nb\u0000c"));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdef", 5, "abcd…")]
    [InlineData("ab👩‍👩‍👧‍👦cd", 8, "ab…")]
    [InlineData("ae\u0301e\u0301", 4, "ae\u0301…")]
    public void A_cut_never_splits_a_character_as_people_see_it(string text, int longest, string cut) => Assert.Equal(cut, PlainText.Cut(text, longest));

    [Theory]
    [InlineData("日本語日本語", 10)]
    [InlineData("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 30)]
    public void A_cut_by_bytes_holds_the_bytes(string text, int most)
    {
        var cut = PlainText.CutUtf8(text, most);
        Assert.InRange(Encoding.UTF8.GetByteCount(cut), 4, most);
        Assert.EndsWith("…", cut, StringComparison.Ordinal);
    }
}
