using Exemplar.Docs.Tests.Support;

namespace Exemplar.Docs.Tests;

/// <summary>Nobody who follows a link stands before nothing.</summary>
public sealed class LinkTests
{
    [Fact]
    public async Task Every_relative_link_leads_to_a_file_of_the_repository_and_to_a_heading_in_it()
    {
        var files = await FilesAsync();
        var documents = files.Where(file => file.EndsWith(".md", StringComparison.Ordinal)).ToDictionary(file => file, Document.Read, StringComparer.Ordinal);
        Assert.Contains("README.md", documents);

        var followed = 0;
        var dead = new List<string>();
        foreach (var document in documents.Values)
        {
            foreach (var link in document.Links.Where(link => !Uri.TryCreate(link, UriKind.Absolute, out _)))
            {
                followed++;
                if (Fault(document.Name, link, files, documents) is { } fault) dead.Add($"{document.Name}: {link} {fault}");
            }
        }

        Assert.Empty(dead);
        Assert.True(followed > 50, $"Only {followed} links were followed.");
    }

    private static string? Fault(string from, string link, HashSet<string> files, Dictionary<string, Document> documents)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? from
            : Path.GetRelativePath(Repository.Root, Path.GetFullPath(Repository.File(Path.Combine(Path.GetDirectoryName(from)!, Uri.UnescapeDataString(parts[0])))));
        target = target.TrimEnd('/');
        if (!files.Contains(target) && !files.Any(file => file.StartsWith(target + "/", StringComparison.Ordinal))) return "is no file of the repository";
        if (parts.Length == 1) return null;
        return documents.TryGetValue(target, out var document) && document.Anchors.Contains(parts[1], StringComparer.Ordinal) ? null : "names no heading";
    }

    /// <summary>What is in the repository or about to be added: a file that git ignores helps nobody else.</summary>
    private static async Task<HashSet<string>> FilesAsync()
    {
        var run = await Programs.RunAsync(
            Repository.Root, new Dictionary<string, string>(StringComparer.Ordinal), "git", "ls-files", "--cached", "--others", "--exclude-standard", "-z");
        Assert.Equal((0, ""), (run.Code, run.Errors));
        return [.. run.Output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file => File.Exists(Repository.File(file)))];
    }
}
