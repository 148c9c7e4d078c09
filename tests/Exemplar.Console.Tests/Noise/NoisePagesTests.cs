using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Noise;

/// <summary>When somebody is told, set and seen in the browser, in both themes and on a telephone.</summary>
public sealed class NoisePagesTests
{
    [Fact]
    public async Task What_a_monitor_tells_is_set_in_its_dialog_said_in_plain_words_and_seen_in_its_incident()
    {
        await using var visit = await Visit.StartSignedInAsync();
        var (page, dialog) = (visit.Page, visit.Page.GetByRole(AriaRole.Dialog));
        await SettingsAsync(visit);
        await visit.OpenAsync("/monitors");
        var host = await visit.CreateMonitorAsync("Host <b>eu-west</b>", "2 s", "1 s");
        await visit.OpenAsync("/monitors");
        await visit.CreateMonitorAsync("Flaky import", "2 s", "1 s");
        await visit.OpenAsync("/monitors");

        await visit.OpenCreateAsync();
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Nightly backup");
        await dialog.GetByLabel("Expected interval", new() { Exact = true }).FillAsync("2 s");
        await dialog.GetByLabel("Grace period", new() { Exact = true }).FillAsync("1 s");
        await dialog.GetByText("Alerts: at the first failed check").ClickAsync();
        await dialog.GetByLabel("Alert after").FillAsync("21");
        await dialog.GetByLabel("Remind every").FillAsync("soon");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#alert-after-error")).ToContainTextAsync("from 1 to 20");
        await Assertions.Expect(dialog.Locator("#remind-every-error")).ToContainTextAsync("must be a duration");
        await dialog.GetByLabel("Alert after").FillAsync("3");
        await dialog.GetByLabel("Remind every").FillAsync("30 min");
        await dialog.GetByLabel("Depends on").FillAsync("eu-west");
        await dialog.GetByLabel("Host <b>eu-west</b>").CheckAsync();
        await visit.ShowAsync("noise-dialog", light: false);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Open Monitor results" }).ClickAsync();
        await Assertions.Expect(page.Locator(".alerts-fact")).ToContainTextAsync("Alerts after 3 failed checks in a row.");
        await Assertions.Expect(page.Locator(".alerts-fact")).ToContainTextAsync("Reminds every 30 min");
        Assert.Equal($"/monitors/{host}", await page.GetByRole(AriaRole.Link, new() { Name = "Host <b>eu-west</b>" }).GetAttributeAsync("href"));

        await visit.OpenAsync("/incidents");
        await Assertions.Expect(page.Locator(".in-title a")).ToHaveCountAsync(3, new() { Timeout = 20_000 });
        foreach (var light in new[] { false, true })
        {
            if (light) await visit.SwitchToLightAsync();
            await visit.OpenAsync("/incidents");
            await page.GetByRole(AriaRole.Link, new() { Name = "Nightly backup is down" }).ClickAsync();
            await Assertions.Expect(page.Locator(".quiet")).ToContainTextAsync("it depends on Host <b>eu-west</b>, which is down");
            await Assertions.Expect(page.Locator(".happened")).ToContainTextAsync("held: Host <b>eu-west</b> is down");
            await visit.ShowAsync("noise-held", light);
            await visit.OpenAsync("/incidents");
            await page.GetByRole(AriaRole.Link, new() { Name = "Host <b>eu-west</b> is down" }).ClickAsync();
            await Assertions.Expect(page.Locator(".quiet")).ToContainTextAsync("Holds 1");
            await visit.ShowAsync("noise-holds", light);
        }

        await visit.OpenAsync("/monitors");
        await page.GetByRole(AriaRole.Link, new() { Name = "Nightly backup" }).ClickAsync();
        await visit.LiveAsync();
        await visit.ShowAsync("noise-monitor", light: true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await dialog.GetByText("Alerts: after 3 failed checks in a row").ClickAsync();
        await visit.ShowAsync("noise-dialog", light: true);
        await Assertions.Expect(dialog.GetByLabel("Alert after")).ToHaveValueAsync("3");
        await dialog.GetByLabel("Alert after").FillAsync("");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Do not depend on Host" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".alerts-fact")).ToContainTextAsync("Alerts at the first failed check.");
        await Assertions.Expect(page.Locator(".alerts-fact")).Not.ToContainTextAsync("Depends on");
        Assert.Empty(visit.Errors);
        Assert.DoesNotContain("fail:", visit.Server.Log, StringComparison.Ordinal);
    }

    private static async Task SettingsAsync(Visit visit)
    {
        var page = visit.Page;
        await visit.OpenAsync("/settings/organization");
        await page.GetByLabel("Over after").FillAsync("0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.Locator("#recover-after-error")).ToContainTextAsync("from 1 to 20");
        await page.GetByLabel("Over after").FillAsync("2");
        await page.GetByLabel("Remind every").FillAsync("2 h");
        await page.GetByLabel("Late heartbeats").SelectOptionAsync("true");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await visit.ShowAsync("noise-settings", light: false);
        await visit.OpenAsync("/settings/organization");
        await Assertions.Expect(page.GetByLabel("Over after")).ToHaveValueAsync("2");
        await Assertions.Expect(page.GetByLabel("Remind every")).ToHaveValueAsync("2 h");
    }
}
