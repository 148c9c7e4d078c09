using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>The list of monitors: order, filters, what a row tells, and changing many at once.</summary>
public sealed class MonitorListTests
{
    [Fact]
    public async Task The_list_is_ordered_and_filtered_by_what_stands_in_the_address()
    {
        await using var visit = await Visit.StartSceneAsync();
        var page = visit.Page;
        await visit.OpenAsync("/monitors");
        var names = page.Locator("[data-row]");
        await Assertions.Expect(names.First).ToHaveTextAsync("Warehouse sync, eu-west");
        await Assertions.Expect(names.Last).ToHaveTextAsync("Data lake compaction");
        foreach (var (status, count) in new[] { ("down", 1), ("late", 1), ("up", 11), ("new", 1), ("paused", 1), ("unknown", 0) })
            await Assertions.Expect(page.Locator($".count:has(.s-{status})")).ToContainTextAsync($"{count} ");

        await page.GetByRole(AriaRole.Link, new() { Name = "Name", Exact = true }).ClickAsync();
        await page.ArriveAsync("**/monitors?sort=name");
        await Assertions.Expect(names).ToHaveTextAsync(Scene.Names.Order(StringComparer.OrdinalIgnoreCase));
        await page.GetByRole(AriaRole.Link, new() { Name = "Name" }).First.ClickAsync();
        await page.ArriveAsync("**/monitors?sort=-name");
        await Assertions.Expect(names).ToHaveTextAsync(Scene.Names.OrderDescending(StringComparer.OrdinalIgnoreCase));

        await page.GetByLabel("Tag", new() { Exact = true }).SelectOptionAsync("billing");
        await page.ArriveAsync("**/monitors?tag=billing&sort=-name");
        await Assertions.Expect(names).ToHaveTextAsync(["Payment webhooks worker", "Invoice export", "Currency rates import"]);
        await page.GetByLabel("Kind", new() { Exact = true }).SelectOptionAsync("ssl");
        await Assertions.Expect(page.GetByText("No monitor matches")).ToBeVisibleAsync();
        await page.GetByLabel("Remove the kind filter ssl").ClickAsync();
        await Assertions.Expect(names).ToHaveCountAsync(3);

        await visit.OpenAsync("/monitors?status=late");
        await Assertions.Expect(names).ToHaveTextAsync(["Thumbnail worker"]);
        await visit.OpenAsync("/monitors?sort=nonsense&kind=fax&page=-3&status=");
        await Assertions.Expect(names).ToHaveCountAsync(Scene.Names.Count);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_second_page_follows_the_first_and_a_page_too_far_leads_back()
    {
        await using var visit = await Visit.StartSceneAsync(more: 60);
        var names = visit.Page.Locator("[data-row]");
        await visit.OpenAsync("/monitors?sort=name");
        await Assertions.Expect(visit.Page.GetByText("1–50 of 75")).ToBeVisibleAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Next page" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByText("51–75 of 75")).ToBeVisibleAsync();
        await Assertions.Expect(names.Last).ToHaveTextAsync("Warehouse sync, us-east");
        await visit.OpenAsync("/monitors?page=900");
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "First page" }).ClickAsync();
        await Assertions.Expect(names).ToHaveCountAsync(50);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task Each_check_of_a_bar_is_told_to_the_pointer_and_to_the_keyboard_and_never_as_markup()
    {
        const string evil = "<img src=x onerror=alert(1)>~ \"'";
        await using var visit = await Visit.StartSceneAsync(change: scene => scene.Execute(
            "INSERT INTO checks (monitor_number, at_ms, check_random, outcome, source, error, received_at_ms) VALUES (5, $at, 1, 3, 2, $error, $at)",
            ("$at", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 1_000), ("$error", evil)));
        await visit.OpenAsync("/monitors");
        var bar = visit.Page.Locator(".row:has-text('Warehouse sync, eu-west') .marks");
        var tip = visit.Page.Locator("#tip");

        await bar.FocusAsync();
        await visit.Page.Keyboard.PressAsync("End");
        await Assertions.Expect(tip).ToContainTextAsync(": " + evil);
        Assert.Equal(0, await tip.Locator("*").CountAsync());
        await visit.Page.Keyboard.PressAsync("ArrowLeft");
        await Assertions.Expect(tip).ToContainTextAsync("down at ");
        await Assertions.Expect(tip).ToContainTextAsync("no heartbeat received within expected interval + grace period");
        await visit.Page.Keyboard.PressAsync("Home");
        await Assertions.Expect(tip).ToContainTextAsync("up at ");
        await visit.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(tip).ToBeHiddenAsync();

        var box = (await bar.BoundingBoxAsync())!;
        await visit.Page.Mouse.MoveAsync(box.X + box.Width - 2, box.Y + 8);
        await Assertions.Expect(tip).ToContainTextAsync(": " + evil);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task Many_monitors_are_paused_resumed_tagged_and_deleted_at_once()
    {
        await using var visit = await Visit.StartSceneAsync();
        var page = visit.Page;
        await visit.OpenAsync("/monitors?tag=warehouse");
        var rows = page.Locator(".row:not(.head)");

        await RunAsync(visit, "Pause");
        await Assertions.Expect(rows.Locator(".status.s-paused")).ToHaveCountAsync(2);
        await RunAsync(visit, "Resume");
        await Assertions.Expect(rows.Locator(".status.s-new")).ToHaveCountAsync(2);
        await RunAsync(visit, "Tag", "night shift");
        await Assertions.Expect(rows.Locator(".tag", new() { HasText = "night shift" })).ToHaveCountAsync(2);
        await RunAsync(visit, "Untag", "night shift");
        await Assertions.Expect(rows.Locator(".tag", new() { HasText = "night shift" })).ToHaveCountAsync(0);
        await RunAsync(visit, "Delete", "2");
        await Assertions.Expect(page.GetByText("No monitor matches")).ToBeVisibleAsync();
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task What_was_selected_before_a_role_was_taken_away_is_left_as_it_was_and_the_result_says_so()
    {
        await using var visit = await Visit.StartSceneAsync();
        var page = visit.Page;
        await visit.OpenAsync("/monitors?tag=warehouse");
        await page.GetByLabel("Select all on this page").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        var confirm = dialog.GetByRole(AriaRole.Button, new() { Name = "Delete 2 monitors" });
        await Assertions.Expect(confirm).ToBeDisabledAsync();
        await dialog.GetByLabel("Type 2 to go on").FillAsync("2");

        await visit.MakeViewerAsync();
        await confirm.ClickAsync();
        await Assertions.Expect(dialog.GetByText("0 of 2 done")).ToBeVisibleAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("Warehouse sync, eu-west: Your role may look but not change anything");
        await visit.OpenAsync("/monitors?tag=warehouse");
        await Assertions.Expect(page.Locator("[data-row]")).ToHaveCountAsync(2);
        Assert.Equal(0, await page.GetByRole(AriaRole.Checkbox).CountAsync());
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task What_one_browser_does_the_other_shows_without_a_reload()
    {
        await using var visit = await Visit.StartSceneAsync();
        // A browser of its own, which brings nothing along but the session.
        await using var second = await visit.Context.Browser!.NewContextAsync(new()
        {
            BaseURL = visit.Server.Address.ToString(), StorageState = await visit.Context.StorageStateAsync(),
        });
        var other = await second.NewPageAsync();
        await visit.OpenAsync($"/monitors/{Scene.IdOf(2)}");
        await other.GotoAsync("/monitors?sort=name");
        await other.Locator(".shell[data-live=yes]").WaitForAsync();
        var row = other.Locator(".row:has-text('Invoice export')");
        await Assertions.Expect(row.Locator(".status.s-up")).ToBeVisibleAsync();

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Assertions.Expect(row.Locator(".status.s-paused")).ToBeVisibleAsync();
        await Assertions.Expect(other.Locator(".count:has(.s-paused)")).ToContainTextAsync("2 ");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();
        await Assertions.Expect(row.Locator(".status.s-new")).ToBeVisibleAsync();
        Assert.Empty(visit.Errors);
    }

    private static async Task RunAsync(Visit visit, string verb, string? text = null)
    {
        var page = visit.Page;
        await page.GetByLabel("Select all on this page").CheckAsync();
        await Assertions.Expect(page.GetByText("2 selected")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Region, new() { Name = "Selected monitors" }).GetByRole(AriaRole.Button, new() { Name = verb, Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        if (text is not null) await dialog.Locator("input").FillAsync(text);
        await dialog.GetByRole(AriaRole.Button, new() { Name = $"{verb} 2 monitors" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByText("2 selected")).ToHaveCountAsync(0);
    }
}
