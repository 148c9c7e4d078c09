using System.Text;
using Exemplar.Core.Boards;

namespace Exemplar.Core.Tests.Boards;

public sealed class LogoTests
{
    private const string Png = "89504E470D0A1A0A0000000D49484452";
    private const string Jpeg = "FFD8FFE000104A46494600010101004800480000";

    [Theory]
    [InlineData(Png + "00000040000000200806000000", "image/png")]
    [InlineData(Jpeg + "FFC000110800200040030122000211010311", "image/jpeg")]
    [InlineData("524946461A000000574542505650384C0D0000002F3F0007000000000000", "image/webp")]
    [InlineData("524946461A0000005745425056503858" + "0A000000" + "00000000" + "3F0000" + "1F0000" + "00", "image/webp")]
    public void Its_first_bytes_say_what_it_is(string hex, string type) => Assert.Equal(type, Read(Convert.FromHexString(hex), out _)?.ContentType);

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")]
    [InlineData("GIF89a")]
    [InlineData("")]
    [InlineData("RIFF")]
    public void What_is_no_image_of_these_kinds_is_refused(string text)
    {
        Assert.Null(Read(Encoding.ASCII.GetBytes(text), out var fault));
        Assert.Contains("PNG, JPEG or WebP", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Png + "00001001000000200806000000")]
    [InlineData(Png + "80000000000000200806000000")]
    [InlineData(Png)]
    [InlineData(Jpeg)]
    [InlineData(Jpeg + "FFC00011080020FFFF030122000211010311")]
    [InlineData("524946461A000000574542505650384C")]
    public void An_image_without_a_size_or_with_one_too_large_is_refused(string hex)
    {
        Assert.Null(Read(Convert.FromHexString(hex), out var fault));
        Assert.Contains("pixels", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_large_file_is_refused()
    {
        Assert.Null(Read([.. Convert.FromHexString(Png + "00000040000000200806000000"), .. new byte[BoardLimits.LargestLogo]], out var fault));
        Assert.Contains("256 KiB", fault, StringComparison.Ordinal);
    }

    private static Logo? Read(byte[] bytes, out string fault) => Logo.Read(bytes, out fault);
}
