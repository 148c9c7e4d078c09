using System.Text.Json;
using Exemplar.Testing;

namespace Exemplar.Server.Tests.OpenApi;

public sealed class OpenApiTests(ApiServer server) : IClassFixture<ApiServer>
{
    /// <summary>
    /// After a change of the API: run this test with UPDATE_OPENAPI=1, read the difference, commit it with the change.
    /// </summary>
    [Fact]
    public async Task The_document_is_the_one_that_is_committed()
    {
        var actual = (await server.Http.GetStringAsync("/openapi/v1.json")).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var file = Repository.File("docs/openapi.json");
        if (Environment.GetEnvironmentVariable("UPDATE_OPENAPI") == "1") await File.WriteAllTextAsync(file, actual);
        Assert.True(File.Exists(file), "docs/openapi.json is missing. Run this test with UPDATE_OPENAPI=1 to write it.");
        Assert.Equal(await File.ReadAllTextAsync(file), actual);
    }

    [Fact]
    public async Task Nothing_is_in_it_that_no_server_answers()
    {
        var document = JsonDocument.Parse(await File.ReadAllTextAsync(Repository.File("docs/openapi.json"))).RootElement;
        Assert.All(document.GetProperty("paths").EnumerateObject(), path => Assert.StartsWith("/api/", path.Name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_operation_is_described()
    {
        var document = JsonDocument.Parse(await server.Http.GetStringAsync("/openapi/v1.json")).RootElement;
        var operations = document.GetProperty("paths").EnumerateObject()
            .Where(p => p.Name.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(p => p.Value.EnumerateObject().Select(o => (Name: o.Name + " " + p.Name, o.Value)))
            .ToList();
        Assert.Contains("post /api/monitoring/heartbeat", operations.Select(o => o.Name));
        Assert.True(operations.Count >= 15, $"Only {operations.Count} operations.");
        Assert.All(operations, o =>
        {
            Assert.False(string.IsNullOrEmpty(o.Value.Text("summary")), o.Name);
            Assert.False(string.IsNullOrEmpty(o.Value.Text("description")), o.Name);
            Assert.False(string.IsNullOrEmpty(o.Value.Text("operationId")), o.Name);
            Assert.Equal(2, o.Value.GetProperty("security").GetArrayLength());
            foreach (var status in new[] { "401", "403", "429", "503" })
                Assert.True(o.Value.GetProperty("responses").GetProperty(status).GetProperty("content").TryGetProperty("application/problem+json", out _), o.Name);
        });
        Assert.False(document.TryGetProperty("servers", out var servers) && servers.GetArrayLength() > 0);
    }

    [Fact]
    public async Task There_is_a_page_to_read_it()
    {
        using var answer = await server.Http.GetAsync("/api/docs");
        Assert.Equal("text/html", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("openapi/v1.json", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
