using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>The console by keyboard, its help, and addresses that lead nowhere.</summary>
public sealed class ShortcutTests
{
    [Fact]
    public async Task Shortcuts_lead_through_the_console_and_never_fire_while_somebody_types()
    {
        await using var visit = await Visit.StartSceneAsync();
        var page = visit.Page;
        var shortcuts = page.Locator("#shortcuts");
        await visit.OpenAsync("/monitors");

        await page.Keyboard.PressAsync("?");
        await Assertions.Expect(shortcuts).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("c");
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(shortcuts).ToBeHiddenAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Dialog).CountAsync());

        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("c?gmjk");
        await Assertions.Expect(page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("c?gmjk");
        Assert.Equal(0, await page.GetByRole(AriaRole.Dialog).CountAsync());
        await Assertions.Expect(shortcuts).ToBeHiddenAsync();

        await page.Locator("h1").ClickAsync();
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("k");
        await Assertions.Expect(page.Locator("[data-row]").First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("x");
        await Assertions.Expect(page.GetByText("1 selected")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync($"**/monitors/{Scene.IdOf(5)}");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Warehouse sync, eu-west");
        await page.Keyboard.PressAsync("e");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Edit Warehouse sync");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("h");
        await page.ArriveAsync("**/help");
        await Assertions.Expect(page.Locator("pre[aria-label=curl]")).ToContainTextAsync(visit.Server.Address.GetLeftPart(UriPartial.Authority) + "/api/monitoring/heartbeat");
        await Assertions.Expect(page.Locator(".guide ol > li")).ToHaveCountAsync(7);
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("m");
        await page.ArriveAsync("**/monitors");
        await Assertions.Expect(page.Locator("[data-row]")).ToHaveCountAsync(Scene.Names.Count);
        await page.Keyboard.PressAsync("c");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("CREATE_MONITOR");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task The_skip_link_is_the_first_stop_and_leads_to_the_content()
    {
        await using var visit = await Visit.StartSceneAsync();
        await visit.OpenAsync("/monitors");
        await visit.Page.EvaluateAsync("() => { document.activeElement?.blur(); window.getSelection()?.removeAllRanges(); }");
        var skip = visit.Page.GetByRole(AriaRole.Link, new() { Name = "Skip to the content" });
        await skip.FocusAsync();
        await Assertions.Expect(skip).ToBeInViewportAsync();
        await visit.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(visit.Page.Locator("#content")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task An_address_that_leads_nowhere_answers_browsers_with_a_page_and_programs_with_a_problem()
    {
        await using var visit = await Visit.StartSceneAsync();
        var answer = await visit.Page.GotoAsync("/no/such/page");
        Assert.Equal(404, answer!.Status);
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("There is nothing here");
        var program = await visit.Context.APIRequest.GetAsync("/no/such/page", new() { Headers = [new("accept", "application/json")] });
        Assert.Equal(404, program.Status);
        Assert.Equal("application/problem+json", program.Headers["content-type"]);
        var api = await visit.Context.APIRequest.GetAsync("/api/none", new() { Headers = [new("accept", "text/html")] });
        Assert.Equal("application/problem+json", api.Headers["content-type"]);
        foreach (var gone in new[] { "/incidents/{0}", "/boards/{0}/wall", "/boards/{0}", "/monitors/{0}" })
            Assert.Equal(404, (await visit.Page.GotoAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, gone, "6900000000000000000fffff")))!.Status);
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("No such monitor");
    }
}
