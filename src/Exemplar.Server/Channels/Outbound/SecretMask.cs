using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace Exemplar.Server.Channels.Outbound;

/// <summary>
/// Takes secrets out of text before it leaves a channel: an answer may repeat what it was sent. Every form in which a secret
/// travels is taken out: as it is, encoded for addresses and JSON, and in Base64.
/// </summary>
internal sealed class SecretMask
{
    /// <summary>What stands where a secret stood.</summary>
    public const string Mask = "[secret]";

    /// <summary>The longest cleaned text, in characters.</summary>
    public const int Longest = 500;

    private const int ShortestPart = 6;

    // A header's value such as 0 is none, and would take every zero out of a text.
    private const int ShortestSecret = 4;

    private readonly List<string> _forms;

    private SecretMask(IEnumerable<string> secrets) => _forms =
        [.. secrets.Where(secret => secret.Length >= ShortestSecret).SelectMany(Forms).Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length)];

    /// <summary>Every secret field of a configuration, and whatever else was made of them.</summary>
    public static SecretMask Of(IChannel channel, ChannelConfig config, params string[] more) => new(
    [
        .. channel.Fields.Where(field => field.IsSecret).SelectMany(field => field.Shape switch
        {
            FieldShape.Pairs => config.Pairs(field.Name).Values,
            FieldShape.Address => Parts(config[field.Name]),
            FieldShape.Lines => [config[field.Name], .. config[field.Name].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)],
            _ => [config[field.Name]],
        }),
        .. more,
    ]);

    /// <summary>An address of the operator that may be a secret, and whatever else is sent to it.</summary>
    public static SecretMask OfAddress(string address, params string[] more) => new([.. Parts(address), .. more]);

    /// <summary>One line of at most <see cref="Longest"/> characters without secrets and control characters.</summary>
    /// <param name="text">Anything.</param>
    /// <param name="wasCut">Whether it is the beginning of a longer text: half a secret may stand at its end.</param>
    public string Clean(string text, bool wasCut = false)
    {
        var cleaned = new StringBuilder(text.Length);
        // More than will be shown, because what follows shortens it.
        for (var i = 0; i < text.Length && cleaned.Length < 4 * Longest;)
        {
            var form = _forms.Find(f => string.Compare(text, i, f, 0, f.Length, StringComparison.OrdinalIgnoreCase) == 0);
            if (form is null && wasCut && _forms.Exists(f => IsBegun(text, i, f))) break;
            if (form is null) cleaned.Append(text[i++]);
            else
            {
                cleaned.Append(Mask);
                i += form.Length;
            }
        }
        return PlainText.Cut(PlainText.Line(cleaned.ToString()), Longest);
    }

    private static bool IsBegun(string text, int from, string form) =>
        text.Length - from < form.Length && string.Compare(text, from, form, 0, text.Length - from, StringComparison.OrdinalIgnoreCase) == 0;

    // Of an address that is a secret, the parts that make it one are secrets by themselves: an answer may name only its path.
    private static IEnumerable<string> Parts(string address)
    {
        yield return address;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri)) yield break;
        yield return uri.AbsoluteUri;
        if (uri.PathAndQuery.Length >= ShortestPart) yield return uri.PathAndQuery;
        foreach (var part in uri.PathAndQuery.Split('/', '?', '&', '=').Where(part => part.Length >= ShortestPart))
        {
            // Words such as "services" are everybody's; what tells one address from another has digits or both cases, or is long.
            if (part.Length >= 16 || part.Any(char.IsDigit) || (part.Any(char.IsUpper) && part.Any(char.IsLower))) yield return part;
        }
    }

    private static IEnumerable<string> Forms(string secret)
    {
        yield return secret;
        yield return Uri.EscapeDataString(secret);
        yield return WebUtility.UrlEncode(secret);
        yield return WebUtility.HtmlEncode(secret);
        yield return JavaScriptEncoder.Default.Encode(secret);
        yield return JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(secret);
        var base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret));
        yield return base64;
        yield return base64.TrimEnd('=');
        yield return base64.TrimEnd('=').Replace('+', '-').Replace('/', '_');
        yield return Uri.EscapeDataString(base64);
        yield return Convert.ToHexString(Encoding.UTF8.GetBytes(secret));
    }

    public override string ToString() => $"{_forms.Count} forms";
}
