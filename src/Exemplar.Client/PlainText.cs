using System.Text;

namespace Exemplar.Client;

/// <summary>Texts of others, made fit for one line of a log.</summary>
internal static class PlainText
{
    /// <summary>One line without control characters, cut at so many characters.</summary>
    public static string Of(string text, int longest)
    {
        var line = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var character in text)
        {
            if (line.Length == longest) return line.Append('…').ToString();
            // U+2028 and U+2029 break lines too, and format characters can turn a line around.
            line.Append(char.IsControl(character) || IsHidden(character) ? ' ' : character);
        }
        return line.ToString();
    }

    private static bool IsHidden(char character) => char.GetUnicodeCategory(character)
        is System.Globalization.UnicodeCategory.LineSeparator
        or System.Globalization.UnicodeCategory.ParagraphSeparator
        or System.Globalization.UnicodeCategory.Format;
}

/// <summary>A failure in a few characters.</summary>
internal static class Wording
{
    public static string Of(HeartbeatResult result) => result.Status is { } status ? $"{status} {result.Code}" : result.Code ?? "";
}
