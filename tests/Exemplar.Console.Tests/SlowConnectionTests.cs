using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>Whoever is far from the server works as fast as ever: what the page does by itself does not come late and disturb them.</summary>
public sealed class SlowConnectionTests
{
    [Fact]
    public async Task What_is_typed_as_soon_as_a_dialog_is_there_stays_in_the_field_it_was_meant_for()
    {
        await using var visit = await Visit.StartSharedAsync();
        await using var proxy = CutProxy.Before(visit.Server);
        var page = await OpenFarAwayAsync(visit, proxy);
        var create = page.GetByRole(AriaRole.Button, new() { Name = "Create monitor" }).First;
        var dialog = page.GetByRole(AriaRole.Dialog);

        await create.ClickAsync();
        var (name, interval) = (dialog.GetByLabel("Name", new() { Exact = true }), dialog.GetByLabel("Expected interval", new() { Exact = true }));
        await interval.FillAsync("");
        await interval.PressSequentiallyAsync("15 minutes", new() { Delay = 120 });
        await Assertions.Expect(interval).ToHaveValueAsync("15 minutes");
        await Assertions.Expect(interval).ToBeFocusedAsync();
        await Assertions.Expect(name).ToHaveValueAsync("");

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(create).ToBeFocusedAsync();
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task What_is_searched_for_as_soon_as_a_page_is_there_stays_in_the_search()
    {
        await using var visit = await Visit.StartSharedAsync();
        await using var proxy = CutProxy.Before(visit.Server);
        var page = await OpenFarAwayAsync(visit, proxy);
        await page.GetByRole(AriaRole.Link, new() { Name = "Maintenance" }).First.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Maintenance");

        await page.Keyboard.PressAsync("/");
        var search = page.GetByRole(AriaRole.Search).GetByRole(AriaRole.Searchbox);
        await Assertions.Expect(search).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("nightly backup", new() { Delay = 120 });
        await Assertions.Expect(search).ToHaveValueAsync("nightly backup");
        await Assertions.Expect(search).ToBeFocusedAsync();
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_dialog_has_the_focus_from_its_first_moment_and_gives_it_back()
    {
        await using var visit = await Visit.StartSharedAsync();
        var page = visit.Page;
        await visit.OpenAsync("/monitors");
        await visit.CreateMonitorAsync("Nightly backup", "5 min", "1 min");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Link, new() { Name = "Nightly backup" }).ClickAsync();
        var edit = page.GetByRole(AriaRole.Button, new() { Name = "Edit", Exact = true });

        // Before the browser paints it for the first time.
        await page.EvaluateAsync("""
            () => { window.first = new Promise((found) => new MutationObserver(() => {
              const dialog = document.querySelector('[role=dialog]');
              if (dialog) requestAnimationFrame(() => found(document.activeElement.id));
            }).observe(document.body, { childList: true, subtree: true })); }
            """);
        await edit.ClickAsync();
        Assert.Equal("name", await page.EvaluateAsync<string>("() => window.first"));
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Assertions.Expect(edit).ToBeFocusedAsync();

        // One without a field that comes first has it itself, and Escape is heard.
        var delete = page.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true });
        await delete.ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Assertions.Expect(delete).ToBeFocusedAsync();
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task The_next_times_of_a_window_are_those_of_what_stands_in_its_fields_now()
    {
        await using var visit = await Visit.StartSharedAsync();
        await using var proxy = CutProxy.Before(visit.Server);
        var page = await OpenFarAwayAsync(visit, proxy);
        await page.GetByRole(AriaRole.Link, new() { Name = "Maintenance" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Plan the first window" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "By cron" }).ClickAsync();
        await dialog.GetByLabel("Cron").FillAsync("0 22 * * 6");
        var (zone, times) = (dialog.GetByLabel("Time zone"), dialog.Locator(".next-times li"));
        await zone.FillAsync("Europe/Berlin");
        await Assertions.Expect(times).ToHaveCountAsync(3);
        // The times that a window is offered which takes place once come a round trip after the dialog; it was made a recurring one before.
        await Assertions.Expect(dialog.GetByLabel("Not before")).ToHaveValueAsync("");
        await Assertions.Expect(dialog.GetByLabel("No more from")).ToHaveValueAsync("");

        // What is right takes longer to answer than what is wrong: its words are made by the browser.
        await zone.FillAsync("Europe/Paris");
        await zone.FillAsync("Mars/Olympus");
        await Assertions.Expect(times).ToHaveCountAsync(0);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save window" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#m-zone-error")).ToContainTextAsync("Time zone must be the IANA name");
        await Assertions.Expect(times).ToHaveCountAsync(0);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task What_is_done_before_a_page_hears_anything_is_done_as_soon_as_it_does()
    {
        await using var visit = await Visit.StartSharedAsync();
        await using var proxy = CutProxy.Before(visit.Server);
        var page = await visit.NewBrowserAsync(proxy.Address.ToString());
        await visit.SignInAsync(page.Context, proxy.Address);
        proxy.Delay = TimeSpan.FromMilliseconds(300);
        var live = page.Locator(".shell[data-live=yes]");

        await page.GotoAsync("/monitors", new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await page.GetByRole(AriaRole.Button, new() { Name = "Create monitor" }).ClickAsync();
        await Assertions.Expect(live).ToHaveCountAsync(0);
        await live.WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByLabel("Name", new() { Exact = true })).ToBeFocusedAsync();

        await page.GotoAsync("/monitors", new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        var search = page.GetByRole(AriaRole.Search).GetByRole(AriaRole.Searchbox);
        await search.ClickAsync();
        await Assertions.Expect(live).ToHaveCountAsync(0);
        await search.PressSequentiallyAsync("nightly", new() { Delay = 50 });
        await live.WaitForAsync();
        await page.Keyboard.TypeAsync(" backup");
        await Assertions.Expect(search).ToHaveValueAsync("nightly backup");
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync("**/monitors?q=nightly*backup");
        Assert.Empty(visit.Errors);
    }

    // Live first, then far away: 300 ms to the server and as long back.
    private static async Task<IPage> OpenFarAwayAsync(Visit visit, CutProxy proxy)
    {
        var page = await visit.NewBrowserAsync(proxy.Address.ToString());
        await visit.SignInAsync(page.Context, proxy.Address);
        await page.GotoAsync("/monitors");
        await visit.LiveAsync(page);
        proxy.Delay = TimeSpan.FromMilliseconds(300);
        return page;
    }
}
