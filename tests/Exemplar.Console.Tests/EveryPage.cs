using System.Text.RegularExpressions;
using Exemplar.Console.Tests.Boards;
using Exemplar.Console.Tests.Support;
using Exemplar.Testing;

namespace Exemplar.Console.Tests;

public sealed class DarkPageTests() : EveryPage(isLight: false);

public sealed class LightPageTests() : EveryPage(isLight: true);

/// <summary>
/// Every page in a believable organization, from a telephone to a wide screen: it fits, and axe finds no serious and no critical fault.
/// Which pages there are is read from the code, so that none can be forgotten. With EXEMPLAR_SCREENSHOTS set to a folder the same visit
/// leaves pictures there: docs/screenshots.sh.
/// </summary>
public abstract partial class EveryPage(bool isLight)
{
    private static readonly int[] Widths = [390, 1440, 2560];

    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    private string Theme => isLight ? "light" : "dark";

    [Fact]
    public async Task Every_page_is_accessible_and_fits_every_width()
    {
        await using var receiver = Receiver.Start();
        await using var visit = await Visit.StartSceneAsync(environment: ("EXEMPLAR_ALLOW_PRIVATE_ADDRESSES", "127.0.0.0/8"));
        if (isLight) await visit.SwitchToLightAsync();
        await ShowMonitorsAsync(visit);
        var incident = await ShowIncidentsAsync(visit, receiver.Address);
        await ShowBoardsAsync(visit);
        await ShowRoutingAsync(visit);
        await ShowSettingsAsync(visit);
        await ShowDoorsAsync(visit);
        await ShowFirstRunAsync();

        // A page that came later and needs nothing in its address is looked at as it is; one that does has to be added above.
        foreach (var route in Routes().Except(_shown).Where(r => !r.Contains('{', StringComparison.Ordinal)).ToList())
            await ShowAsync(visit, route, route[1..].Replace('/', '-'), route);
        Assert.Equal(Routes().Order(), _shown.Intersect(Routes()).Order());
        Assert.StartsWith("/incidents/", incident, StringComparison.Ordinal);
        Assert.Empty(_faults);
        Assert.Empty(visit.Errors);
    }

    private async Task ShowMonitorsAsync(Visit visit)
    {
        var (down, busy) = (Scene.IdOf(5), Scene.IdOf(9));
        await ShowAsync(visit, "/monitors", "monitors", "/monitors");
        await ShowAsync(visit, "/monitors", "monitors-tag", "/monitors?tag=billing&sort=name");
        await ShowAsync(visit, "/monitors", "create-monitor", "/monitors", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Create monitor" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "TypeScript" }).ClickAsync();
        });
        await ShowAsync(visit, "/monitors", "shortcuts", "/monitors", page => page.Keyboard.PressAsync("?"));
        await ShowAsync(visit, "/monitors", "selected", "/monitors", page => page.GetByLabel("Select all on this page").CheckAsync());
        await ShowAsync(visit, "/monitors/{Id}", "monitor-results", $"/monitors/{busy}?range=7d");
        await ShowAsync(visit, "/monitors/{Id}", "monitor-down", $"/monitors/{down}?range=24h");
        await ShowAsync(visit, "/help", "help", "/help");
        await visit.Page.GotoAsync("/no/such/page");
        await LookAsync(visit.Page, "not-found");
        await visit.Page.SetViewportSizeAsync(390, 844);
        await visit.OpenAsync("/monitors");
        await visit.Page.Locator(".more-menu > summary").ClickAsync();
        await LookAsync(visit.Page, "menu", 390);
    }

    private async Task<string> ShowIncidentsAsync(Visit visit, string receiver)
    {
        var page = visit.Page;
        await ShowAsync(visit, "/incidents", "no-incident", "/incidents");
        await ShowAsync(visit, "/settings/channels", "no-channel", "/settings/channels");
        await AddChannelAsync(visit, "Add your first channel", "On-call bridge", receiver);
        await AddChannelAsync(visit, "Add channel", "Platform team, all alerts of the eu-west cluster", "http://127.0.0.1:9/nobody-listens");
        var backup = await Job.CreateAsync(visit, "Nightly backup of the customer database", "2 s", "1 s", "backup, eu-west");
        var mail = await Job.CreateAsync(visit, "Mail queue", "2 s", "1 s", "mail");
        await Database.RunAsync(visit.Server, "UPDATE monitors SET runbook_url = 'https://example.org/runbooks/backup' WHERE name LIKE 'Nightly backup of%'");
        await backup.BeatAsync(new { hostname = "worker-01.eu-west.example.org", region = "eu-west-1", job_id = "backup-20261124-0300", rows = 1_284_113, took = new { dump_s = 412.5, upload_s = 97 } });
        await mail.BeatAsync(new { hostname = "mx-02" });
        await visit.OpenAsync("/incidents");
        await Assertions.Expect(page.Locator(".in-title a")).ToHaveCountAsync(2, new() { Timeout = 20_000 });
        await page.GetByRole(AriaRole.Link, new() { Name = "Nightly backup of the customer database is down" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await page.GetByLabel("Note", new() { Exact = true }).FillAsync("The **dump** finished, the upload did not:\n\n- `s3 put` answered 503\n- see [the graph](https://example.org/graph)");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add note" }).ClickAsync();
        await Assertions.Expect(page.Locator(".happened")).ToContainTextAsync("the graph");
        var incident = new Uri(page.Url).AbsolutePath;
        await ShowAsync(visit, "/incidents/{Id}", "incident", incident);
        await ShowAsync(visit, "/incidents/{Id}", "snooze", incident, async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Snooze" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).WaitForAsync();
        });
        await ShowAsync(visit, "/incidents", "incidents", "/incidents", page => page.Locator(".in-title a").First.WaitForAsync());
        await ShowAsync(visit, "/monitors/{Id}", "monitor-incidents", $"/monitors/{backup.Id}", page => page.Locator(".latest").WaitForAsync());
        await ShowAsync(visit, "/settings/channels", "channels", "/settings/channels", page => page.Locator(".ch-name").First.WaitForAsync());
        await ShowDeliveriesAsync(visit);
        await ShowAsync(visit, "/settings/channels", "channel", "/settings/channels", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Edit On-call bridge" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByLabel("only some").CheckAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Add to headers" }).ClickAsync();
        });
        return incident;
    }

    private async Task ShowBoardsAsync(Visit visit)
    {
        var world = await BoardVisit.OfAsync(visit);
        await ShowAsync(visit, "/boards", "no-board", "/boards");
        var board = await BoardScene.SeedAsync(world, "acme");
        await visit.OpenAsync($"/boards/{board}");
        await visit.Page.Locator(".board-service.s-row-down").First.WaitForAsync();
        await ShowAsync(visit, "/boards", "boards", "/boards");
        await ShowAsync(visit, "/boards/{Id}", "board", $"/boards/{board}");
        await ShowAsync(visit, "/boards/{Id}/edit", "board-editor", $"/boards/{board}/edit");
        await world.OpenWallAsync(board);
        await visit.Page.Locator(".tile.t-down").First.WaitForAsync();
        await LookAsync(visit.Page, "wall", Widths);
        _shown.Add("/boards/{Id}/wall");

        await using var visitor = await visit.Browser.NewContextAsync(new() { BaseURL = visit.Server.Address.ToString() });
        var outside = await visitor.NewPageAsync();
        await outside.EmulateMediaAsync(new() { ColorScheme = isLight ? ColorScheme.Light : ColorScheme.Dark });
        await outside.GotoAsync("/status/acme");
        await LookAsync(outside, "status-page", Widths);
        await ShowMaintenanceAsync(visit, world, board, outside);
    }

    private async Task ShowSettingsAsync(Visit visit)
    {
        var (page, dialog) = (visit.Page, visit.Page.GetByRole(AriaRole.Dialog));
        foreach (var (email, role) in new[] { ("grace.hopper@example.org", 2), ("mary.jackson@example.org", 1), ("katherine.johnson@a-rather-long-name.example.org", 0) })
            await Database.CopyAccountAsync(visit.Server, email, organization: 1, role);
        await Database.RunAsync(visit.Server, "UPDATE accounts SET is_two_factor = 1 WHERE number = 2");
        await ShowAsync(visit, "/settings/organization", "settings-organization", "/settings/organization");
        await ShowAsync(visit, "/settings/members", "settings-invite", "/settings/members", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Invite" }).ClickAsync();
            await dialog.GetByLabel("For").FillAsync("dorothy@example.org");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Make link" }).ClickAsync();
            await dialog.Locator(".secret").WaitForAsync();
        });
        _link = await page.Locator(".secret code").InnerTextAsync();
        await ShowAsync(visit, "/settings/members", "settings-members", "/settings/members");
        await ShowAsync(visit, "/settings/tokens", "settings-token-once", "/settings/tokens", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Make token" }).First.ClickAsync();
            await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Jobs");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Make token" }).ClickAsync();
            await dialog.Locator(".secret").WaitForAsync();
        });
        await ShowAsync(visit, "/settings/tokens", "settings-tokens", "/settings/tokens");
        await ShowAsync(visit, "/settings/audit", "settings-audit", "/settings/audit");
        await page.GotoAsync("/settings/profile");
        await LookAsync(page, "settings-profile", Widths);
        await page.Locator("#totp-password").FillAsync(Visit.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        await page.Locator(".qr svg").WaitForAsync();
        await LookAsync(page, "settings-two-factor", 390, 1440);
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(Totp.Code(await page.Locator("code.key").InnerTextAsync()));
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        await page.Locator(".codes").WaitForAsync();
        await LookAsync(page, "recovery-codes", 390, 1440);
        _shown.Add("/settings/profile");
    }

    private async Task ShowDoorsAsync(Visit visit)
    {
        var guest = await visit.NewBrowserAsync();
        if (isLight) await guest.Context.AddCookiesAsync([new Cookie { Name = "exemplar_theme", Value = "light", Url = visit.Server.Address.ToString() }]);
        await guest.GotoAsync("/sign-in");
        await LookAsync(guest, "sign-in", Widths);
        await guest.GotoAsync(_link);
        await LookAsync(guest, "join", Widths);
        await guest.GotoAsync("/join/nothing");
        await LookAsync(guest, "join-over", 390, 1440);
        await Visit.SignInAsync(guest, Visit.Email, Visit.Password);
        await guest.ArriveAsync("**/sign-in/code**");
        await LookAsync(guest, "sign-in-code", Widths);
        _shown.UnionWith(["/sign-in", "/sign-in/code", "/join/{Code}"]);
    }

    private async Task ShowFirstRunAsync()
    {
        await using var visit = await Visit.StartAsync();
        if (isLight) await visit.SwitchToLightAsync();
        await visit.Page.GotoAsync("/setup");
        await Assertions.Expect(visit.Page.GetByLabel("Organization")).ToBeVisibleAsync();
        await LookAsync(visit.Page, "setup", Widths);
        _shown.Add("/setup");
        Assert.Empty(visit.Errors);
    }

    private string _link = "";

    private static async Task AddChannelAsync(Visit visit, string button, string name, string address)
    {
        await visit.OpenAsync("/settings/channels");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Kind").SelectOptionAsync("webhook");
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await dialog.GetByLabel("Address").FillAsync(address);
        await dialog.GetByLabel("Signing secret").FillAsync("whsec_1");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
    }

    private async Task ShowAsync(Visit visit, string route, string name, string address, Func<IPage, Task>? then = null)
    {
        await visit.Page.SetViewportSizeAsync(1440, 900);
        await visit.OpenAsync(address);
        if (then is not null) await then(visit.Page);
        await LookAsync(visit.Page, name, Widths);
        _shown.Add(route);
    }

    // All that axe looks for is looked for in the dark; the light theme differs in colours alone.
    private async Task LookAsync(IPage page, string name, params int[] widths)
    {
        foreach (var width in widths.Length == 0 ? Widths : widths)
        {
            await page.SetViewportSizeAsync(width, width switch { 390 => 844, 1440 => 900, _ => 1440 });
            if (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth") > 0) _faults.Add($"{name} is wider than {width} pixels");
            if (Environment.GetEnvironmentVariable("EXEMPLAR_SCREENSHOTS") is { Length: > 0 } folder)
                await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{Theme}-{width}.png"), Animations = ScreenshotAnimations.Disabled, FullPage = name.StartsWith("status-page", StringComparison.Ordinal) });
            if (width <= 1440) _faults.AddRange(await Visit.FaultsAsync(page, $"{name}, {Theme}, {width}", coloursAlone: isLight));
        }
    }

    private static HashSet<string> Routes()
    {
        var routes = Directory.GetFiles(Path.Combine(Repository.Root, "src/Exemplar.Server/Console"), "*.razor", SearchOption.AllDirectories)
            .SelectMany(file => PageRoute().Matches(File.ReadAllText(file)).Select(m => m.Groups["route"].Value)).ToHashSet(StringComparer.Ordinal);
        Assert.True(routes.Count > 15, "The pages were not found.");
        return routes;
    }

    [GeneratedRegex("^@page \"(?<route>[^\"]+)\"", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PageRoute();
}
