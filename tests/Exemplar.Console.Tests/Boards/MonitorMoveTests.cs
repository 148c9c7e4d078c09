using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Boards;

/// <summary>A monitor goes from one service of a board to another: by mouse, by finger and by keyboard.</summary>
public sealed class MonitorMoveTests
{
    [Fact]
    public async Task A_monitor_is_dragged_to_another_service_and_stays_there()
    {
        await using var world = await BoardVisit.StartAsync();
        var (page, ids, board) = await OpenAsync(world);
        var handles = page.Locator(".removable-tag .handle");

        // On a monitor it takes the place of that one, on the service it comes last.
        await handles.Nth(0).DragToAsync(Names(page, "B").Nth(0));
        await Assertions.Expect(Names(page, "A")).ToHaveTextAsync(["Two"]);
        await Assertions.Expect(Names(page, "B")).ToHaveTextAsync(["One", "Three"]);
        await Assertions.Expect(page.GetByText("One is now 1 of 2 in B.")).ToBeAttachedAsync();
        await handles.Nth(0).DragToAsync(Service(page, "C").Locator(".service-form-head"));
        await Assertions.Expect(Names(page, "A")).ToHaveCountAsync(0);
        await Assertions.Expect(Names(page, "C")).ToHaveTextAsync(["Two"]);
        await Assertions.Expect(page.Locator(".dragged, .drop-here")).ToHaveCountAsync(0);
        // A service has a monitor once.
        await Names(page, "B").Nth(1).Locator("..").Locator(".handle").DragToAsync(Service(page, "D").Locator(".service-form-head"));
        await Assertions.Expect(page.GetByText("Three is in D already.")).ToBeAttachedAsync();
        await Assertions.Expect(Names(page, "B")).ToHaveTextAsync(["One", "Three"]);

        await SaveAsync(world, board, [], [ids[0], ids[2]], [ids[1]], [ids[2]]);
        Assert.Empty(world.Visit.Errors);
    }

    [Fact]
    public async Task A_monitor_goes_to_another_service_by_keyboard_and_what_happened_is_said()
    {
        await using var world = await BoardVisit.StartAsync();
        var (page, ids, board) = await OpenAsync(world);
        await Service(page, "A").Locator(".removable-tag .handle").Nth(0).FocusAsync();
        await Assertions.Expect(page.GetByLabel("Move One in A, 1 of 2: drag, or press the arrow keys; Page Up and Page Down take it to another service")).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("PageUp");
        await Assertions.Expect(page.GetByText("No service before A can take One.")).ToBeAttachedAsync();
        await page.Keyboard.PressAsync("PageDown");
        await Assertions.Expect(page.GetByText("One is now 1 of 2 in B.")).ToBeAttachedAsync();
        await Assertions.Expect(Service(page, "B").Locator(".removable-tag .handle").Nth(0)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("End");
        await Assertions.Expect(Names(page, "B")).ToHaveTextAsync(["Three", "One"]);
        await page.Keyboard.PressAsync("PageDown");
        await Assertions.Expect(Names(page, "C")).ToHaveTextAsync(["One"]);
        await page.Keyboard.PressAsync("PageUp");
        await Assertions.Expect(Names(page, "B")).ToHaveTextAsync(["Three", "One"]);
        await Assertions.Expect(page.GetByText("One is now 2 of 2 in B.")).ToBeAttachedAsync();
        // D has Three already: it is passed by.
        await Service(page, "B").Locator(".removable-tag .handle").Nth(0).FocusAsync();
        await page.Keyboard.PressAsync("PageDown");
        await Assertions.Expect(Names(page, "C")).ToHaveTextAsync(["Three"]);
        await page.Keyboard.PressAsync("PageDown");
        await Assertions.Expect(page.GetByText("No service after C can take Three.")).ToBeAttachedAsync();
        await Assertions.Expect(Service(page, "C").Locator(".removable-tag .handle")).ToBeFocusedAsync();

        await SaveAsync(world, board, [ids[1]], [ids[0]], [ids[2]], [ids[2]]);
        Assert.Empty(world.Visit.Errors);
    }

    [Fact]
    public async Task Keys_that_are_pressed_faster_than_the_page_follows_are_not_lost()
    {
        await using var world = await BoardVisit.StartAsync();
        var (page, ids, board) = await OpenAsync(world);
        await Service(page, "A").Locator(".removable-tag .handle").Nth(0).FocusAsync();

        foreach (var key in (string[])["ArrowRight", "PageDown", "PageDown", "PageDown", "End"]) await page.Keyboard.PressAsync(key);
        await Assertions.Expect(Names(page, "D")).ToHaveTextAsync(["Three", "One"]);
        // As soon as it is seen where it went: the page does not wait for anybody then either.
        await page.Keyboard.PressAsync("PageUp");
        await Assertions.Expect(Names(page, "C")).ToHaveTextAsync(["One"]);
        await page.Keyboard.PressAsync("PageUp");
        await Assertions.Expect(Names(page, "B")).ToHaveTextAsync(["Three", "One"]);
        await page.Keyboard.PressAsync("Home");
        await Assertions.Expect(Names(page, "B")).ToHaveTextAsync(["One", "Three"]);
        await Assertions.Expect(Service(page, "B").Locator(".removable-tag .handle").Nth(0)).ToBeFocusedAsync();

        await SaveAsync(world, board, [ids[1]], [ids[0], ids[2]], [], [ids[2]]);
        Assert.Empty(world.Visit.Errors);
    }

    [Fact]
    public async Task A_handle_keeps_the_focus_when_several_answers_come_in_one_piece()
    {
        await using var world = await BoardVisit.StartAsync();
        var backlog = await Backlog.BeforeAsync(world.Page);
        var (page, ids, board) = await OpenAsync(world);
        await Service(page, "A").Locator(".removable-tag .handle").Nth(0).FocusAsync();

        // In B and in C it has handles that are gone before the page gets round to them.
        backlog.Keep();
        foreach (var key in (string[])["PageDown", "PageDown", "PageDown", "End"]) await page.Keyboard.PressAsync(key);
        await backlog.ReleaseAfterAsync("One is now 2 of 2 in D.");
        await Assertions.Expect(Names(page, "D")).ToHaveTextAsync(["Three", "One"]);
        await Assertions.Expect(Service(page, "D").Locator(".removable-tag .handle").Nth(1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("PageUp");
        await Assertions.Expect(Names(page, "C")).ToHaveTextAsync(["One"]);

        await SaveAsync(world, board, [ids[1]], [ids[2]], [ids[0]], [ids[2]]);
        Assert.Empty(world.Visit.Errors);
    }

    [Fact]
    public async Task A_monitor_goes_to_another_service_by_a_finger()
    {
        await using var world = await BoardVisit.StartAsync();
        var (_, ids, board) = await OpenAsync(world);
        await using var phone = await world.Visit.Browser.NewContextAsync(new()
        {
            BaseURL = world.Visit.Server.Address.ToString(), HasTouch = true, IsMobile = true, ViewportSize = new() { Width = 390, Height = 2400 },
        });
        await world.Visit.SignInAsync(phone);
        var page = await phone.NewPageAsync();
        await page.GotoAsync($"/boards/{board}/edit");
        await world.Visit.LiveAsync(page);
        var finger = await phone.NewCDPSessionAsync(page);

        await Finger.MoveAsync(page, finger, Service(page, "A").Locator(".removable-tag .handle").Nth(1), Names(page, "B").Nth(0));
        await Assertions.Expect(Names(page, "B")).ToHaveTextAsync(["Two", "Three"]);
        await Finger.MoveAsync(page, finger, Service(page, "B").Locator(".removable-tag .handle").Nth(0), Service(page, "C").Locator(".service-form-head"));
        await Assertions.Expect(Names(page, "C")).ToHaveTextAsync(["Two"]);
        // A service is not dropped into another one.
        await Finger.MoveAsync(page, finger, page.Locator(".service-form-head .handle").Nth(0), Names(page, "B").Nth(0));
        await Assertions.Expect(page.Locator(".service-form-head input").Nth(0)).ToHaveValueAsync("B");

        await page.GetByRole(AriaRole.Button, new() { Name = "Save board" }).ClickAsync();
        await Assertions.Expect(page.Locator(".service-head h2")).ToHaveTextAsync(["B", "A", "C", "D"]);
        var services = (await world.BoardAsync(board)).GetProperty("services").EnumerateArray().Select(s => string.Join(',', s.GetProperty("monitor_ids").EnumerateArray().Select(m => m.GetString())));
        Assert.Equal([ids[2], ids[0], ids[1], ids[2]], services);
    }

    private static async Task<(IPage Page, string[] Ids, string Board)> OpenAsync(BoardVisit world)
    {
        string[] ids = [await world.NewMonitorAsync("One"), await world.NewMonitorAsync("Two"), await world.NewMonitorAsync("Three")];
        var board = await world.NewBoardAsync(new
        {
            name = "M", slug = "move-" + ids[0],
            services = new[]
            {
                new { name = "A", monitor_ids = ids[..2] }, new { name = "B", monitor_ids = ids[2..] }, new { name = "C", monitor_ids = Array.Empty<string>() }, new { name = "D", monitor_ids = ids[2..] },
            },
        });
        await world.Page.SetViewportSizeAsync(1440, 1600);
        await world.Visit.OpenAsync($"/boards/{board}/edit");
        return (world.Page, ids, board);
    }

    private static async Task SaveAsync(BoardVisit world, string board, params string[][] expected)
    {
        await world.Page.GetByRole(AriaRole.Button, new() { Name = "Save board" }).ClickAsync();
        await Assertions.Expect(world.Page.Locator(".service-head h2")).ToHaveTextAsync(["A", "B", "C", "D"]);
        var services = (await world.BoardAsync(board)).GetProperty("services").EnumerateArray().Select(s => s.GetProperty("monitor_ids").EnumerateArray().Select(m => m.GetString()!).ToArray());
        Assert.Equal(expected, services);
    }

    private static ILocator Service(IPage page, string name) => page.Locator(".service-form").Nth(name[0] - 'A');

    private static ILocator Names(IPage page, string service) => Service(page, service).Locator(".removable-name");
}
