using Exemplar.Server.Requests;

namespace Exemplar.Server.Monitors;

/// <summary>The address at which it is written what to do when a monitor is down.</summary>
internal static class RunbookUrl
{
    /// <summary>The longest address, in characters.</summary>
    public const int Longest = 2_000;

    private const string Field = "runbook_url";

    /// <summary>The address; empty when it is to be taken away; null when the field is absent or wrong.</summary>
    public static string? Read(JsonFields fields)
    {
        if (fields.IsNull(Field)) return "";
        var text = fields.Line(Field, 0, Longest);
        if (text is null or "" || IsLink(text)) return text;
        fields.Errors.Add(Field, "must be an http or https address, such as https://wiki.example.com/backup, without user or password");
        return null;
    }

    /// <summary>
    /// True for what a page may link to. Whoever follows it would send a user and a password along, and every channel shows it:
    /// an address is no place for them.
    /// </summary>
    public static bool IsLink(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" && address.UserInfo.Length == 0
        && !text.Any(char.IsWhiteSpace);
}
