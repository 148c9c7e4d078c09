using System.Text.RegularExpressions;
using Exemplar.Console.Tests.Boards;
using Exemplar.Console.Tests.Support;
using Exemplar.Testing;

namespace Exemplar.Console.Tests;

/// <summary>What somebody typed is stored, or refused where it stands; it is never dropped in silence.</summary>
public sealed partial class LostInputTests
{
    [Fact]
    public async Task A_field_that_was_emptied_is_refused_and_brought_into_sight()
    {
        await using var world = await BoardVisit.StartAsync();
        var (visit, page) = (world.Visit, world.Page);
        var job = await world.NewMonitorAsync("Nightly backup");
        await page.SetViewportSizeAsync(390, 600);
        await visit.OpenAsync($"/monitors/{job}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        var (interval, grace) = (dialog.GetByLabel("Expected interval", new() { Exact = true }), dialog.GetByLabel("Grace period", new() { Exact = true }));
        await interval.FillAsync("");
        await grace.FillAsync("");
        await dialog.GetByText("Alerts:").ScrollIntoViewIfNeededAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#interval-error")).ToContainTextAsync("Expected interval must be a duration");
        await Assertions.Expect(dialog.Locator("#grace-error")).ToContainTextAsync("Grace period must be a duration");
        await Assertions.Expect(interval).ToBeFocusedAsync();
        await Assertions.Expect(interval).ToBeInViewportAsync();
        await Assertions.Expect(interval).ToHaveAttributeAsync("aria-invalid", "true");

        await interval.FillAsync("2 h");
        await grace.FillAsync("10 min");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".facts").First).ToContainTextAsync("2 h");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task Escape_does_not_drop_what_was_filled_in_without_a_word()
    {
        await using var visit = await Visit.StartSharedAsync();
        var page = visit.Page;
        await visit.OpenAsync("/monitors");
        var dialog = await visit.OpenCreateAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        await visit.OpenCreateAsync();
        var name = dialog.GetByLabel("Name", new() { Exact = true });
        await name.FillAsync("Nightly backup");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog.GetByText("Press Escape again to drop what you filled in.")).ToBeVisibleAsync();
        await Assertions.Expect(name).ToHaveValueAsync("Nightly backup");
        // Who goes on is asked anew.
        await name.FillAsync("Nightly backup, eu-west");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog.GetByText("Press Escape again to drop what you filled in.")).ToBeVisibleAsync();
        await Assertions.Expect(name).ToHaveValueAsync("Nightly backup, eu-west");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);

        // What was saved cannot be dropped any more.
        await visit.CreateMonitorAsync("Nightly backup", "5 min", "1 min");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_range_that_is_being_chosen_stays_while_the_page_goes_on()
    {
        await using var world = await BoardVisit.StartAsync();
        var (visit, page) = (world.Visit, world.Page);
        var job = await world.NewMonitorAsync("Nightly backup", heard: false);
        await visit.OpenAsync($"/monitors/{job}");
        await page.GetByText("choose …").ClickAsync();
        var (from, to) = (page.GetByLabel("From, UTC"), page.GetByLabel("To, UTC"));
        await from.FillAsync("2026-01-02T03:04:05");
        // Another status: the timeline is read anew.
        await world.BeatAsync(job);
        await Assertions.Expect(page.Locator(".standing .status.s-up")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".legend")).ToContainTextAsync("up");
        await Assertions.Expect(from).ToHaveValueAsync("2026-01-02T03:04:05");

        await to.FillAsync("2026-01-01T00:00:01");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await Assertions.Expect(page.Locator(".choose-form .error")).ToHaveTextAsync("To must lie behind From.");
        await to.FillAsync("2026-01-03T00:00:01");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show", Exact = true }).ClickAsync();
        await page.ArriveAsync("**from=2026-01-02T03*");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_tag_that_stands_in_its_field_is_on_the_board_that_is_saved()
    {
        await using var world = await BoardVisit.StartAsync();
        var (visit, page) = (world.Visit, world.Page);
        await visit.OpenAsync("/boards/new");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Tagged by hand");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add service" }).ClickAsync();
        await page.GetByLabel("Service 1", new() { Exact = true }).FillAsync("Checkout");
        var tag = page.GetByLabel("Add all monitors with a tag");
        await tag.FillAsync("billing");
        await tag.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".removable-tag")).ToContainTextAsync("billing");
        await tag.FillAsync("shop");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save board" }).ClickAsync();
        await Assertions.Expect(page.Locator(".crumbs")).ToHaveTextAsync("Service boards / Board");
        var board = await world.BoardAsync(page.Url.Split('/')[^1]);
        Assert.Equal(["billing", "shop"], board.GetProperty("services")[0].GetProperty("tags").EnumerateArray().Select(t => t.GetString()!));
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task Looking_for_a_monitor_does_not_send_the_form_around_it()
    {
        await using var world = await BoardVisit.StartAsync();
        var (visit, page) = (world.Visit, world.Page);
        await world.NewMonitorAsync("Invoice export");
        await visit.OpenAsync("/boards/new");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Searched for by hand");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add service" }).ClickAsync();
        await page.GetByLabel("Service 1", new() { Exact = true }).FillAsync("Checkout");
        await page.GetByLabel("Add a monitor by hand").FillAsync("Inv");
        await page.GetByLabel("Add a monitor by hand").PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "+ Invoice export" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "+ Invoice export" })).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save board" }).ClickAsync();
        await page.ArriveAsync(new Regex("/boards/[0-9a-f]{24}$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        var board = await world.BoardAsync(page.Url.Split('/')[^1]);
        Assert.Equal(1, board.GetProperty("services")[0].GetProperty("monitor_ids").GetArrayLength());
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public void No_field_is_written_back_while_somebody_types_in_it()
    {
        // @bind tells the framework what the browser shows already. A value with a handler of its own does not: each answer of the server
        // brings back what was typed a round trip before.
        var folder = Path.Combine(Repository.Root, "src/Exemplar.Server/Console");
        var fields = Directory.GetFiles(folder, "*.razor", SearchOption.AllDirectories)
            .SelectMany(file => Field().Matches(File.ReadAllText(file)).Select(field => (File: Path.GetRelativePath(folder, file), Text: field.Value)))
            .ToList();
        Assert.NotEmpty(fields);
        Assert.All(fields, field => Assert.False(
            field.Text.Contains("@oninput", StringComparison.Ordinal) || (field.Text.Contains(" value=\"@", StringComparison.Ordinal) && field.Text.Contains("@onchange", StringComparison.Ordinal)),
            $"{field.File}: {field.Text}"));
    }

    [GeneratedRegex("<(?:input|textarea) .*?>\n", RegexOptions.Singleline, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Field();
}
