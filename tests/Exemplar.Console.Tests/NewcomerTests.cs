using System.Diagnostics;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>Somebody who has never seen it: from the address that the server prints to a green monitor.</summary>
public sealed class NewcomerTests
{
    // Somebody types a field in about eight seconds, and finds and presses a button in about four.
    private static readonly TimeSpan Field = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Press = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task A_newcomer_has_a_green_monitor_in_under_two_minutes_with_what_the_pages_say_alone()
    {
        var clock = Stopwatch.StartNew();
        await using var visit = await Visit.StartAsync();
        var (page, human) = (visit.Page, TimeSpan.Zero);
        async Task FillAsync(ILocator field, string text) { await field.FillAsync(text); human += Field; }
        async Task PressAsync(ILocator button) { await button.ClickAsync(); human += Press; }

        // Nothing but the first address is typed: every further page is one that the page before leads to.
        await page.GotoAsync("/");
        await FillAsync(page.GetByLabel("Organization"), "Acme");
        await FillAsync(page.GetByLabel("E-mail"), Visit.Email);
        await FillAsync(page.GetByLabel("Password", new() { Exact = true }), Visit.Password);
        await FillAsync(page.GetByLabel("Password again"), Visit.Password);
        await PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Create organization" }));
        await visit.LiveAsync();
        await PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Create your first monitor" }));
        var dialog = page.GetByRole(AriaRole.Dialog);
        // The only field without which it cannot be saved.
        await FillAsync(dialog.GetByLabel("Name", new() { Exact = true }), "Nightly backup");
        await PressAsync(dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }));
        await PressAsync(dialog.GetByRole(AriaRole.Button, new() { Name = "Make a token for this job" }));
        var curl = dialog.Locator("pre[aria-label=curl]");
        await Assertions.Expect(curl).ToContainTextAsync("X-API-Key: eis_");
        await PressAsync(dialog.GetByRole(AriaRole.Button, new() { Name = "Copy curl", Exact = true }));

        // Pasted into a terminal as it is.
        human += Field;
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, UseShellExecute = false, ArgumentList = { "-c", await curl.InnerTextAsync() } };
        using (var terminal = Process.Start(start)!)
        {
            Assert.Contains("\"success\":true", await terminal.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
            await terminal.WaitForExitAsync();
        }
        await Assertions.Expect(dialog.GetByText("The first heartbeat has arrived.")).ToBeVisibleAsync();
        await PressAsync(dialog.GetByRole(AriaRole.Button, new() { Name = "Open Monitor results" }));
        await Assertions.Expect(page.Locator(".standing .status.s-up")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".timeline.large .s-up").First).ToBeAttachedAsync();

        var total = clock.Elapsed + human;
        Assert.True(total < TimeSpan.FromMinutes(2), $"It took {clock.Elapsed.TotalSeconds:0} s, and somebody who types and reads {human.TotalSeconds:0} s more.");
        Assert.Empty(visit.Errors);
    }
}
