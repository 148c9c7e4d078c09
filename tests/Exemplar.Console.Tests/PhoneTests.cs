using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>The console on a telephone.</summary>
public sealed class PhoneTests
{
    [Fact]
    public async Task Every_page_of_the_menu_is_reached_and_the_menu_closes_by_itself()
    {
        await using var visit = await Visit.StartSharedAsync();
        var page = visit.Page;
        await page.SetViewportSizeAsync(390, 844);
        await visit.OpenAsync("/monitors");
        var menu = page.Locator(".more-menu");
        var list = menu.Locator(".more-list");
        Assert.Equal(["Monitors", "Incidents", "Boards", "More"], await page.Locator(".rail > .rail-link:visible > span, .rail > details > summary > span").AllInnerTextsAsync());
        await Assertions.Expect(list).ToBeHiddenAsync();

        await menu.Locator("summary").ClickAsync();
        await Assertions.Expect(list).ToContainTextAsync(Visit.Email);
        Assert.Equal("/api/docs", await list.GetByRole(AriaRole.Link, new() { Name = "API" }).GetAttributeAsync("href"));
        await list.GetByRole(AriaRole.Link, new() { Name = "Help" }).ClickAsync();
        await page.ArriveAsync("**/help");
        // The new page brings a menu of its own, which is closed.
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Help");
        await Assertions.Expect(list).ToBeHiddenAsync();

        // By keyboard alone.
        await menu.Locator("summary").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(list).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(list.GetByRole(AriaRole.Link, new() { Name = "Maintenance" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(list).ToBeHiddenAsync();
        await Assertions.Expect(menu.Locator("summary")).ToBeFocusedAsync();

        await menu.Locator("summary").ClickAsync();
        await page.Locator("h1").ClickAsync();
        await Assertions.Expect(list).ToBeHiddenAsync();
        // Nothing of it is seen where there is room.
        await page.SetViewportSizeAsync(1440, 900);
        await Assertions.Expect(menu).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator(".rail > .rail-link[href='/api/docs']")).ToBeVisibleAsync();
        Assert.Empty(visit.Errors);
    }
}
