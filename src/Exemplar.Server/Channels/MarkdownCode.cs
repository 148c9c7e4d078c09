namespace Exemplar.Server.Channels;

/// <summary>
/// Other people's text in a Markdown message: as code, in which no service looks for mentions, links, pictures or emphasis. It
/// is the one form that all dialects of Markdown agree on; backslashes are not.
/// </summary>
internal static class MarkdownCode
{
    public static string Of(string text) => text.Length == 0 ? "" : $"`{text.Replace('`', '\'')}`";

    /// <summary>An alert: the subject, a line for each thing to say, and the link.</summary>
    /// <param name="text">The alert in words.</param>
    /// <param name="longest">The longest message, in characters. What does not fit is cut in the lines, never in the marks.</param>
    public static string Message(AlertText text, int longest)
    {
        var perLine = Math.Max(40, (longest - 600) / (text.Lines.Count + 1));
        var lines = text.Lines.Select(line => $"**{line.Label}:** {Of(PlainText.Cut(line.Text, perLine))}");
        var message = string.Join("  \n", [Of(PlainText.Cut(text.Subject, 300)), .. lines]);
        return text.Link is { } link ? $"{message}  \n[Open in Exemplar]({link})" : message;
    }
}
