using System.Text;
using System.Xml;

namespace Exemplar.Server.StatusPages;

/// <summary>XML as bytes. The writer escapes; characters that XML cannot hold at all become a replacement character.</summary>
internal static class XmlText
{
    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Indent = true };

    public static byte[] Write(Action<XmlWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, Settings)) write(xml);
        return bytes.ToArray();
    }

    /// <summary>The text without what XML cannot hold.</summary>
    public static string Clean(string text)
    {
        if (IsClean(text)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.Value is 0xfffe or 0xffff || (rune.Value < 0x20 && rune.Value is not ('\t' or '\n' or '\r')) ? "\uFFFD" : rune.ToString());
        return clean.ToString();
    }

    private static bool IsClean(string text)
    {
        foreach (var letter in text)
            if (!XmlConvert.IsXmlChar(letter)) return false;
        return true;
    }
}
