using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Extensions.Tables;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Exemplar.Docs.Tests.Support;

/// <summary>A Markdown file of the repository, parsed as GitHub shows it.</summary>
internal sealed class Document
{
    private static readonly MarkdownPipeline Pipeline =
        new MarkdownPipelineBuilder().UsePipeTables().UseAutoIdentifiers(AutoIdentifierOptions.GitHub).Build();

    private readonly MarkdownDocument _markdown;

    private Document(string name)
    {
        Name = name;
        _markdown = Markdown.Parse(File.ReadAllText(Repository.File(name)), Pipeline);
    }

    /// <summary>Its path as seen from the root.</summary>
    public string Name { get; }

    /// <summary>The targets of its links and pictures.</summary>
    public IEnumerable<string> Links => _markdown.Descendants<LinkInline>().Select(link => link.Url ?? "");

    /// <summary>What a <c>#</c> in a link may name.</summary>
    public IEnumerable<string?> Anchors => _markdown.Descendants<HeadingBlock>().Select(heading => heading.GetAttributes().Id);

    public static Document Read(string name) => new(name);

    /// <summary>The rows of the tables below a heading, without their heads; a cell is its text, with code as it stands.</summary>
    public List<string[]> Rows(string heading)
    {
        var rows = _markdown
            .SkipWhile(block => block is not HeadingBlock found || Text(found.Inline) != heading).Skip(1)
            .TakeWhile(block => block is not HeadingBlock)
            .OfType<Table>().SelectMany(table => table.OfType<TableRow>().Where(row => !row.IsHeader))
            .Select(row => row.Select(cell => string.Concat(((TableCell)cell).OfType<ParagraphBlock>().Select(p => Text(p.Inline)))).ToArray())
            .ToList();
        Assert.True(rows.Count > 0, $"{Name} has no table below '{heading}'.");
        return rows;
    }

    /// <summary>The code blocks below a heading, in order.</summary>
    public List<string> Code(string heading) =>
    [
        .. _markdown
            .SkipWhile(block => block is not HeadingBlock found || Text(found.Inline) != heading).Skip(1)
            .TakeWhile(block => block is not HeadingBlock)
            .OfType<FencedCodeBlock>().Select(block => block.Lines.ToString()),
    ];

    /// <summary>The code blocks of a language, in order.</summary>
    public List<string> Blocks(string language) =>
        [.. _markdown.Descendants<FencedCodeBlock>().Where(block => block.Info == language).Select(block => block.Lines.ToString())];

    /// <summary>The one code block right after the comment <c>&lt;!-- test: name --&gt;</c>.</summary>
    public string MarkedCode(string name)
    {
        var marks = _markdown.Where(block => block is HtmlBlock html && html.Lines.ToString().Trim() == $"<!-- test: {name} -->").ToList();
        var mark = Assert.Single(marks);
        return Assert.IsType<FencedCodeBlock>(_markdown[_markdown.IndexOf(mark) + 1]).Lines.ToString();
    }

    private static string Text(ContainerInline? inlines) => inlines is null ? "" : string.Concat(inlines.Select(inline => inline switch
    {
        CodeInline code => $"`{code.Content}`",
        LiteralInline literal => literal.Content.ToString(),
        ContainerInline container => Text(container),
        _ => "",
    }));
}
