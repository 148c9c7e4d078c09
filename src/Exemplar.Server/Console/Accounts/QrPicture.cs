using QRCoder;

namespace Exemplar.Server.Console.Accounts;

/// <summary>The secret of an authenticator app as a picture to scan, drawn on the server: no other host learns of it.</summary>
internal static class QrPicture
{
    private const string Issuer = "Exemplar";

    /// <summary>An SVG without scripts, styles and references.</summary>
    public static string Of(string email, string secret)
    {
        using var data = QRCodeGenerator.GenerateQrCode(Address(email, secret), QRCodeGenerator.ECCLevel.M);
        using var picture = new SvgQRCode(data);
        return picture.GetGraphic(4, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }

    /// <summary>The secret in groups of four, for people who type it.</summary>
    public static string Spaced(string secret) => string.Join(' ', secret.ToLowerInvariant().Chunk(4).Select(group => new string(group)));

    private static string Address(string email, string secret) =>
        $"otpauth://totp/{Issuer}:{Uri.EscapeDataString(email)}?secret={secret}&issuer={Issuer}&digits=6";
}
