using System.Net;
using System.Text;
using System.Text.Json;
using Exemplar.Server.Channels;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Channels.Outbound;

public sealed class SecretMaskTests
{
    private const string Secret = "s3cr\"t/+&= é";

    public static TheoryData<string> Forms =>
    [
        Secret, Secret.ToUpperInvariant(), Uri.EscapeDataString(Secret), Uri.EscapeDataString(Secret).ToLowerInvariant(), WebUtility.UrlEncode(Secret),
        WebUtility.HtmlEncode(Secret), JsonSerializer.Serialize(Secret).Trim('"'), Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)).TrimEnd('=').Replace('+', '-').Replace('/', '_'),
    ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_form_of_a_secret_is_taken_out(string form) => Assert.Equal("a [secret] b", Mask().Clean($"a {form} b"));

    [Fact]
    public void A_secret_that_is_cut_off_at_the_end_is_taken_out_too() => Assert.Equal("a", Mask().Clean("a " + Secret[..6], wasCut: true));

    [Fact]
    public void A_text_becomes_one_line_of_at_most_500_characters()
    {
        var cleaned = Mask().Clean("a\r\n\tb\u0000\u202Ec" + new string('x', 600));
        Assert.StartsWith("a b cxxx", cleaned, StringComparison.Ordinal);
        Assert.Equal(500, cleaned.Length);
    }

    private static SecretMask Mask()
    {
        using var stand = new ChannelStand();
        return SecretMask.Of(stand.Channel("webhook"), new ChannelConfig(new Dictionary<string, string>(StringComparer.Ordinal) { ["secret"] = Secret }));
    }
}
