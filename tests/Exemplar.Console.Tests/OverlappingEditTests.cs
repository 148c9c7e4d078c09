using Exemplar.Console.Tests.Boards;

namespace Exemplar.Console.Tests;

/// <summary>A dialog stores what was changed in it; what somebody else has changed meanwhile stays.</summary>
public sealed class OverlappingEditTests
{
    [Fact]
    public async Task An_edit_dialog_leaves_alone_what_somebody_else_changed_meanwhile()
    {
        await using var world = await BoardVisit.StartAsync();
        var (visit, page) = (world.Visit, world.Page);
        var job = await world.NewMonitorAsync("Nightly backup", tags: "db");
        await visit.OpenAsync($"/monitors/{job}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Backup of the shop");
        await world.PatchMonitorAsync(job, new { tags = new[] { "db", "eu-west" }, grace_period_minutes = 17, alert_policy = new { alert_after = 3 } });
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Backup of the shop");

        var monitor = Assert.Single((await world.MonitorsAsync()).GetProperty("items").EnumerateArray());
        Assert.Equal(
            ("Backup of the shop", "db,eu-west", 17.0, 3),
            (monitor.GetProperty("name").GetString(), string.Join(',', monitor.GetProperty("tags").EnumerateArray().Select(t => t.GetString())),
                monitor.GetProperty("grace_period_minutes").GetDouble(), monitor.GetProperty("alert_policy").GetProperty("alert_after").GetInt32()));
        Assert.Empty(visit.Errors);
    }
}
