using System.Xml.Linq;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Boards;

/// <summary>Every page of boards and the status page: words stay words, and it needs nothing of the console.</summary>
public sealed class BoardPageTests
{
    private const string Evil = "<img src=x onerror=alert(1)>\"'";

    [Fact]
    public async Task Hostile_names_are_text_on_every_page()
    {
        await using var world = await BoardVisit.StartAsync();
        var (visit, page) = (world.Visit, world.Page);
        var monitor = await world.NewMonitorAsync(Evil, tags: Evil);
        var board = await world.NewBoardAsync(new
        {
            name = Evil, slug = "evil", published = true, title = Evil, show_monitors = true,
            services = new object[] { new { name = Evil, monitor_ids = new[] { monitor }, tags = new[] { Evil } }, new { name = "Empty", tags = new[] { Evil + "!" } } },
        });
        await visit.OpenAsync("/boards");
        await Assertions.Expect(page.Locator(".board-card h2")).ToHaveTextAsync(Evil);
        await visit.OpenAsync($"/boards/{board}");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(Evil);
        await Assertions.Expect(page.Locator(".board-monitor a")).ToHaveTextAsync(Evil);
        await visit.OpenAsync($"/boards/{board}/edit");
        await Assertions.Expect(page.Locator(".removable-name").First).ToHaveTextAsync(Evil);
        await world.OpenWallAsync(board);
        await Assertions.Expect(page.Locator(".tile h2").First).ToHaveTextAsync(Evil);
        await page.GotoAsync("/status/evil");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync(Evil);
        await Assertions.Expect(page.Locator("article h2").First).ToHaveTextAsync(Evil);
        await visit.OpenAsync("/monitors");
        var dialog = await visit.OpenCreateAsync();
        await Assertions.Expect(dialog.Locator(".board-choice label")).ToHaveTextAsync(Evil);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_status_page_needs_no_script_no_session_and_fits_a_phone()
    {
        await using var world = await BoardVisit.StartAsync();
        var board = await BoardScene.SeedAsync(world, "acme");
        await using var visitor = await world.Visit.Browser.NewContextAsync(new()
        {
            BaseURL = world.Visit.Server.Address.ToString(), JavaScriptEnabled = false, ViewportSize = new() { Width = 390, Height = 844 },
        });
        var page = await visitor.NewPageAsync();
        var requests = new List<string>();
        page.Request += (_, request) => requests.Add(new Uri(request.Url).AbsolutePath);
        var answer = await page.GotoAsync("/status/acme");
        Assert.Equal(200, answer!.Status);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Acme Cloud");
        await Assertions.Expect(page.Locator("article")).ToHaveCountAsync(9);
        await Assertions.Expect(page.Locator("article").First.Locator("rect")).ToHaveCountAsync(90);
        await Assertions.Expect(page.Locator(".past li").Filter(new() { HasText = "Payments down for 3 h" })).ToBeVisibleAsync();
        // The style applies although the policy allows no other: the page would be black on white without it.
        Assert.NotEqual("rgba(0, 0, 0, 0)", await page.Locator("article").First.EvaluateAsync<string>("e => getComputedStyle(e).backgroundColor"));
        Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > innerWidth"));
        Assert.Empty(await visitor.CookiesAsync());
        Assert.Equal("/status/acme", Assert.Single(requests, r => r != "/favicon.ico"));

        // A browser with a session gets the very same and its session is not touched.
        var signedIn = await world.Visit.Context.APIRequest.GetAsync($"{world.Visit.Server.Address}status/acme.json");
        Assert.DoesNotContain("set-cookie", signedIn.Headers.Keys);
        XDocument.Parse(await (await world.Visit.Context.APIRequest.GetAsync($"{world.Visit.Server.Address}status/acme/feed.atom")).TextAsync());
        await page.GotoAsync("/status/acme/badge.svg");
        Assert.Equal("svg", await page.EvaluateAsync<string>("document.documentElement.localName"));

        await world.PatchBoardAsync(board, new { published = false });
        // Another address of the same page: the browser may keep the one that it has for some seconds.
        Assert.Equal(404, (await page.GotoAsync("/status/acme?now"))!.Status);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("There is no status page at this address");
    }

    [Fact]
    public async Task A_logo_is_taken_by_what_it_is()
    {
        await using var world = await BoardVisit.StartAsync();
        var page = world.Page;
        var board = await world.NewBoardAsync(new { name = "Logo", slug = "logo", published = true });
        await world.Visit.OpenAsync($"/boards/{board}/edit");
        // The framework hears what is chosen a round trip after the page is live. Nobody chooses a file that fast.
        await page.WaitForFunctionAsync("() => document.querySelector('#logo')._blazorInputFileNextFileId !== undefined");
        await page.Locator("#logo").SetInputFilesAsync(new FilePayload { Name = "logo.png", MimeType = "image/png", Buffer = "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray() });
        await Assertions.Expect(page.GetByText("The logo must be a PNG, JPEG or WebP image.")).ToBeVisibleAsync();

        await page.Locator("#logo").SetInputFilesAsync(new FilePayload { Name = "logo.svg", MimeType = "image/svg+xml", Buffer = await page.ScreenshotAsync(new() { Clip = new() { Width = 120, Height = 40 } }) });
        var preview = page.GetByAltText("The logo as it is now");
        await Assertions.Expect(preview).ToBeVisibleAsync();
        Assert.Equal(120, await preview.EvaluateAsync<int>("e => e.decode().then(() => e.naturalWidth)"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Save board" }).ClickAsync();
        await page.ArriveAsync($"**/boards/{board}");
        await page.GotoAsync("/status/logo");
        Assert.Equal(120, await page.Locator("img.logo").EvaluateAsync<int>("e => e.decode().then(() => e.naturalWidth)"));
    }
}
