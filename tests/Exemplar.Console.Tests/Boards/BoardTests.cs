using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Boards;

/// <summary>Boards in a real browser, from making one to a missed heartbeat that turns it red.</summary>
public sealed class BoardTests
{
    [Fact]
    public async Task A_board_is_made_by_hand_and_by_tag_and_shows_a_missed_heartbeat_within_two_seconds()
    {
        await using var world = await BoardVisit.StartAsync();
        var (visit, page) = (world.Visit, world.Page);
        var job = await world.NewMonitorAsync("Nightly backup", intervalMinutes: 10, graceMinutes: 0.05);
        await world.NewMonitorAsync("Web one", tags: "web");
        await visit.OpenAsync("/boards");
        await page.GetByRole(AriaRole.Link, new() { Name = "Create your first board" }).ClickAsync();
        await page.ArriveAsync("**/boards/new");
        await visit.LiveAsync();

        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Production EU");
        await Assertions.Expect(page.GetByLabel("Address", new() { Exact = true })).ToHaveValueAsync("production-eu");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add service" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save board" }).ClickAsync();
        await Assertions.Expect(page.Locator("#service-0-error")).ToContainTextAsync("must not be empty");

        await page.Locator("#service-0").FillAsync("Backups");
        await page.Locator("#pick-0").FillAsync("nightly");
        await page.GetByRole(AriaRole.Button, new() { Name = "+ Nightly backup" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Add service" }).ClickAsync();
        await page.Locator("#service-1").FillAsync("Website");
        await page.Locator("#tag-1").FillAsync("web");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add tag" }).Nth(1).ClickAsync();
        await Assertions.Expect(page.Locator(".service-form").Nth(1)).ToContainTextAsync("web · 1");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save board" }).ClickAsync();
        await Assertions.Expect(page.Locator(".board-service .service-head .status.s-up")).ToHaveCountAsync(2);
        await world.PatchMonitorAsync(job, new { expected_interval_minutes = 0.05 });
        var deadline = await world.BeatAsync(job);
        await page.Locator(".board-service.s-row-down").WaitForAsync();
        var late = TimeProvider.System.GetUtcNow() - deadline;
        Assert.InRange(late.TotalSeconds, 0, 2);
        await Assertions.Expect(page.Locator(".standing").First).ToContainTextAsync("down");

        await world.BeatAsync(job);
        await Assertions.Expect(page.Locator(".board-service .service-head .status.s-up")).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new() { Name = "Nightly backup" }).ClickAsync();
        await page.ArriveAsync($"**/monitors/{job}");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task Services_are_ordered_by_dragging_and_by_keyboard()
    {
        await using var world = await BoardVisit.StartAsync();
        var page = world.Page;
        var board = await world.NewBoardAsync(new { name = "B", slug = "b", services = new[] { new { name = "One" }, new { name = "Two" }, new { name = "Three" } } });
        await world.Visit.OpenAsync($"/boards/{board}/edit");
        var names = page.Locator(".service-form-head input");

        await page.Locator(".service-form-head .handle").Nth(2).DragToAsync(page.Locator(".service-form").Nth(0));
        await Assertions.Expect(names.Nth(0)).ToHaveValueAsync("Three");

        await page.Locator(".service-form-head .handle").Nth(0).FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(names.Nth(1)).ToHaveValueAsync("Three");
        await Assertions.Expect(page.Locator(".service-form-head .handle").Nth(1)).ToBeFocusedAsync();
        await Assertions.Expect(page.GetByText("Three is now 2 of 3.")).ToBeAttachedAsync();
        await page.Keyboard.PressAsync("End");
        await Assertions.Expect(names.Nth(2)).ToHaveValueAsync("Three");
        await Assertions.Expect(page.Locator(".service-form-head .handle").Nth(2)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await Assertions.Expect(names.Nth(1)).ToHaveValueAsync("Three");

        await page.GetByRole(AriaRole.Button, new() { Name = "Save board" }).ClickAsync();
        await Assertions.Expect(page.Locator(".service-head h2")).ToHaveTextAsync(["One", "Three", "Two"]);
        Assert.Equal(["one", "three", "two"], (await world.BoardAsync(board)).GetProperty("services").EnumerateArray().Select(s => s.GetProperty("slug").GetString()));
        Assert.Empty(world.Visit.Errors);
    }

    [Fact]
    public async Task Monitors_within_a_service_are_ordered_by_keyboard_and_by_dragging()
    {
        await using var world = await BoardVisit.StartAsync();
        var page = world.Page;
        var ids = new[] { await world.NewMonitorAsync("One"), await world.NewMonitorAsync("Two"), await world.NewMonitorAsync("Three") };
        var board = await world.NewBoardAsync(new { name = "M", slug = "m-" + ids[0], services = new[] { new { name = "S", monitor_ids = ids } } });
        await world.Visit.OpenAsync($"/boards/{board}/edit");
        var (names, handles) = (page.Locator(".removable-name"), page.Locator(".removable-tag .handle"));
        await Assertions.Expect(names).ToHaveTextAsync(["One", "Two", "Three"]);

        await handles.Nth(2).FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await Assertions.Expect(names).ToHaveTextAsync(["Three", "One", "Two"]);
        await Assertions.Expect(handles.Nth(0)).ToBeFocusedAsync();
        await Assertions.Expect(page.GetByText("Three is now 1 of 3 in S.")).ToBeAttachedAsync();
        await handles.Nth(0).DragToAsync(page.Locator(".removable-tag").Nth(1));
        await Assertions.Expect(names).ToHaveTextAsync(["One", "Three", "Two"]);

        await page.GetByRole(AriaRole.Button, new() { Name = "Save board" }).ClickAsync();
        await Assertions.Expect(page.Locator(".board-monitor a")).ToHaveTextAsync(["One", "Three", "Two"]);
        Assert.Equal([ids[0], ids[2], ids[1]], (await world.BoardAsync(board)).GetProperty("services")[0].GetProperty("monitor_ids").EnumerateArray().Select(m => m.GetString()!));
        Assert.Empty(world.Visit.Errors);
    }

    [Fact]
    public async Task Services_and_monitors_are_ordered_by_a_finger()
    {
        await using var world = await BoardVisit.StartAsync();
        var ids = new[] { await world.NewMonitorAsync("One"), await world.NewMonitorAsync("Two") };
        var board = await world.NewBoardAsync(new { name = "T", slug = "t-" + ids[0], services = new[] { new { name = "A", monitor_ids = ids }, new { name = "B", monitor_ids = Array.Empty<string>() } } });
        await using var phone = await world.Visit.Browser.NewContextAsync(new()
        {
            BaseURL = world.Visit.Server.Address.ToString(), HasTouch = true, IsMobile = true, ViewportSize = new() { Width = 390, Height = 1400 },
        });
        await world.Visit.SignInAsync(phone);
        var page = await phone.NewPageAsync();
        await page.GotoAsync($"/boards/{board}/edit");
        await world.Visit.LiveAsync(page);
        var finger = await phone.NewCDPSessionAsync(page);

        await Finger.MoveAsync(page, finger, page.Locator(".removable-tag .handle").Nth(0), page.Locator(".removable-tag").Nth(1));
        await Assertions.Expect(page.Locator(".removable-name")).ToHaveTextAsync(["Two", "One"]);
        await Finger.MoveAsync(page, finger, page.Locator(".service-form-head .handle").Nth(1), page.Locator(".service-form-head").Nth(0));
        await Assertions.Expect(page.Locator(".service-form-head input").Nth(0)).ToHaveValueAsync("B");
        // A touch that moves nothing leaves everything as it is.
        await page.Locator(".service-form-head .handle").Nth(0).TapAsync();
        await Assertions.Expect(page.Locator(".service-form-head input").Nth(0)).ToHaveValueAsync("B");
        await Assertions.Expect(page.Locator(".dragged")).ToHaveCountAsync(0);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save board" }).ClickAsync();
        await Assertions.Expect(page.Locator(".service-head h2")).ToHaveTextAsync(["B", "A"]);
        await Assertions.Expect(page.Locator(".board-monitor a")).ToHaveTextAsync(["Two", "One"]);
    }

    [Fact]
    public async Task Of_two_editors_the_second_is_told()
    {
        await using var world = await BoardVisit.StartAsync();
        var board = await world.NewBoardAsync(new { name = "B", slug = "two-editors" });
        await world.Visit.OpenAsync($"/boards/{board}/edit");
        await world.PatchBoardAsync(board, new { name = "Changed by somebody else" });
        await world.Page.GetByRole(AriaRole.Button, new() { Name = "Save board" }).ClickAsync();
        await Assertions.Expect(world.Page.GetByText("Somebody else changed this board meanwhile")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_new_monitor_appears_on_the_chosen_boards()
    {
        await using var world = await BoardVisit.StartAsync();
        var (visit, page) = (world.Visit, world.Page);
        var (first, second) = (await world.NewBoardAsync(new { name = "First", slug = "first", services = new[] { new { name = "Jobs" } } }), await world.NewBoardAsync(new { name = "Second", slug = "second" }));
        await visit.OpenAsync("/monitors");
        var dialog = await visit.OpenCreateAsync();
        await dialog.GetByLabel("First", new() { Exact = true }).SelectOptionAsync("in Jobs");
        await dialog.GetByLabel("Second", new() { Exact = true }).SelectOptionAsync("as a service of its own");
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Nightly backup");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }).ClickAsync();
        await Assertions.Expect(dialog.GetByText("Waiting for the first heartbeat")).ToBeVisibleAsync();
        var id = await dialog.Locator("dl.facts code").First.InnerTextAsync();

        foreach (var (board, service) in new[] { (first, "Jobs"), (second, "Nightly backup") })
        {
            var only = Assert.Single((await world.BoardAsync(board)).GetProperty("services").EnumerateArray());
            Assert.Equal((service, id), (only.GetProperty("name").GetString(), Assert.Single(only.GetProperty("monitor_ids").EnumerateArray()).GetString()));
        }
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_viewer_sees_boards_and_changes_none_also_from_a_page_that_is_open()
    {
        await using var world = await BoardVisit.StartAsync();
        var (visit, page) = (world.Visit, world.Page);
        var board = await world.NewBoardAsync(new { name = "Ours", slug = "ours" });
        await visit.OpenAsync($"/boards/{board}/edit");
        await world.Visit.MakeViewerAsync();

        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Changed by a viewer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save board" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Your role may look but not change anything")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByText("Your role may look but not change anything")).ToBeVisibleAsync();
        Assert.Equal("Ours", (await world.BoardAsync(board)).GetProperty("name").GetString());

        foreach (var address in new[] { "/boards/new", $"/boards/{board}/edit" })
        {
            await visit.OpenAsync(address);
            await Assertions.Expect(page.GetByText("Only editors change boards")).ToBeVisibleAsync();
        }
        await visit.OpenAsync($"/boards/{board}");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Edit" })).ToHaveCountAsync(0);
        // A cookie of the console is no key to the API.
        var made = await visit.Context.APIRequest.PatchAsync($"{visit.Server.Address}api/monitoring/boards/{board}", new() { DataObject = new { name = "stolen" } });
        Assert.Equal(401, made.Status);
    }

    [Fact]
    public async Task A_hundred_services_fit_on_the_wall()
    {
        await using var world = await BoardVisit.StartAsync();
        var page = world.Page;
        var monitor = await world.NewMonitorAsync("A monitor with a rather long name", intervalMinutes: 0.017, graceMinutes: 0.017);
        var board = await world.NewBoardAsync(new
        {
            name = "Everything", slug = "everything",
            services = Enumerable.Range(1, 100).Select(i => new { name = $"Service number {i}", monitor_ids = i % 9 == 0 ? new[] { monitor } : [] }),
        });
        await page.SetViewportSizeAsync(1920, 1080);
        await world.OpenWallAsync(board);
        await Assertions.Expect(page.Locator(".tile.t-down")).ToHaveCountAsync(11);
        var facts = await page.EvaluateAsync<double[]>(
            """
            (() => {
              const tiles = [...document.querySelectorAll(".tile")].map(t => t.getBoundingClientRect());
              const names = [...document.querySelectorAll(".tile h2")];
              return [tiles.length, Math.max(...tiles.map(t => t.bottom)), Math.max(...tiles.map(t => t.right)),
                Math.min(...names.map(n => parseFloat(getComputedStyle(n).fontSize))), names.filter(n => n.scrollWidth > n.clientWidth || n.scrollHeight > n.clientHeight + 2).length];
            })()
            """);
        Assert.Equal(100, facts[0]);
        Assert.InRange(facts[1], 900, 1080);
        Assert.InRange(facts[2], 1700, 1920);
        Assert.InRange(facts[3], 14, 30);
        Assert.Equal(0, facts[4]);
        if (Environment.GetEnvironmentVariable("EXEMPLAR_SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, "wall-hundred-dark-1920.png") });
    }

    [Fact]
    public async Task The_wall_says_when_it_is_out_of_date_and_survives_a_restart()
    {
        await using var world = await BoardVisit.StartAloneAsync();
        var page = world.Page;
        var monitor = await world.NewMonitorAsync("Checkout");
        var board = await world.NewBoardAsync(new { name = "Wall", slug = "wall", services = new[] { new { name = "Shop", monitor_ids = new[] { monitor } } } });
        await world.OpenWallAsync(board);
        await Assertions.Expect(page.Locator(".tile.t-up h2")).ToHaveTextAsync("Shop");
        await Assertions.Expect(page.Locator("#wall-stale")).ToBeHiddenAsync();

        await world.Visit.Server.KillAsync();
        await Assertions.Expect(page.Locator("#wall-stale")).ToContainTextAsync("Out of date", new() { Timeout = 20_000 });
        // What was known stays on the wall, through every attempt to come back.
        await page.WaitForTimeoutAsync(6_000);
        await Assertions.Expect(page.Locator(".tile h2")).ToHaveTextAsync("Shop");

        await world.Visit.Server.StartAgainAsync();
        await Assertions.Expect(page.Locator("#wall-stale")).ToBeHiddenAsync(new() { Timeout = 40_000 });
        await page.Locator(".wall-main[data-live=yes]").WaitForAsync();
        var before = await page.Locator(".wall").GetAttributeAsync("data-wall");
        await Assertions.Expect(page.Locator(".wall")).Not.ToHaveAttributeAsync("data-wall", before!);
    }
}
