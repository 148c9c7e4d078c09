using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Probes;

/// <summary>Monitors that are probed, in the browser: with the kinds turned on that nothing probes yet.</summary>
public sealed class ProbePageTests
{
    private const string Secret = "Bearer never-on-a-page";

    [Fact]
    public async Task Kinds_that_are_not_there_yet_are_shown_and_cannot_be_chosen()
    {
        await using var visit = await Visit.StartSharedAsync();
        await visit.OpenAsync("/monitors");
        var dialog = await visit.OpenCreateAsync();
        await Assertions.Expect(dialog.GetByLabel("Push heartbeat")).ToBeCheckedAsync();
        foreach (var kind in new[] { "Endpoint", "SSL", "ICMP" })
        {
            await Assertions.Expect(dialog.GetByLabel(kind)).ToBeDisabledAsync();
            await Assertions.Expect(dialog.Locator(".kind-option", new() { HasText = kind })).ToContainTextAsync("not yet");
        }
    }

    [Fact]
    public async Task Probes_are_made_shown_edited_and_their_secrets_never_come_back()
    {
        await using var visit = await Visit.StartSignedInAsync(("EXEMPLAR_UNFINISHED_PROBE_KINDS", "true"));
        var page = visit.Page;
        await visit.OpenAsync("/monitors");
        var dialog = await visit.OpenCreateAsync();
        await dialog.GetByLabel("Endpoint").CheckAsync();
        await Assertions.Expect(dialog.GetByText("Developer integration")).ToHaveCountAsync(0);
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Shop");
        await dialog.GetByLabel("Address", new() { Exact = true }).FillAsync("http://10.0.0.1/health");
        await dialog.GetByLabel("Expected status").FillAsync("fine");
        await dialog.GetByLabel("Timeout, seconds").FillAsync("soon");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add a header" }).ClickAsync();
        await dialog.GetByLabel("Header, name 1").FillAsync("Host");
        await dialog.GetByLabel("Header, value 1").FillAsync("x");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add a condition" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#url-error")).ToContainTextAsync("must be a public address");
        await Assertions.Expect(dialog.Locator("#expected-status-error")).ToContainTextAsync("200-299, 304");
        await Assertions.Expect(dialog.Locator("#timeout-error")).ToContainTextAsync("whole number");
        await Assertions.Expect(dialog.GetByText("must not set Host")).ToBeVisibleAsync();
        await Assertions.Expect(dialog.GetByText("value must not be empty.")).ToBeVisibleAsync();
        await visit.ShouldBeAccessibleAsync("create endpoint with mistakes");

        await dialog.GetByLabel("Address", new() { Exact = true }).FillAsync("https://example.com/health");
        await dialog.GetByLabel("Expected status").FillAsync("200,204");
        await dialog.GetByLabel("Timeout, seconds").FillAsync("5");
        await dialog.GetByLabel("Header, name 1").FillAsync("Authorization");
        await dialog.GetByLabel("Header, value 1").FillAsync(Secret);
        await dialog.GetByLabel("Condition 1, of").SelectOptionAsync("json");
        await dialog.GetByLabel("Condition 1, name").FillAsync("$.status");
        await dialog.GetByLabel("Condition 1, value").FillAsync("ok");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }).ClickAsync();
        await page.ArriveAsync("**/monitors/*");
        var facts = page.Locator("dl.facts").First;
        foreach (var text in new[] { "https://example.com/health", "200, 204", "Authorization", "values are secret", "json $.status contains ok", "interval_minutes", "failures_before_down" })
            await Assertions.Expect(facts).ToContainTextAsync(text);
        await Assertions.Expect(facts).Not.ToContainTextAsync("grace_period_minutes");

        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog.GetByLabel("Header, name 1")).ToHaveValueAsync("Authorization");
        await Assertions.Expect(dialog.GetByLabel("Header, value 1")).ToHaveValueAsync("");
        await Assertions.Expect(dialog.GetByLabel("Kind")).ToHaveCountAsync(0);
        await dialog.GetByLabel("Every", new() { Exact = true }).FillAsync("5 min");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(facts).ToContainTextAsync("Authorization");
        await Assertions.Expect(facts.Locator("dt:text-is('interval_minutes') + dd")).ToContainTextAsync("5");
        Assert.DoesNotContain("never-on-a-page", await page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("never-on-a-page", visit.Server.Log, StringComparison.Ordinal);

        await MakeHostAsync(visit, "SSL", "Certificate", "warn_days");
        await MakeHostAsync(visit, "ICMP", "Gateway", "count");
        await visit.OpenAsync("/monitors?kind=ssl");
        await Assertions.Expect(page.Locator("[data-row]")).ToHaveCountAsync(1);
        Assert.Empty(visit.Errors);
    }

    private static async Task MakeHostAsync(Visit visit, string kind, string name, string fact)
    {
        await visit.OpenAsync("/monitors");
        var dialog = await visit.OpenCreateAsync();
        await dialog.GetByLabel(kind).CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#host-error")).ToContainTextAsync("must not be empty");
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await dialog.GetByLabel("Host", new() { Exact = true }).FillAsync("example.com");
        await visit.ShouldBeAccessibleAsync($"create {kind}");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }).ClickAsync();
        await visit.Page.ArriveAsync("**/monitors/*");
        await Assertions.Expect(visit.Page.Locator("dl.facts").First).ToContainTextAsync(fact);
    }
}
