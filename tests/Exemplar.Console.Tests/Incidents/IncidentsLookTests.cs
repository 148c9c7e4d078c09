using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Incidents;

/// <summary>Everybody can use the pages of incidents and channels: in both themes, on a telephone and on a wide screen.</summary>
public sealed class IncidentsLookTests
{
    [Fact]
    public async Task Every_page_of_incidents_and_channels_is_accessible_in_both_themes_and_fits_a_telephone()
    {
        await using var receiver = Receiver.Start();
        await using var visit = await Visit.StartSignedInAsync(("EXEMPLAR_ALLOW_PRIVATE_ADDRESSES", "127.0.0.0/8"));
        var page = visit.Page;
        await EmptyAsync(visit);
        await AddChannelAsync(visit, "Add your first channel", "On-call bridge", receiver.Address);
        await AddChannelAsync(visit, "Add channel", "Platform team, all alerts of the eu-west cluster", "http://127.0.0.1:9/nobody-listens");
        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test to On-call bridge" }).ClickAsync();
        await Assertions.Expect(page.Locator(".ch-test")).ToContainTextAsync("Delivered");

        var backup = await Job.CreateAsync(visit, "Nightly backup of the customer database", "2 s", "1 s", "backup, eu-west");
        var mail = await Job.CreateAsync(visit, "Mail queue", "2 s", "1 s", "mail");
        await Job.ExecuteAsync(visit, "UPDATE monitors SET runbook_url = 'https://example.org/runbooks/backup'");
        await backup.BeatAsync(new { hostname = "worker-01.eu-west.example.org", region = "eu-west-1", job_id = "backup-20261124-0300", rows = 1_284_113, took = new { dump_s = 412.5, upload_s = 97 } });
        await mail.BeatAsync(new { hostname = "mx-02" });
        await visit.OpenAsync("/incidents");
        await Assertions.Expect(page.Locator(".in-title a")).ToHaveCountAsync(2, new() { Timeout = 20_000 });
        await page.GetByRole(AriaRole.Link, new() { Name = "Nightly backup of the customer database is down" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await page.GetByLabel("Note", new() { Exact = true }).FillAsync("The **dump** finished, the upload did not:\n\n- `s3 put` answered 503\n- see [the graph](https://example.org/graph)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add note" }).ClickAsync();
        await Assertions.Expect(page.Locator(".happened")).ToContainTextAsync("next attempt");
        var incident = new Uri(page.Url).AbsolutePath;

        foreach (var light in new[] { false, true })
        {
            if (light) await visit.SwitchToLightAsync();
            await visit.OpenAsync("/incidents");
            await Assertions.Expect(page.Locator(".in-title a")).ToHaveCountAsync(2);
            await ShowAsync(visit, "incidents", light);
            await visit.OpenAsync(incident);
            await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Runbook" })).ToBeVisibleAsync();
            await page.Locator(".attempts summary").First.ClickAsync();
            await page.Locator(".attempts li").First.WaitForAsync();
            await ShowAsync(visit, "incident", light);
            await page.GetByRole(AriaRole.Button, new() { Name = "Snooze" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).WaitForAsync();
            await ShowAsync(visit, "snooze", light);
            await visit.OpenAsync($"/monitors/{backup.Id}");
            await Assertions.Expect(page.Locator(".latest")).ToBeVisibleAsync();
            await ShowAsync(visit, "monitor-incidents", light);
            await visit.OpenAsync("/settings/channels");
            await Assertions.Expect(page.Locator(".ch-name")).ToHaveCountAsync(2);
            await page.GetByRole(AriaRole.Button, new() { Name = "Deliveries of Platform team" }).ClickAsync();
            await page.Locator(".channel-deliveries li").First.WaitForAsync();
            await ShowAsync(visit, "channels", light);
            await page.GetByRole(AriaRole.Button, new() { Name = "Edit On-call bridge" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByLabel("only some").CheckAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Add to headers" }).ClickAsync();
            await ShowAsync(visit, "channel", light);
        }
        Assert.Empty(visit.Errors);
    }

    private static async Task EmptyAsync(Visit visit)
    {
        await visit.OpenAsync("/incidents");
        await Assertions.Expect(visit.Page.GetByText("No open incident")).ToBeVisibleAsync();
        await ShowAsync(visit, "no-incident", light: false);
        await visit.OpenAsync("/settings/channels");
        await Assertions.Expect(visit.Page.GetByText("Nobody hears of anything yet")).ToBeVisibleAsync();
        await ShowAsync(visit, "no-channel", light: false);
    }

    private static async Task AddChannelAsync(Visit visit, string button, string name, string address)
    {
        await visit.OpenAsync("/settings/channels");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Kind").SelectOptionAsync("webhook");
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await dialog.GetByLabel("Address").FillAsync(address);
        await dialog.GetByLabel("Signing secret").FillAsync("whsec_1");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
    }

    private static async Task ShowAsync(Visit visit, string name, bool light)
    {
        var theme = light ? "light" : "dark";
        foreach (var width in new[] { 390, 1440 })
        {
            await visit.Page.SetViewportSizeAsync(width, 900);
            if (Environment.GetEnvironmentVariable("EXEMPLAR_SCREENSHOTS") is { Length: > 0 } folder)
                await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{theme}-{width}.png"), Animations = ScreenshotAnimations.Disabled });
            await visit.ShouldBeAccessibleAsync($"{name}, {theme}, {width}");
            Assert.True(await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= width, $"{name} is wider than {width} pixels.");
        }
    }
}
