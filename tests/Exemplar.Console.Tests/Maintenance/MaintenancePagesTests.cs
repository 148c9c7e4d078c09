using Exemplar.Console.Tests.Boards;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Maintenance;

/// <summary>Maintenance planned in the browser holds for real monitors, and everybody who looks is told.</summary>
public sealed class MaintenancePagesTests
{
    private const string Title = "Upgrade of the database cluster";

    [Fact]
    public async Task A_window_is_planned_told_of_everywhere_and_ended_and_every_page_is_accessible()
    {
        await using var boards = await BoardVisit.StartAsync();
        var (visit, page) = (boards.Visit, boards.Page);
        await visit.OpenAsync("/maintenance");
        await Assertions.Expect(page.GetByText("Nothing is planned")).ToBeVisibleAsync();
        await ShowAsync(visit, "no-maintenance", light: false);

        var job = await boards.NewMonitorAsync("Nightly backup", 3 / 60.0, 1 / 60.0, heard: true, "db");
        await boards.NewMonitorAsync("Mail queue", tags: "mail");
        var board = await boards.NewBoardAsync(new
        {
            name = "Platform", slug = "platform", published = true, services = new object[] { new { name = "Database", tags = new[] { "db" } }, new { name = "Mail", tags = new[] { "mail" } } },
        });
        await visit.OpenAsync($"/monitors/{job}");
        await Assertions.Expect(page.Locator(".standing")).ToContainTextAsync("down", new() { Timeout = 20_000 });

        await PlanAsync(visit);
        await Assertions.Expect(page.Locator(".maintenance-row h3").First).ToHaveTextAsync(Title);
        await page.GetByRole(AriaRole.Button, new() { Name = $"Update {Title}" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByLabel("Update").FillAsync("The replicas are done, the primary is next.");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Add update" }).ClickAsync();
        await Assertions.Expect(page.Locator(".mw-updates")).ToContainTextAsync("1 update");
        await PlanWeeklyAsync(visit);

        // What was down is in maintenance with the window, and its incident is over.
        await visit.OpenAsync($"/monitors/{job}");
        await Assertions.Expect(page.Locator(".standing .status")).ToContainTextAsync("maintenance", new() { Timeout = 20_000 });
        await Assertions.Expect(page.Locator(".maintenance-line")).ToContainTextAsync(Title);
        await Assertions.Expect(page.Locator(".maintenance-line")).ToContainTextAsync("the primary is next");
        await Assertions.Expect(page.Locator(".legend")).ToContainTextAsync("maintenance");
        await Assertions.Expect(page.Locator(".checks")).ToContainTextAsync($"maintenance: {Title} (from ");
        await visit.OpenAsync("/incidents");
        await Assertions.Expect(page.GetByText("No open incident")).ToBeVisibleAsync();

        foreach (var light in new[] { false, true })
        {
            if (light) await visit.SwitchToLightAsync();
            await visit.OpenAsync("/monitors?status=maintenance");
            await Assertions.Expect(page.Locator(".cell-name > a:first-child")).ToHaveTextAsync(["Nightly backup"]);
            await ShowAsync(visit, "monitors-maintenance", light);
            await visit.OpenAsync($"/monitors/{job}?range=1h");
            await Assertions.Expect(page.Locator(".maintenance-line")).ToContainTextAsync(Title);
            await Assertions.Expect(page.Locator(".stripe.s-maintenance")).ToHaveCountAsync(1, new() { Timeout = 40_000 });
            await ShowAsync(visit, "monitor-maintenance", light);
            await visit.OpenAsync($"/boards/{board}");
            await Assertions.Expect(page.Locator(".maintenance-line").First).ToContainTextAsync(Title);
            await Assertions.Expect(page.Locator(".maintenance-line").First).ToContainTextAsync("touches Database");
            await Assertions.Expect(page.Locator(".maintenance-line").First).Not.ToContainTextAsync("Mail");
            await ShowAsync(visit, "board-maintenance", light);
            await visit.OpenAsync("/maintenance");
            await Assertions.Expect(page.Locator(".maintenance-row")).ToHaveCountAsync(2);
            await ShowAsync(visit, "maintenance", light);
            await page.GetByRole(AriaRole.Button, new() { Name = "Edit Patch night" }).ClickAsync();
            await Assertions.Expect(page.Locator(".next-times li")).ToHaveCountAsync(3);
            await ShowAsync(visit, "maintenance-dialog", light);
            await page.EmulateMediaAsync(new() { ColorScheme = light ? ColorScheme.Light : ColorScheme.Dark });
            await page.GotoAsync("/status/platform");
            await Assertions.Expect(page.Locator(".work h3").First).ToHaveTextAsync(Title);
            await Assertions.Expect(page.Locator(".work").First).ToContainTextAsync("the primary is next");
            await Assertions.Expect(page.Locator(".work .affects").First).ToHaveTextAsync("Affects Database");
            await Assertions.Expect(page.Locator(".headline")).ToContainTextAsync("Database is under maintenance");
            Assert.DoesNotContain("Visible to the team", await page.ContentAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain(Visit.Email, await page.ContentAsync(), StringComparison.Ordinal);
            await ShowAsync(visit, "status-page-maintenance", light);
        }

        await visit.OpenAsync("/maintenance");
        await page.GetByRole(AriaRole.Button, new() { Name = $"End now: {Title}" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "End now" }).ClickAsync();
        await Assertions.Expect(page.Locator("#m-past")).ToBeVisibleAsync();
        await visit.OpenAsync($"/monitors/{job}");
        await Assertions.Expect(page.Locator(".standing .status")).ToContainTextAsync("down", new() { Timeout = 20_000 });
        Assert.Empty(visit.Errors);
        Assert.DoesNotContain("fail:", visit.Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_wall_names_the_window_that_holds_and_until_when()
    {
        await using var boards = await BoardVisit.StartAsync();
        var (visit, page) = (boards.Visit, boards.Page);
        await boards.NewMonitorAsync("Primary", tags: "db");
        await boards.NewMonitorAsync("Mail queue", tags: "mail");
        var board = await boards.NewBoardAsync(new
        {
            name = "Platform", slug = "wall-of-windows", services = new object[] { new { name = "Database", tags = new[] { "db" } }, new { name = "Mail", tags = new[] { "mail" } } },
        });
        await boards.OpenWallAsync(board);
        await Assertions.Expect(page.Locator(".tile")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator(".wall-maintenance")).ToHaveCountAsync(0);

        var now = TimeProvider.System.GetUtcNow();
        var until = now.AddHours(2);
        var window = await boards.PlanAsync(new { title = "Upgrade <b>of</b> the database", starts_at = now.AddMinutes(-1), ends_at = until, tags = new[] { "db" } });
        var line = page.Locator(".wall-maintenance");
        await Assertions.Expect(line).ToContainTextAsync("Upgrade <b>of</b> the database");
        await Assertions.Expect(line).ToContainTextAsync($"until {until:HH:mm} UTC");
        await boards.PlanAsync(new { title = "Second", starts_at = now.AddMinutes(-1), ends_at = now.AddHours(3), tags = new[] { "db" } });
        await boards.PlanAsync(new { title = "Third", starts_at = now.AddMinutes(-1), ends_at = now.AddHours(4), tags = new[] { "db" } });
        await Assertions.Expect(line).ToContainTextAsync("and 1 more");
        await visit.ShouldBeAccessibleAsync("a wall with maintenance");
        foreach (var (width, height) in new[] { (1440, 900), (2560, 1440) })
        {
            await page.SetViewportSizeAsync(width, height);
            Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollHeight <= innerHeight"), $"At {width} the wall does not fit.");
        }
        await boards.EndAsync(window);
        await Assertions.Expect(line).Not.ToContainTextAsync("Upgrade");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_limit_that_was_taken_out_of_a_recurring_window_is_gone()
    {
        await using var boards = await BoardVisit.StartAsync();
        var (visit, page) = (boards.Visit, boards.Page);
        await boards.PlanAsync(new
        {
            title = "Patch night", starts_at = "2099-01-01T00:00:00Z", ends_at = "2099-06-01T00:00:00Z", all_monitors = true,
            recurrence = new { time_zone = "UTC", weekdays = new[] { "saturday" }, from = "22:00", to = "02:00" },
        });
        await visit.OpenAsync("/maintenance");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit Patch night" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog.GetByLabel("Not before")).Not.ToHaveValueAsync("");
        var later = await dialog.GetByLabel("Not before").InputValueAsync();
        await dialog.GetByLabel("Not before").FillAsync("");
        await dialog.GetByLabel("No more from").FillAsync("");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit Patch night" }).ClickAsync();
        await Assertions.Expect(dialog.GetByLabel("Not before")).Not.ToHaveValueAsync("");
        await Assertions.Expect(dialog.GetByLabel("Not before")).Not.ToHaveValueAsync(later);
        await Assertions.Expect(dialog.GetByLabel("No more from")).ToHaveValueAsync("");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task What_is_wrong_stands_at_its_field_and_a_viewer_changes_nothing()
    {
        await using var visit = await Visit.StartSignedInAsync();
        var page = visit.Page;
        await visit.OpenAsync("/maintenance");
        await page.GetByRole(AriaRole.Button, new() { Name = "Plan the first window" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "By cron" }).ClickAsync();
        await dialog.GetByLabel("Cron").FillAsync("hello");
        await dialog.GetByLabel("Time zone").FillAsync("Mars/Olympus");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save window" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#m-title-error")).ToContainTextAsync("Title must not be empty");
        await Assertions.Expect(dialog.Locator("#m-cron-error")).ToContainTextAsync("Cron must be a cron expression");
        await Assertions.Expect(dialog.Locator("#m-zone-error")).ToContainTextAsync("Time zone must be the IANA name");
        await Assertions.Expect(dialog.GetByText("Choose a monitor or name a tag")).ToBeVisibleAsync();
        await dialog.GetByLabel("Title").FillAsync("Patch <b>night</b>");
        await dialog.GetByLabel("Cron").FillAsync("0 22 * * 6");
        await dialog.GetByLabel("Time zone").FillAsync("Europe/Berlin");
        await dialog.GetByLabel("all monitors, also those to come").CheckAsync();
        await Assertions.Expect(dialog.Locator(".next-times li")).ToHaveCountAsync(3);

        await visit.MakeViewerAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save window" }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert).First).ToContainTextAsync("Your role may look but not change anything");
        await visit.OpenAsync("/maintenance");
        await Assertions.Expect(page.GetByText("Nothing is planned")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Plan" })).ToHaveCountAsync(0);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task Active_hours_and_holidays_are_set_in_the_browser_and_shown()
    {
        await using var boards = await BoardVisit.StartAsync();
        var (visit, page) = (boards.Visit, boards.Page);
        var job = await boards.NewMonitorAsync("Office report");
        await visit.OpenAsync($"/monitors/{job}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("The job works only at some hours").CheckAsync();
        await dialog.GetByLabel("Monday from").FillAsync("08:30");
        await dialog.GetByLabel("Time zone").FillAsync("Nowhere");
        await ShowAsync(visit, "active-hours", light: false);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#hours-zone-error")).ToContainTextAsync("must be the IANA name");
        await dialog.GetByLabel("Time zone").FillAsync("Europe/Berlin");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".facts").First).ToContainTextAsync("Mon 08:30-17:00, Tue-Fri 09:00-17:00 Europe/Berlin");

        await visit.OpenAsync("/settings/organization");
        await page.GetByLabel("Days", new() { Exact = true }).FillAsync("2026-12-25 Christmas\nsoon New Year");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set holidays" }).ClickAsync();
        await Assertions.Expect(page.Locator("#holidays-error")).ToContainTextAsync("soon New Year");
        await page.GetByLabel("Days", new() { Exact = true }).FillAsync("2027-01-01 New Year\n2026-12-25 Christmas");
        await page.GetByRole(AriaRole.Button, new() { Name = "Set holidays" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Saved.")).ToBeVisibleAsync();
        await visit.OpenAsync("/settings/organization");
        await Assertions.Expect(page.GetByLabel("Days", new() { Exact = true })).ToHaveValueAsync("2026-12-25 Christmas\n2027-01-01 New Year");
        await ShowAsync(visit, "holidays", light: false);
        Assert.Empty(visit.Errors);
    }

    private static async Task PlanAsync(Visit visit)
    {
        await visit.OpenAsync("/maintenance");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Plan the first window" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Title").FillAsync(Title);
        await dialog.GetByLabel("Severity").SelectOptionAsync("major");
        await dialog.GetByLabel("Owner").FillAsync("Visible to the team");
        await Assertions.Expect(dialog.Locator(".next-times li")).ToHaveCountAsync(1);
        var now = await visit.Page.EvaluateAsync<string>("() => { const at = new Date(); at.setMinutes(at.getMinutes() - at.getTimezoneOffset()); return at.toISOString().slice(0, 16); }");
        await dialog.GetByLabel("Starts").FillAsync(now);
        await dialog.GetByLabel("Tags").FillAsync("db");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save window" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
    }

    private static async Task PlanWeeklyAsync(Visit visit)
    {
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Plan maintenance" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Title").FillAsync("Patch night");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "On weekdays" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Sat", Exact = true }).ClickAsync();
        await dialog.GetByLabel("Time zone").FillAsync("Europe/Berlin");
        await dialog.GetByLabel("Find a monitor").Or(dialog.Locator("#channel-monitors")).First.FillAsync("Mail");
        await dialog.GetByLabel("Mail queue").CheckAsync();
        await Assertions.Expect(dialog.Locator(".next-times li")).ToHaveCountAsync(3);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save window" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(visit.Page.Locator("#m-upcoming")).ToBeVisibleAsync();
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
