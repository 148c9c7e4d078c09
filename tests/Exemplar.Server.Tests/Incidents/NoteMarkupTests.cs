using Exemplar.Server.Console.Incidents;

namespace Exemplar.Server.Tests.Incidents;

/// <summary>Notes are other people's Markdown on everybody's screen.</summary>
public sealed class NoteMarkupTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("<div>\n\n<svg/onload=alert(1)>\n\n</div>")]
    [InlineData("text <a href=\"javascript:alert(1)\">click</a>")]
    [InlineData("![x](https://example.org/\"onerror=\"alert(1))")]
    [InlineData("[x](https://example.org/ \"a\\\" onmouseover=\\\"alert(1)\")")]
    [InlineData("`<img src=x onerror=alert(1)>`")]
    [InlineData("```<img src=x onerror=alert(1)>\n<script>\n```")]
    [InlineData("<!-- --><script>alert(1)</script>")]
    public void Html_in_a_note_stays_text(string note)
    {
        var markup = NoteMarkup.Of(note).Value;
        var tags = Tags(markup);
        Assert.DoesNotContain(tags, tag => tag is "script" or "img" or "svg" or "div" or "iframe");
        Assert.DoesNotMatch("<[^>]*[\"' ]on[a-z]+\\s*=", Unquoted(markup));
    }

    [Theory]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt&#58;alert(1))")]
    [InlineData("[x](java\\script:alert(1))")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("[x](vbscript:msgbox)")]
    [InlineData("[x](/sign-out)")]
    [InlineData("[x](//example.org)")]
    [InlineData("[x][r]\n\n[r]: javascript:alert(1)")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("<data:text/html,x>")]
    public void Links_that_lead_anywhere_but_to_the_web_are_text(string note) =>
        Assert.DoesNotContain("a", Tags(NoteMarkup.Of(note).Value));

    [Theory]
    [InlineData("[graph](https://example.org/graph)")]
    [InlineData("<https://example.org/graph>")]
    [InlineData("https://example.org/graph")]
    [InlineData("![graph](https://example.org/graph)")]
    public void Links_to_the_web_and_pictures_are_links_that_tell_nobody_where_they_were(string note)
    {
        var markup = NoteMarkup.Of(note).Value;
        Assert.Equal(["p", "a"], Tags(markup));
        Assert.Contains("href=\"https://example.org/graph\"", markup, StringComparison.Ordinal);
        Assert.Contains("rel=\"noopener noreferrer nofollow\"", markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Headings_stay_below_those_of_the_page_and_lines_break_where_they_were_broken()
    {
        Assert.Equal(["h4"], Tags(NoteMarkup.Of("# Found it").Value));
        Assert.Equal(["h6"], Tags(NoteMarkup.Of("###### Found it").Value));
        Assert.Equal(["p", "br"], Tags(NoteMarkup.Of("one\ntwo").Value));
    }

    [Fact]
    public void A_note_that_is_nested_deeper_than_anybody_writes_is_shown_as_it_was_typed()
    {
        var markup = NoteMarkup.Of(new string('>', 9_000) + " <b>").Value;
        Assert.StartsWith("<pre>&gt;", markup, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", markup, StringComparison.Ordinal);
    }

    private static List<string> Tags(string markup) =>
        [.. System.Text.RegularExpressions.Regex.Matches(markup, "<(?<name>[a-z0-9]+)", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1))
            .Select(match => match.Groups["name"].Value)];

    // What stands inside of quotation marks is a value, not an attribute.
    private static string Unquoted(string markup) =>
        System.Text.RegularExpressions.Regex.Replace(markup, "\"[^\"]*\"", "\"\"", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
}
