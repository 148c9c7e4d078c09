using Exemplar.Console.Tests.Boards;
using Exemplar.Console.Tests.Routing;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>What people plan beforehand: maintenance, and who is told of what.</summary>
public abstract partial class EveryPage
{
    private async Task ShowMaintenanceAsync(Visit visit, BoardVisit world, string board, IPage outside)
    {
        await ShowAsync(visit, "/maintenance", "no-maintenance", "/maintenance");
        var now = TimeProvider.System.GetUtcNow();
        var monitors = (await world.MonitorsAsync()).GetProperty("items").EnumerateArray().ToList();
        string[] Of(string name) => [.. monitors.Where(m => m.GetProperty("name").GetString()!.StartsWith(name, StringComparison.Ordinal)).Select(m => m.GetProperty("id").GetString()!)];
        var over = await world.PlanAsync(new { title = "Renewal of the certificates", severity = "minor", owner = "Platform team", tags = new[] { "web" }, starts_at = At(now.AddHours(-2)), ends_at = At(now.AddHours(1)) });
        await world.EndAsync(over);
        var current = await world.PlanAsync(new
        {
            title = "Upgrade of the database cluster", severity = "major", owner = "Platform team", monitor_ids = Of("Payments").Concat(Of("Data warehouse")),
            starts_at = At(now.AddMinutes(-25)), ends_at = At(now.AddMinutes(95)),
        });
        await world.TellAsync(current, "The replicas are done, the primary is next. Payments may be slow for some minutes.");
        await world.PlanAsync(new { title = "Move to the new mail relay", severity = "minor", owner = "Mail team", monitor_ids = Of("Customer mail"), starts_at = At(now.AddDays(2)), ends_at = At(now.AddDays(2).AddHours(3)) });
        await world.PlanAsync(new
        {
            title = "Patch night", severity = "minor", tags = new[] { "migration" },
            recurrence = new { weekdays = new[] { "saturday" }, from = "22:00", to = "02:00", time_zone = "Europe/Berlin" },
        });
        await ShowAsync(visit, "/maintenance", "maintenance", "/maintenance", page => page.Locator(".maintenance-row").First.WaitForAsync());
        await ShowAsync(visit, "/maintenance", "maintenance-window", "/maintenance", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Edit Patch night" }).ClickAsync();
            await Assertions.Expect(page.Locator(".next-times li")).ToHaveCountAsync(3);
        });
        await ShowAsync(visit, "/boards/{Id}", "board-maintenance", $"/boards/{board}", page => page.Locator(".mw-touched").First.WaitForAsync());
        // A page is kept for five seconds.
        await Assertions.Expect(outside.Locator(".affects")).ToHaveCountAsync(0);
        for (var tries = 0; tries < 40 && await outside.Locator(".affects").CountAsync() == 0; tries++)
        {
            await outside.WaitForTimeoutAsync(250);
            await outside.ReloadAsync();
        }
        await LookAsync(outside, "status-page-maintenance", Widths);
    }

    private async Task ShowRoutingAsync(Visit visit)
    {
        var page = visit.Page;
        await ShowAsync(visit, "/settings/routes", "no-route", "/settings/routes");
        await Steps.AddChannelAsync(visit, "Ana, telephone", "https://hooks.example.org/ana");
        await Steps.AddChannelAsync(visit, "Ben, telephone", "https://hooks.example.org/ben");
        await ShowAsync(visit, "/settings/rotations", "no-rotation", "/settings/rotations");
        await Steps.AddRotationAsync(visit, "Platform on-call", ("Ana Kowalska", "Ana, telephone"), ("Ben Okafor", "Ben, telephone"));
        await Steps.AddRouteAsync(visit, "Everything, day and night", "On-call bridge", "10 min", "Platform on-call");
        await ShowAsync(visit, "/settings/routes", "routes", "/settings/routes", _ => page.Locator(".route-steps li").First.WaitForAsync());
        await ShowAsync(visit, "/settings/routes", "route", "/settings/routes", async _ =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Edit Everything" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByLabel("only some").CheckAsync();
        });
        await ShowAsync(visit, "/settings/rotations", "rotations", "/settings/rotations", _ => page.Locator(".on-call b").First.WaitForAsync());
        await ShowAsync(visit, "/settings/rotations", "rotation", "/settings/rotations", async _ =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Edit Platform on-call" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Add an override" }).ClickAsync();
        });
    }

    private Task ShowDeliveriesAsync(Visit visit) => ShowAsync(visit, "/settings/channels", "deliveries", "/settings/channels", async page =>
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Deliveries of Platform team" }).ClickAsync();
        var deliveries = page.Locator(".channel-deliveries");
        await deliveries.Locator("summary, button").First.ClickAsync();
        await deliveries.Locator(".attempts li").First.WaitForAsync();
    });

    private static string At(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:00'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
