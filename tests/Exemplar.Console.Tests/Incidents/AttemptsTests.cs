using Exemplar.Console.Tests.Boards;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Incidents;

/// <summary>What became of an alert, in the browser: every attempt, and sending again what was refused. And the incident on the board.</summary>
public sealed class AttemptsTests
{
    [Fact]
    public async Task A_refused_delivery_unfolds_its_attempt_and_is_sent_again()
    {
        await using var receiver = Receiver.Start();
        receiver.Status = 404;
        await using var visit = await Visit.StartSignedInAsync(("EXEMPLAR_ALLOW_PRIVATE_ADDRESSES", "127.0.0.0/8"));
        var page = visit.Page;
        await AddChannelAsync(visit, receiver.Address);
        var job = await Job.CreateAsync(visit, "Nightly backup", "2 s", "1 s");
        await job.BeatAsync();
        await visit.OpenAsync("/incidents");
        await page.Locator(".in-title a").ClickAsync(new() { Timeout = 20_000 });

        var delivery = page.Locator(".happening", new() { HasText = "Night shift" });
        await Assertions.Expect(delivery).ToContainTextAsync("refused");
        await delivery.GetByText("1 attempt").ClickAsync();
        await Assertions.Expect(delivery.Locator(".attempts li")).ToHaveCountAsync(1);
        await Assertions.Expect(delivery.Locator(".attempts li")).ToContainTextAsync("HTTP 404: taken by the night shift");
        await Assertions.Expect(delivery.Locator(".attempts li")).ToContainTextAsync("took");

        receiver.Status = 200;
        await delivery.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Assertions.Expect(delivery.Locator(".attempts li")).ToHaveCountAsync(2);
        await Assertions.Expect(delivery.Locator(".attempts li").Last).ToContainTextAsync("delivered");
        await Assertions.Expect(delivery.GetByRole(AriaRole.Button, new() { Name = "Send again" })).ToHaveCountAsync(0);
        Assert.Single(receiver.All.Select(r => r.Headers["X-Exemplar-Delivery"]).Distinct());

        await visit.OpenAsync("/settings/channels");
        await page.GetByRole(AriaRole.Button, new() { Name = "Deliveries of Night shift" }).ClickAsync();
        await Assertions.Expect(page.Locator(".channel-deliveries li").First).ToContainTextAsync("Nightly backup");
        await page.Locator(".channel-deliveries").GetByText("2 attempts").ClickAsync();
        await Assertions.Expect(page.Locator(".channel-deliveries .attempts li")).ToHaveCountAsync(2);
        Assert.Empty(visit.Errors);
        Assert.DoesNotContain("fail:", visit.Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_down_leads_to_its_incident_on_board_and_wall_and_not_on_the_status_page()
    {
        await using var world = await BoardVisit.StartAsync();
        var (visit, page) = (world.Visit, world.Page);
        var down = await world.NewMonitorAsync("Nightly backup", 1 / 30.0, 1 / 60.0);
        var up = await world.NewMonitorAsync("Mail queue");
        var board = await world.NewBoardAsync(new
        {
            name = "Company", slug = "company", published = true,
            services = new object[] { new { name = "Backups", monitor_ids = new[] { down } }, new { name = "Mail", monitor_ids = new[] { up } } },
        });
        await visit.OpenAsync($"/boards/{board}");
        var incident = page.Locator(".service-incident");
        await Assertions.Expect(incident).ToContainTextAsync("Incident #1", new() { Timeout = 20_000 });
        await Assertions.Expect(incident).ToContainTextAsync("nobody has acknowledged it");
        await Assertions.Expect(incident).ToHaveCountAsync(1);
        await incident.GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Nightly backup is down");
        await page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Assertions.Expect(page.Locator(".standing")).ToContainTextAsync("acknowledged");
        await visit.OpenAsync($"/boards/{board}");
        await Assertions.Expect(incident).ToContainTextAsync("acknowledged by " + Visit.Email);

        await world.OpenWallAsync(board);
        await Assertions.Expect(page.Locator(".tile.t-down .service-incident")).ToContainTextAsync("Incident #1");
        await page.GotoAsync("/status/company");
        await Assertions.Expect(page.Locator("h1")).ToBeVisibleAsync();
        Assert.DoesNotContain("/incidents/", await page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(Visit.Email, await page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_runbook_is_written_down_with_the_monitor_and_linked_from_its_results()
    {
        await using var visit = await Visit.StartSignedInAsync();
        var page = visit.Page;
        await Job.CreateAsync(visit, "Nightly backup", "1 h", "1 min");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open Monitor results" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Runbook").FillAsync("javascript:alert(1)");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#runbook-error")).ToContainTextAsync("must be an http or https address");
        await dialog.GetByLabel("Runbook").FillAsync("https://wiki.example.org/backup");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".standing").GetByRole(AriaRole.Link, new() { Name = "Runbook" })).ToHaveAttributeAsync("href", "https://wiki.example.org/backup");
        Assert.Empty(visit.Errors);
    }

    private static async Task AddChannelAsync(Visit visit, string address)
    {
        await visit.OpenAsync("/settings/channels");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add your first channel" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Kind").SelectOptionAsync("webhook");
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Night shift");
        await dialog.GetByLabel("Address").FillAsync(address);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
    }
}
