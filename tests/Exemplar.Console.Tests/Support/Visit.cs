using Deque.AxeCore.Playwright;

namespace Exemplar.Console.Tests.Support;

/// <summary>A server with a browser in front of it. Fails the test when the browser's console shows an error.</summary>
internal sealed class Visit : IAsyncDisposable
{
    public const string Email = "ada@example.org";
    public const string Password = "a long enough password";

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Visit(ServerProcess server, IPlaywright playwright, IBrowser browser, IBrowserContext context, IPage page)
    {
        (Server, _playwright, _browser, Context, Page) = (server, playwright, browser, context, page);
        Watch(page);
    }

    public ServerProcess Server { get; }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public IBrowser Browser => _browser;

    public List<string> Errors { get; } = [];

    /// <summary>A new server, nobody signed in.</summary>
    public static async Task<Visit> StartAsync(params (string Key, string Value)[] environment) =>
        await StartAsync(await ServerProcess.StartAsync(environment));

    /// <summary>A server with a week of history whose owner is signed in.</summary>
    /// <param name="more">So many monitors besides those of the scene.</param>
    /// <param name="change">What is different for this test; the server does not run meanwhile.</param>
    public static async Task<Visit> StartSceneAsync(int more = 0, Action<Scene>? change = null)
    {
        var empty = await ServerProcess.StartAsync(("EXEMPLAR_ADMIN_EMAIL", Email), ("EXEMPLAR_ADMIN_PASSWORD", Password));
        await empty.StopAsync();
        using (var scene = new Scene(empty.DataFolder))
        {
            scene.Write(more);
            change?.Invoke(scene);
        }
        var visit = await StartAsync(await ServerProcess.StartOnAsync(empty.DataFolder));
        await visit.SignInAsync(Password);
        await visit.Page.WaitForURLAsync("**/monitors");
        return visit;
    }

    private static async Task<Visit> StartAsync(ServerProcess server)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = server.Address.ToString(),
            ViewportSize = new ViewportSize { Width = 1440, Height = 900 },
        });
        context.SetDefaultTimeout(15_000);
        return new Visit(server, playwright, browser, context, await context.NewPageAsync());
    }

    /// <summary>A new server whose owner is signed in.</summary>
    public static async Task<Visit> StartSignedInAsync(params (string Key, string Value)[] environment)
    {
        var visit = await StartAsync([("EXEMPLAR_ADMIN_EMAIL", Email), ("EXEMPLAR_ADMIN_PASSWORD", Password), .. environment]);
        await visit.SignInAsync(Password);
        await visit.Page.WaitForURLAsync("**/monitors");
        return visit;
    }

    public Task SignInAsync(string password) => SignInAsync(Page, Email, password);

    /// <summary>Fills in the sign-in page and sends it.</summary>
    public static async Task SignInAsync(IPage page, string email, string password)
    {
        await page.GotoAsync("/sign-in");
        await page.GetByLabel("E-mail").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
    }

    /// <summary>A browser of somebody else's, with no cookie.</summary>
    public async Task<IPage> NewBrowserAsync(string? address = null)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address ?? Server.Address.ToString(),
            ViewportSize = new ViewportSize { Width = 1440, Height = 900 },
        });
        context.SetDefaultTimeout(15_000);
        var page = await context.NewPageAsync();
        Watch(page);
        return page;
    }

    /// <summary>Checks the page for accessibility; with EXEMPLAR_SCREENSHOTS set to a folder it leaves pictures there as well.</summary>
    public async Task ShowAsync(string name, bool light)
    {
        if (Environment.GetEnvironmentVariable("EXEMPLAR_SCREENSHOTS") is { Length: > 0 } folder)
        {
            foreach (var width in new[] { 390, 1440 })
            {
                await Page.SetViewportSizeAsync(width, 900);
                await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{(light ? "light" : "dark")}-{width}.png"), Animations = ScreenshotAnimations.Disabled });
            }
        }
        await ShouldBeAccessibleAsync($"{name}, {(light ? "light" : "dark")}");
    }

    /// <summary>Opens a page and waits until it is live.</summary>
    public async Task OpenAsync(string address)
    {
        await Page.GotoAsync(address);
        await LiveAsync();
    }

    /// <summary>Waits until the page hears clicks.</summary>
    public Task LiveAsync() => LiveAsync(Page);

    /// <summary>Waits until somebody's page hears clicks.</summary>
    public async Task LiveAsync(IPage page)
    {
        try
        {
            await page.Locator(".shell[data-live=yes]").WaitForAsync();
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The page did not get live.\n{string.Join('\n', Errors)}\n{Server.Log}");
        }
    }

    /// <summary>Makes a monitor in the dialog and stays in it. The id.</summary>
    public async Task<string> CreateMonitorAsync(string name, string interval, string grace, string tags = "")
    {
        var dialog = await OpenCreateAsync();
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await dialog.GetByLabel("Expected interval", new() { Exact = true }).FillAsync(interval);
        await dialog.GetByLabel("Grace period", new() { Exact = true }).FillAsync(grace);
        await dialog.GetByLabel("Tags", new() { Exact = true }).FillAsync(tags);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }).ClickAsync();
        var id = dialog.Locator("dl.facts code").First;
        await Assertions.Expect(dialog.GetByText("Waiting for the first heartbeat")).ToBeVisibleAsync();
        return await id.InnerTextAsync();
    }

    /// <summary>Opens CREATE_MONITOR.</summary>
    public async Task<ILocator> OpenCreateAsync()
    {
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Create monitor" }).ClickAsync();
        await dialog.WaitForAsync();
        return dialog;
    }

    /// <summary>Takes the right to change anything from everybody.</summary>
    public async Task MakeViewerAsync()
    {
        await using var database = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(Server.DataFolder, "exemplar.db")};Pooling=False");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = "UPDATE members SET role = 0";
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }

    /// <summary>No serious and no critical fault, in the dark and in the light theme.</summary>
    public Task ShouldBeAccessibleAsync(string name) => ShouldBeAccessibleAsync(Page, name);

    /// <inheritdoc cref="ShouldBeAccessibleAsync(string)"/>
    public static async Task ShouldBeAccessibleAsync(IPage page, string name)
    {
        var result = await page.RunAxe();
        var faults = result.Violations
            .Where(v => v.Impact is "serious" or "critical")
            .Select(v => $"{name}: {v.Id}, {v.Help}: {string.Join(" | ", v.Nodes.Take(5).Select(n => n.Html))}");
        Assert.Empty(faults);
    }

    public async Task SwitchToLightAsync() => await Context.AddCookiesAsync([new Cookie { Name = "exemplar_theme", Value = "light", Url = Server.Address.ToString() }]);

    private void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("status of 4", StringComparison.Ordinal)) Errors.Add(message.Text);
        };
        page.PageError += (_, error) => Errors.Add(error);
        page.Dialog += (_, dialog) => Errors.Add("a dialog opened: " + dialog.Message);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
        await Server.DisposeAsync();
    }
}
