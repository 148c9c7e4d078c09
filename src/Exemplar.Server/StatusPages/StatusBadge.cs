using System.Globalization;
using System.Xml;

namespace Exemplar.Server.StatusPages;

/// <summary>A badge for a README or an intranet: a name and how it stands.</summary>
internal static class StatusBadge
{
    private const string Svg = "http://www.w3.org/2000/svg";
    private const int LongestName = 40;
    private const int Height = 20;
    private const int Padding = 7;

    public static byte[] Write(string name, PublicStatus status) => XmlText.Write(xml =>
    {
        name = Shorten(XmlText.Clean(name));
        var words = status.Words.ToLowerInvariant();
        var (left, right) = (WidthOf(name) + (2 * Padding), WidthOf(words) + (2 * Padding));
        xml.WriteStartElement("svg", Svg);
        Set(xml, ("width", left + right), ("height", Height), ("viewBox", $"0 0 {left + right} {Height}"), ("role", "img"), ("aria-label", $"{name}: {words}"));
        xml.WriteElementString("title", Svg, $"{name}: {words}");
        xml.WriteStartElement("clipPath", Svg);
        Set(xml, ("id", "r"));
        Rect(xml, 0, left + right, fill: null, radius: 4);
        xml.WriteEndElement();
        xml.WriteStartElement("g", Svg);
        Set(xml, ("clip-path", "url(#r)"));
        Rect(xml, 0, left, "#2b333d");
        Rect(xml, left, right, status.Colour);
        xml.WriteEndElement();
        xml.WriteStartElement("g", Svg);
        Set(xml, ("fill", "#fff"), ("font-family", "Verdana,DejaVu Sans,sans-serif"), ("font-size", 11), ("text-anchor", "middle"));
        Text(xml, name, left / 2.0, left - (2 * Padding));
        Text(xml, words, left + (right / 2.0), right - (2 * Padding));
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    private static string Shorten(string name)
    {
        var letters = new StringInfo(name);
        return letters.LengthInTextElements <= LongestName ? name : letters.SubstringByTextElements(0, LongestName - 1).TrimEnd() + "…";
    }

    // An estimate is enough: the text is fitted to it.
    private static int WidthOf(string text) => Math.Max(8, (int)Math.Ceiling(text.EnumerateRunes().Sum(r => r.Value switch
    {
        'i' or 'l' or 'j' or '.' or ',' or '\'' or '|' or 't' or 'f' or ' ' => 4.0,
        'm' or 'w' or 'M' or 'W' or '@' or '%' => 10.5,
        < 0x250 => 7.0,
        _ => 11.5,
    })));

    private static void Rect(XmlWriter xml, int x, int width, string? fill, int radius = 0)
    {
        xml.WriteStartElement("rect", Svg);
        Set(xml, ("x", x), ("width", width), ("height", Height));
        if (fill is not null) Set(xml, ("fill", fill));
        if (radius > 0) Set(xml, ("rx", radius));
        xml.WriteEndElement();
    }

    private static void Text(XmlWriter xml, string text, double x, int width)
    {
        xml.WriteStartElement("text", Svg);
        Set(xml, ("x", x.ToString("0.#", CultureInfo.InvariantCulture)), ("y", 14), ("textLength", width));
        xml.WriteString(text);
        xml.WriteEndElement();
    }

    private static void Set(XmlWriter xml, params (string Name, object Value)[] attributes)
    {
        foreach (var (name, value) in attributes) xml.WriteAttributeString(name, Convert.ToString(value, CultureInfo.InvariantCulture));
    }
}
