using Markdig;
using Markdig.Syntax;

namespace Exemplar.Client.Tests.Support;

/// <summary>The C# of a document, written into a project so that it is compiled. Statements become a method, types stay types.</summary>
internal static class Snippets
{
    public static IReadOnlyList<string> Of(string document) =>
    [
        .. Markdown.Parse(File.ReadAllText(Repository.File(document))).Descendants<FencedCodeBlock>()
            .Where(block => block.Info == "csharp").Select(block => block.Lines.ToString()),
    ];

    public static async Task WriteAsync(string document, string folder)
    {
        var number = 0;
        foreach (var snippet in Of(document))
        {
            number++;
            var lines = snippet.Split('\n');
            var usings = string.Join('\n', lines.Where(line => line.StartsWith("using ", StringComparison.Ordinal) && !line.Contains('=', StringComparison.Ordinal)));
            var rest = string.Join('\n', lines.Where(line => !usings.Contains(line, StringComparison.Ordinal) || line.Length == 0));
            var isType = rest.TrimStart().StartsWith("public sealed ", StringComparison.Ordinal) || rest.TrimStart().StartsWith("internal sealed ", StringComparison.Ordinal);
            await File.WriteAllTextAsync(
                Path.Combine(folder, $"Snippet{number}.cs"),
                isType ? $"{usings}\nnamespace Snippet{number};\n{rest}\n"
                    : $"{usings}\nnamespace Snippet{number};\ninternal static class Snippet\n{{\n    public static async Task RunAsync(string[] args)\n    {{\n{rest}\n        await Task.Yield();\n    }}\n}}\n");
        }
    }
}
