using System.Diagnostics;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>The customer's guide, from an empty server to a downtime in history, with a real browser and a real curl.</summary>
public sealed class CustomerGuideTests
{
    [Fact]
    public async Task From_the_first_run_to_a_green_timeline_and_a_recorded_downtime()
    {
        await using var visit = await Visit.StartAsync();
        var page = visit.Page;

        await page.GotoAsync("/");
        await page.ArriveAsync("**/setup");
        await page.GetByLabel("Organization").FillAsync("Analytical Engines");
        await page.GetByLabel("E-mail").FillAsync(Visit.Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Visit.Password);
        await page.GetByLabel("Password again").FillAsync(Visit.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create organization" }).ClickAsync();
        await page.ArriveAsync("**/monitors");
        await visit.OpenAsync("/monitors");
        await Assertions.Expect(page.GetByText("Nothing is watched yet")).ToBeVisibleAsync();

        var id = await CreateAsync(visit);
        var dialog = page.GetByRole(AriaRole.Dialog);
        Assert.Matches("^[0-9a-f]{24}$", id);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make a token for this job" }).ClickAsync();
        var curl = dialog.Locator("pre[aria-label=curl]");
        await Assertions.Expect(curl).ToContainTextAsync("X-API-Key: eis_");
        var line = await curl.InnerTextAsync();
        Assert.Contains(id, line, StringComparison.Ordinal);
        Assert.Contains(visit.Server.Address.GetLeftPart(UriPartial.Authority), line, StringComparison.Ordinal);

        Assert.Contains("\"status\":\"up\"", await RunAsync(line), StringComparison.Ordinal);
        await Assertions.Expect(dialog.GetByText("The first heartbeat has arrived.")).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Open Monitor results" }).ClickAsync();
        await page.ArriveAsync($"**/monitors/{id}");

        var standing = page.Locator(".standing");
        // Opening the page may have taken longer than the job's promise.
        await RunAsync(line);
        await Assertions.Expect(standing).ToContainTextAsync("up");
        await Assertions.Expect(page.Locator(".timeline.large .s-up").First).ToBeAttachedAsync();
        await Assertions.Expect(page.Locator(".facts").First).ToContainTextAsync("expected_interval_minutes");
        await page.Locator(".check summary").First.ClickAsync();
        await Assertions.Expect(page.Locator(".check pre").First).ToContainTextAsync("\"hostname\": \"worker-01\"");

        // Nobody calls in any more.
        await Assertions.Expect(standing).ToContainTextAsync("down", new() { Timeout = 20_000 });
        await Assertions.Expect(page.Locator(".timeline.large .s-down").First).ToBeAttachedAsync();
        await Assertions.Expect(page.Locator(".check .why").First).ToContainTextAsync(
            "no heartbeat received within expected_interval_minutes + grace_period_minutes (0.05 + 0.033333 min; last heartbeat");

        await page.GetByRole(AriaRole.Link, new() { Name = "Monitors", Exact = true }).First.ClickAsync();
        await Assertions.Expect(page.Locator(".row .status.s-down")).ToBeVisibleAsync();
        await RunAsync(line);
        await Assertions.Expect(page.Locator(".row .status.s-up")).ToBeVisibleAsync();
        Assert.Empty(visit.Errors);
        Assert.DoesNotContain("fail:", visit.Server.Log, StringComparison.Ordinal);

        var gone = await page.GotoAsync("/setup");
        Assert.Equal(404, gone!.Status);
    }

    private static async Task<string> CreateAsync(Visit visit)
    {
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Create your first monitor" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog.GetByText("CREATE_MONITOR")).ToBeVisibleAsync();
        await Assertions.Expect(dialog.Locator("pre[aria-label=curl]")).ToContainTextAsync("<monitor_id>");

        await dialog.GetByLabel("Expected interval", new() { Exact = true }).FillAsync("soon");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#name-error")).ToContainTextAsync("must not be empty");
        await Assertions.Expect(dialog.Locator("#interval-error")).ToContainTextAsync("must be a duration");

        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Nightly backup");
        await dialog.GetByLabel("Expected interval", new() { Exact = true }).FillAsync("3 s");
        await dialog.GetByLabel("Grace period", new() { Exact = true }).FillAsync("2 s");
        await dialog.GetByLabel("First deadline counts from").SelectOptionAsync("first heartbeat");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }).ClickAsync();
        await Assertions.Expect(dialog.GetByText("Waiting for the first heartbeat")).ToBeVisibleAsync();
        return await dialog.Locator("dl.facts code").First.InnerTextAsync();
    }

    private static async Task<string> RunAsync(string line)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(line);
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
