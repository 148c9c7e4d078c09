using System.Xml;
using Exemplar.Server.Console.Schedules;

namespace Exemplar.Server.StatusPages;

/// <summary>
/// The downtimes and the planned work of a status page as an Atom feed (RFC 4287): an entry for each. That of a downtime changes once,
/// when it ends; that of planned work with whatever is told about it.
/// </summary>
internal static class StatusFeed
{
    private const string Atom = "http://www.w3.org/2005/Atom";

    public static byte[] Write(StatusPageView page) => XmlText.Write(xml =>
    {
        xml.WriteStartElement("feed", Atom);
        xml.WriteElementString("id", Atom, "urn:exemplar:status:" + page.Slug);
        xml.WriteElementString("title", Atom, XmlText.Clean(page.Title) + " status");
        xml.WriteElementString("updated", Atom, Moments.Text(
            page.Downtimes.Select(d => d.To ?? d.From).Concat(page.Maintenance.Select(m => m.UpdatedAt)).DefaultIfEmpty(page.At.AddDays(-StatusPageView.Days)).Max()));
        // Relative: the host of the request that fills the cache must not get into what others read.
        Link(xml, "self", "feed.atom");
        Link(xml, "alternate", "../" + page.Slug);
        xml.WriteStartElement("author", Atom);
        xml.WriteElementString("name", Atom, XmlText.Clean(page.Title));
        xml.WriteEndElement();
        foreach (var work in page.Maintenance) WriteEntry(xml, page, work);
        foreach (var downtime in page.Downtimes) WriteEntry(xml, page, downtime);
        xml.WriteEndElement();
    });

    private static void WriteEntry(XmlWriter xml, StatusPageView page, PublicMaintenance work)
    {
        xml.WriteStartElement("entry", Atom);
        xml.WriteElementString("id", Atom, $"urn:exemplar:status:{page.Slug}:maintenance:{work.Key}");
        xml.WriteElementString("title", Atom, $"Maintenance: {XmlText.Clean(work.Title)}");
        xml.WriteElementString("updated", Atom, Moments.Text(work.UpdatedAt));
        Link(xml, "alternate", "../" + page.Slug);
        var told = work.Updates is [var (at, text), ..] ? $" {TimeWords.Utc(at)}: {XmlText.Clean(text)}" : "";
        xml.WriteElementString("summary", Atom,
            $"{XmlText.Clean(work.Affects)}: {work.Severity.ToString().ToLowerInvariant()} maintenance from {TimeWords.Utc(work.From)} to {TimeWords.Utc(work.To)}.{told}");
        xml.WriteEndElement();
    }

    private static void WriteEntry(XmlWriter xml, StatusPageView page, PublicDowntime downtime)
    {
        var service = XmlText.Clean(downtime.Service);
        xml.WriteStartElement("entry", Atom);
        xml.WriteElementString("id", Atom, $"urn:exemplar:status:{page.Slug}:{downtime.ServiceSlug}:{downtime.From.ToUnixTimeMilliseconds()}");
        xml.WriteElementString("title", Atom, downtime.To is { } to ? $"{service} was down for {TimeWords.Long(to - downtime.From)}" : $"{service} is down");
        xml.WriteElementString("published", Atom, Moments.Text(downtime.From));
        xml.WriteElementString("updated", Atom, Moments.Text(downtime.To ?? downtime.From));
        Link(xml, "alternate", "../" + page.Slug);
        xml.WriteElementString("summary", Atom, downtime.To is { } end
            ? $"Down from {TimeWords.Utc(downtime.From)} to {TimeWords.Utc(end)}."
            : $"Down since {TimeWords.Utc(downtime.From)}.");
        xml.WriteEndElement();
    }

    private static void Link(XmlWriter xml, string rel, string href)
    {
        xml.WriteStartElement("link", Atom);
        xml.WriteAttributeString("rel", rel);
        xml.WriteAttributeString("href", href);
        xml.WriteEndElement();
    }
}
