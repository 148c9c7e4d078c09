using System.Text.Json;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>Monitor results: the timeline under the hand, and the history as a file.</summary>
public sealed class MonitorResultsTests
{
    [Fact]
    public async Task The_timeline_is_told_by_keyboard_and_zoomed_by_dragging()
    {
        await using var visit = await Visit.StartSceneAsync();
        var page = visit.Page;
        await visit.OpenAsync($"/monitors/{Scene.IdOf(9)}?range=7d");
        var bar = page.Locator(".timeline.large");
        var tip = page.Locator("#tip");
        await Assertions.Expect(bar.Locator(".s-down")).ToHaveCountAsync(3);

        await bar.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(tip).ToContainTextAsync("up for 4 d");
        await page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(tip).ToContainTextAsync("down for 58 min");
        await Assertions.Expect(tip).ToContainTextAsync("no heartbeat received within");
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync("**from=*&to=*");
        await Assertions.Expect(page.GetByText("Downtime, range")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".facts-row")).ToContainTextAsync("58 min");
        await Assertions.Expect(bar.Locator(".s-up")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".checks .check .s-up")).ToHaveCountAsync(0);

        await visit.OpenAsync($"/monitors/{Scene.IdOf(9)}?range=7d");
        await Assertions.Expect(bar.Locator(".s-down")).ToHaveCountAsync(3);
        await bar.HoverAsync();
        var box = (await bar.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.55f), box.Y + 20);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width * 0.62f), box.Y + 30);
        await page.Mouse.UpAsync();
        await page.ArriveAsync("**from=*&to=*");
        await Assertions.Expect(bar.Locator(".s-down")).ToHaveCountAsync(2);
        await page.Locator(".choice", new() { HasText = "×" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Uptime, 24h")).ToBeVisibleAsync();
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task The_first_heartbeat_of_a_new_monitor_is_seen_in_its_timeline()
    {
        await using var world = await Boards.BoardVisit.StartAsync();
        var (visit, page) = (world.Visit, world.Page);
        var job = await world.NewMonitorAsync("Nightly backup");
        await visit.OpenAsync($"/monitors/{job}");
        await Assertions.Expect(page.Locator(".ranges [aria-current=true]").First).ToHaveTextAsync("1h");
        var green = (await page.Locator(".timeline.large .s-up").BoundingBoxAsync())!;
        var bar = (await page.Locator(".timeline.large").BoundingBoxAsync())!;
        Assert.True(green.Width >= 6, $"The green is {green.Width} pixels wide.");
        Assert.True(green.X + green.Width <= bar.X + bar.Width + 1, "The green goes beyond the bar.");
        await page.GetByRole(AriaRole.Link, new() { Name = "24h", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByText("Uptime, 24h")).ToBeVisibleAsync();
        Assert.True((await page.Locator(".timeline.large .s-up").BoundingBoxAsync())!.Width >= 6);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_monitor_that_flaps_has_a_timeline_that_can_be_read()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await using var visit = await Visit.StartSceneAsync(change: scene =>
        {
            scene.Execute("UPDATE periods SET to_ms = $to WHERE monitor_number = 6", ("$to", now - 3_600_000));
            for (var i = 0; i < 1_800; i++)
                scene.Execute("INSERT INTO periods (monitor_number, from_ms, to_ms, status, error) VALUES (6, $from, $to, $status, $error)",
                    ("$from", now - 3_600_000 + (i * 2_000)), ("$to", i == 1_799 ? null : now - 3_600_000 + ((i + 1) * 2_000)),
                    ("$status", i % 2 == 0 ? 3 : 1), ("$error", i % 2 == 0 ? "too flappy" : null));
        });
        await visit.OpenAsync($"/monitors/{Scene.IdOf(6)}?range=24h");
        var stripes = visit.Page.Locator(".timeline.large .stripe");
        Assert.InRange(await stripes.CountAsync(), 5, 300);
        var tip = await stripes.Last.GetAttributeAsync("data-tip");
        Assert.Contains("downtimes, ", tip, StringComparison.Ordinal);
        Assert.Contains(" in all, ", tip, StringComparison.Ordinal);
        await visit.ShouldBeAccessibleAsync("a monitor that flaps");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task The_history_is_downloaded_as_a_table_and_as_json_within_the_organization_only()
    {
        await using var visit = await Visit.StartSceneAsync(change: scene =>
        {
            scene.Execute(
                "INSERT INTO checks (monitor_number, at_ms, check_random, outcome, source, error, metadata, received_at_ms) VALUES (2, $at, 1, 3, 2, $error, $metadata, $at)",
                ("$at", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 1_000), ("$error", "=HYPERLINK(\"http://evil.example\",\"click\")"),
                ("$metadata", "{\"a\":\"b, \\\"c\\\"\"}"u8.ToArray()));
            scene.Execute("INSERT INTO organizations (number, id, name, default_interval_ms, default_grace_ms, check_days, check_count, created_at_ms) SELECT 2, X'690000000000000000000002', 'Other', default_interval_ms, default_grace_ms, check_days, check_count, created_at_ms FROM organizations");
            scene.Execute("UPDATE monitors SET organization_number = 2 WHERE number = 3");
            scene.Execute("UPDATE monitor_states SET organization_number = 2 WHERE monitor_number = 3");
        });
        await visit.OpenAsync($"/monitors/{Scene.IdOf(2)}");
        var link = visit.Page.GetByRole(AriaRole.Link, new() { Name = "CSV" });
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => link.ClickAsync());
        Assert.Equal($"checks-{Scene.IdOf(2)}.csv", download.SuggestedFilename);
        var lines = (await File.ReadAllTextAsync(await download.PathAsync())).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("id,at,outcome,error,latency_ms,source,received_at,metadata", lines[0]);
        Assert.Contains(",down,\"'=HYPERLINK(\"\"http://evil.example\"\",\"\"click\"\")\",,probe,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",\"{\"\"a\"\":\"\"b, \\\"\"c\\\"\"\"\"}\"", lines[1], StringComparison.Ordinal);

        var all = await ItemsAsync(visit, $"/monitors/{Scene.IdOf(2)}/checks.json");
        Assert.Equal(lines.Length - 1, all.Count);
        Assert.Equal("b, \"c\"", all[0].GetProperty("metadata").GetProperty("a").GetString());
        var failures = await ItemsAsync(visit, $"/monitors/{Scene.IdOf(2)}/checks.json?outcome=down");
        Assert.InRange(failures.Count, 2, all.Count - 1);
        Assert.All(failures, f => Assert.Equal("down", f.GetProperty("outcome").GetString()));

        foreach (var address in new[] { $"/monitors/{Scene.IdOf(3)}/checks.csv", $"/monitors/{Scene.IdOf(3)}/checks.json", $"/monitors/{Scene.IdOf(3)}", "/monitors/none/checks.csv" })
            Assert.Equal(404, (await visit.Context.APIRequest.GetAsync(address)).Status);
        Assert.Equal(400, (await visit.Context.APIRequest.GetAsync($"/monitors/{Scene.IdOf(2)}/checks.csv?outcome=odd")).Status);
        await visit.OpenAsync("/monitors");
        await Assertions.Expect(visit.Page.GetByText("Payment webhooks worker")).ToHaveCountAsync(0);

        await visit.Context.ClearCookiesAsync();
        var refused = await visit.Context.APIRequest.GetAsync($"/monitors/{Scene.IdOf(2)}/checks.csv", new() { MaxRedirects = 0 });
        Assert.Equal(302, refused.Status);
        Assert.Contains("/sign-in", refused.Headers["location"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clone_begins_with_the_fields_of_its_model()
    {
        await using var visit = await Visit.StartSceneAsync();
        await visit.OpenAsync($"/monitors/{Scene.IdOf(3)}");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Clone" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog.GetByText("CREATE_MONITOR")).ToBeVisibleAsync();
        await Assertions.Expect(dialog.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("Payment webhooks worker (copy)");
        await Assertions.Expect(dialog.GetByLabel("Expected interval", new() { Exact = true })).ToHaveValueAsync("5 min");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }).ClickAsync();
        await Assertions.Expect(dialog.GetByText("Waiting for the first heartbeat")).ToBeVisibleAsync();
        foreach (var (tab, block, text) in new[]
        {
            ("TypeScript", "TypeScript", "sendHeartbeat"), ("Python", "Python", "exemplar.send_heartbeat"), (".NET", "C#", "SendHeartbeatAsync"),
            ("TypeScript", "Install", "export EXEMPLAR_MONITOR_ID='6"), ("crontab", "crontab", "*/5 * * * *"),
        })
        {
            await dialog.GetByRole(AriaRole.Button, new() { Name = tab, Exact = true }).ClickAsync();
            await Assertions.Expect(dialog.Locator($"pre[aria-label='{block}']")).ToContainTextAsync(text);
            await Assertions.Expect(dialog.GetByRole(AriaRole.Button, new() { Name = $"Copy {block}", Exact = true })).ToBeVisibleAsync();
        }
        Assert.Empty(visit.Errors);
    }

    private static async Task<List<JsonElement>> ItemsAsync(Visit visit, string address)
    {
        var answer = await visit.Context.APIRequest.GetAsync(address);
        Assert.Equal(200, answer.Status);
        return [.. JsonDocument.Parse(await answer.TextAsync()).RootElement.EnumerateArray()];
    }
}
