using System.Globalization;
using System.Text;

namespace Exemplar.Server.Channels;

/// <summary>Makes other people's text harmless before it is put into a message, whatever the message's own escaping is.</summary>
internal static class PlainText
{
    private const string Ellipsis = "…";

    /// <summary>One line: control characters, line ends and marks that turn or hide text become one space.</summary>
    public static string Line(string? text) => Tidy(text, lines: false);

    /// <summary>The same with its line ends kept.</summary>
    public static string Lines(string? text) => Tidy(text, lines: true);

    /// <summary>At most so many UTF-16 units, never within a character as people see it; an ellipsis says that it was longer.</summary>
    public static string Cut(string text, int longest)
    {
        if (text.Length <= longest) return text;
        var end = Boundary(text, longest - Ellipsis.Length, static (s, from, length) => length);
        return text[..end].TrimEnd() + Ellipsis;
    }

    /// <summary>At most so many bytes of UTF-8, for services that count those.</summary>
    public static string CutUtf8(string text, int mostBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= mostBytes) return text;
        var end = Boundary(text, mostBytes - Encoding.UTF8.GetByteCount(Ellipsis), static (s, from, length) => Encoding.UTF8.GetByteCount(s.AsSpan(from, length)));
        return text[..end].TrimEnd() + Ellipsis;
    }

    private static int Boundary(string text, int room, Func<string, int, int, int> size)
    {
        var end = 0;
        while (end < text.Length)
        {
            var length = StringInfo.GetNextTextElementLength(text, end);
            room -= size(text, end, length);
            if (room < 0) break;
            end += length;
        }
        return end;
    }

    private static string Tidy(string? text, bool lines)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var tidy = new StringBuilder(text.Length);
        foreach (var rune in text.ReplaceLineEndings("\n").EnumerateRunes())
        {
            if (lines && rune.Value == '\n') tidy.Append('\n');
            else if (Rune.IsWhiteSpace(rune) || IsUnsafe(rune))
            {
                if (tidy.Length > 0 && tidy[^1] is not (' ' or '\n')) tidy.Append(' ');
            }
            else
            {
                tidy.Append(rune.ToString());
            }
        }
        return tidy.ToString().Trim();
    }

    // Zero-width joiners stay, because emoji are made with them; the tags block can smuggle hidden text and
    // goes, though the flags of England, Scotland and Wales are spelled with it.
    private static bool IsUnsafe(Rune rune) =>
        Rune.IsControl(rune)
        || rune.Value is 0x061C or 0x200B or 0x200E or 0x200F or (>= 0x2028 and <= 0x202E) or (>= 0x2060 and <= 0x206F) or 0xFEFF or 0xFFFD
            or (>= 0xFFF9 and <= 0xFFFB) or (>= 0xE0000 and <= 0xE007F)
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.PrivateUse or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned;
}
