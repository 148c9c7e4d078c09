using Exemplar.Console.Tests.Boards;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>A connection that is lost: the page says so, comes back by itself, and is right again.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task A_page_says_that_its_connection_is_cut_and_is_right_again_without_a_reload_once_it_is_mended()
    {
        await using var world = await BoardVisit.StartAsync();
        await using var proxy = CutProxy.Before(world.Visit.Server);
        var id = await world.NewMonitorAsync("Invoice export");
        var page = await OpenAsync(world.Visit, proxy.Address);
        var notice = page.Locator("#components-reconnect-modal");
        await Assertions.Expect(page.Locator(".row .status.s-up")).ToBeVisibleAsync();
        await Assertions.Expect(notice).ToBeHiddenAsync();
        await page.EvaluateAsync("() => { window.isTheSamePage = true; }");

        await proxy.CutAsync();
        await Assertions.Expect(notice).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(notice).ToContainTextAsync("The connection to Exemplar is lost. What you see may be old");
        await world.PauseAsync(id);
        await Assertions.Expect(page.Locator(".row .status.s-up")).ToBeVisibleAsync();

        proxy.Mend();
        await Assertions.Expect(page.Locator(".row .status.s-paused")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(notice).ToBeHiddenAsync();
        Assert.True(await page.EvaluateAsync<bool>("() => window.isTheSamePage === true"));
        // And it hears clicks.
        await page.GetByRole(AriaRole.Button, new() { Name = "Create monitor" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).WaitForAsync();
    }

    [Fact]
    public async Task A_page_waits_for_a_server_that_is_started_again_and_shows_what_holds_then()
    {
        await using var world = await BoardVisit.StartAloneAsync();
        var page = world.Page;
        var id = await world.NewMonitorAsync("Invoice export");
        await world.Visit.OpenAsync("/monitors");
        await Assertions.Expect(page.Locator(".row .status.s-up")).ToBeVisibleAsync();

        await world.Visit.Server.KillAsync();
        await Assertions.Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await world.Visit.Server.StartAgainAsync();
        await world.PauseAsync(id);
        await Assertions.Expect(page.Locator(".row .status.s-paused")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await world.Visit.LiveAsync();
        await Assertions.Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_page_whose_server_stands_still_does_not_go_on_looking_as_if_all_were_well()
    {
        await using var world = await BoardVisit.StartAloneAsync();
        var notice = world.Page.Locator("#components-reconnect-modal");
        await world.NewMonitorAsync("Invoice export");
        await world.Visit.OpenAsync("/monitors");
        await world.Visit.LiveAsync();

        world.Visit.Server.Stop();
        // The framework's own patience is 30 s.
        await Assertions.Expect(notice).ToBeVisibleAsync(new() { Timeout = 20_000 });
        world.Visit.Server.Continue();
        await Assertions.Expect(notice).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await world.Visit.LiveAsync();
    }

    private static async Task<IPage> OpenAsync(Visit visit, Uri address)
    {
        var page = await visit.NewBrowserAsync(address.ToString());
        await visit.SignInAsync(page.Context, address);
        await page.GotoAsync("/monitors");
        await visit.LiveAsync(page);
        return page;
    }
}
