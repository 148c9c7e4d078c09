using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Xml.Linq;
using Exemplar.Client.Tests.Support;

namespace Exemplar.Client.Tests;

/// <summary>The file that would be published, as a customer meets it.</summary>
public sealed class PackageTests(PackedClient client)
{
    [Fact]
    public async Task It_holds_a_library_with_its_documentation_for_each_framework_and_its_readme()
    {
        await using var package = await ZipFile.OpenReadAsync(client.Package);
        var files = package.Entries.Select(entry => entry.FullName).ToList();
        foreach (var framework in new[] { "netstandard2.0", "net8.0", "net10.0" })
        {
            Assert.Contains($"lib/{framework}/Exemplar.Client.dll", files);
            Assert.Contains($"lib/{framework}/Exemplar.Client.xml", files);
        }
        Assert.Contains("README.md", files);
        Assert.Contains("CHANGELOG.md", files);
    }

    [Fact]
    public async Task It_asks_for_no_more_than_it_needs()
    {
        await using var package = await ZipFile.OpenReadAsync(client.Package);
        await using var stream = await package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).OpenAsync();
        var nuspec = await XDocument.LoadAsync(stream, LoadOptions.None, CancellationToken.None);
        var needs = nuspec.Descendants().Where(element => element.Name.LocalName == "group").ToDictionary(
            group => group.Attribute("targetFramework")!.Value, group => group.Elements().Select(d => d.Attribute("id")!.Value).Order().ToArray(), StringComparer.Ordinal);

        string[] always = ["Microsoft.Extensions.Diagnostics.HealthChecks", "Microsoft.Extensions.Http"];
        Assert.Equal(always, needs["net10.0"]);
        Assert.Equal(always, needs["net8.0"]);
        Assert.Equal(["Microsoft.Bcl.TimeProvider", .. always, "System.Text.Json"], needs[".NETStandard2.0"]);
    }

    [Fact]
    public async Task Libraries_for_older_frameworks_build_with_it_without_a_warning() =>
        await client.BuildAsync("tests/Exemplar.Client.Tests/OldConsumer", "build");

    [Fact]
    public async Task A_trimmed_native_program_is_published_without_a_warning_and_does_as_the_vectors_say()
    {
        var (folder, output) = await client.BuildAsync(
            "tests/Exemplar.Client.Tests/Consumer", "publish", "-r", "linux-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), "-p:PublishAot=true");
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);

        var program = Assert.Single(Directory.GetFiles(folder, "Consumer", SearchOption.AllDirectories), file => file.Contains("/publish/", StringComparison.Ordinal));
        // Judging all of them once more would only cost time; these go through every part that trimming could break.
        string[] files = ["sdks/contract/requests.json", "sdks/contract/answers.json", "sdks/contract/misuse.json"];
        var seen = await PackedClient.RunVectorsAsync(program, [], "injected", files);
        Assert.True(seen.Count > 50, $"Only {seen.Count} vectors were run.");
        Assert.All(seen.Values.Where(v => !SharedVectors.LeftOut.ContainsKey(v["name"]!.GetValue<string>())), vector => Assert.Empty(Verdict.Faults(vector)));
    }

    [Fact]
    public void Every_snippet_of_the_readme_is_in_the_program_that_was_built() => Assert.True(Snippets.Of("src/Exemplar.Client/README.md").Count >= 4);
}
