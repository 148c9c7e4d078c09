using Markdig;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;

namespace Exemplar.Server.Console.Incidents;

/// <summary>
/// Markdown that other people wrote, as markup that can do no harm: HTML in it stays text, links lead only to the web or to
/// somebody's mail, and pictures are links, so that reading a note tells nobody.
/// </summary>
internal static class NoteMarkup
{
    private const int HighestHeading = 4;
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UseAutoLinks().UseSoftlineBreakAsHardlineBreak().Build();

    public static MarkupString Of(string text)
    {
        try
        {
            var document = Markdown.Parse(text, Pipeline);
            foreach (var heading in document.Descendants<HeadingBlock>()) heading.Level = Math.Min(6, heading.Level + HighestHeading - 1);
            foreach (var link in document.Descendants<LinkInline>().ToList()) Tame(link);
            foreach (var link in document.Descendants<AutolinkInline>().ToList())
            {
                if (link.IsEmail || IsHarmless(link.Url)) Open(link);
                else link.ReplaceBy(new LiteralInline(link.Url));
            }
            return new MarkupString(document.ToHtml(Pipeline));
        }
        catch (ArgumentException)
        {
            // Nested deeper than the parser follows: then it is read as it was typed.
            return new MarkupString($"<pre>{System.Net.WebUtility.HtmlEncode(text)}</pre>");
        }
    }

    private static void Tame(LinkInline link)
    {
        link.GetDynamicUrl = null;
        if (!IsHarmless(link.Url))
        {
            link.ReplaceBy(new ContainerInline(), copyChildren: true);
            return;
        }
        if (link.IsImage && link.FirstChild is null) link.AppendChild(new LiteralInline(link.Url!));
        link.IsImage = false;
        Open(link);
    }

    private static void Open(Inline link)
    {
        var attributes = link.GetAttributes();
        attributes.AddPropertyIfNotExist("rel", "noopener noreferrer nofollow");
        attributes.AddPropertyIfNotExist("target", "_blank");
    }

    private static bool IsHarmless(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" or "mailto";
}
