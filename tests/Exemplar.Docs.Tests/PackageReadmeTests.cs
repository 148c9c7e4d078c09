using System.Net;
using Exemplar.Docs.Tests.Support;
using Exemplar.Server.Console.Monitors;

namespace Exemplar.Docs.Tests;

/// <summary>What documents say in passing: lines that install, files that are started, bodies that are sent.</summary>
public sealed class PackageReadmeTests(SnippetServer server) : IClassFixture<SnippetServer>
{
    [Theory]
    [InlineData("sdks/typescript/README.md", "TypeScript")]
    [InlineData("sdks/python/README.md", "Python")]
    [InlineData("src/Exemplar.Client/README.md", ".NET")]
    public void A_package_is_installed_as_the_console_says(string document, string way)
    {
        // The console's line is run by another test.
        var install = new Snippets("http://localhost:8080", "", "", null).Ways.Single(w => w.Name == way).Snippets[0].Text.Split('\n')[0];
        Assert.Equal(install, Document.Read(document).Blocks("sh")[0]);
    }

    [Fact]
    public async Task The_channel_of_the_documentation_is_taken()
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        http.DefaultRequestHeaders.Add("X-API-Key", ServerProcess.AdminToken);
        using var body = new StringContent(Document.Read("docs/channels.md").Blocks("json")[0]);
        using var made = await http.PostAsync("/api/monitoring/channels", body);
        Assert.Equal((HttpStatusCode.Created, ""), (made.StatusCode, made.IsSuccessStatusCode ? "" : await made.Content.ReadAsStringAsync()));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("sdks/README.md")]
    public void Scripts_and_projects_that_are_started_are_there(string document)
    {
        var named = Document.Read(document).Blocks("sh").SelectMany(block => block.Split('\n'))
            .SelectMany(line => line.Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(word => word.EndsWith(".sh", StringComparison.Ordinal) || word.StartsWith("src/", StringComparison.Ordinal) || word.StartsWith("tests/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.True(File.Exists(Repository.File(name)) || Directory.Exists(Repository.File(name)), $"{document} names {name}."));
    }
}
