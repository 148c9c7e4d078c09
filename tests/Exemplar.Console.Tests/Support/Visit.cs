namespace Exemplar.Console.Tests.Support;

/// <summary>A server with a browser in front of it. Fails the test when the browser's console shows an error.</summary>
internal sealed class Visit : IAsyncDisposable
{
    public const string Email = "ada@example.org";
    public const string Password = "a long enough password";

    private readonly bool _sharesServer;
    private readonly List<IBrowserContext> _contexts = [];

    private Visit(ServerProcess server, IBrowser browser, IBrowserContext context, IPage page, OwnOrganization? shared)
    {
        (Server, Browser, Context, Page, Organization, _sharesServer) = (server, browser, context, page, shared?.Number ?? 1, shared is not null);
        _contexts.Add(context);
        Watch(page);
    }

    public ServerProcess Server { get; }

    public IBrowserContext Context { get; }

    public IPage Page { get; }

    public IBrowser Browser { get; }

    /// <summary>The number of the organization that is open.</summary>
    public int Organization { get; }

    public List<string> Errors { get; } = [];

    /// <summary>A new server, nobody signed in.</summary>
    public static async Task<Visit> StartAsync(params (string Key, string Value)[] environment) =>
        await StartAsync(await ServerProcess.StartAsync(environment));

    /// <summary>A server with a week of history whose owner is signed in.</summary>
    /// <param name="more">So many monitors besides those of the scene.</param>
    /// <param name="change">What is different for this test; the server does not run meanwhile.</param>
    /// <param name="environment">The server's settings.</param>
    public static async Task<Visit> StartSceneAsync(int more = 0, Action<Scene>? change = null, params (string Key, string Value)[] environment)
    {
        var prepared = await PreparedFolder.GetAsync();
        var folder = prepared.Copy();
        using (var scene = new Scene(folder))
        {
            scene.Write(more);
            change?.Invoke(scene);
        }
        return await StartAsync(await ServerProcess.StartOnAsync(folder, environment), prepared.Session);
    }

    /// <summary>A server of the test's own, which nobody else uses, whose owner is signed in.</summary>
    public static async Task<Visit> StartSignedInAsync(params (string Key, string Value)[] environment)
    {
        var prepared = await PreparedFolder.GetAsync();
        return await StartAsync(await ServerProcess.StartOnAsync(prepared.Copy(), environment), prepared.Session);
    }

    /// <summary>An organization of the test's own on the server that tests share; its owner is signed in.</summary>
    public static async Task<Visit> StartSharedAsync()
    {
        var organization = await SharedServer.NewOrganizationAsync();
        return await StartAsync(await SharedServer.GetAsync(), organization.Session, organization);
    }

    private static async Task<Visit> StartAsync(ServerProcess server, string? session = null, OwnOrganization? shared = null)
    {
        var browser = await TestBrowser.GetAsync();
        var context = await NewContextAsync(browser, server.Address.ToString());
        if (session is not null) await context.AddCookiesAsync([new Cookie { Name = "exemplar_session", Value = session, Url = server.Address.ToString(), HttpOnly = true, SameSite = SameSiteAttribute.Lax }]);
        return new Visit(server, browser, context, await context.NewPageAsync(), shared);
    }

    private static async Task<IBrowserContext> NewContextAsync(IBrowser browser, string address)
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address,
            ViewportSize = new ViewportSize { Width = 1440, Height = 900 },
        });
        context.SetDefaultTimeout(TestBrowser.Patience);
        return context;
    }

    /// <summary>Gives another browser the session of this one, at the server's address or at one that leads there.</summary>
    public async Task SignInAsync(IBrowserContext context, Uri? address = null)
    {
        var session = (await Context.CookiesAsync()).Single(c => c.Name == "exemplar_session");
        await context.AddCookiesAsync([new Cookie { Name = session.Name, Value = session.Value, Url = (address ?? Server.Address).ToString(), HttpOnly = true, SameSite = SameSiteAttribute.Lax }]);
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
        var context = await NewContextAsync(Browser, address ?? Server.Address.ToString());
        _contexts.Add(context);
        var page = await context.NewPageAsync();
        Watch(page);
        return page;
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

    /// <summary>Takes the right to change anything from everybody in the organization.</summary>
    public Task MakeViewerAsync() => SetRoleAsync(0);

    /// <summary>Gives everybody in the organization this role, from viewer (0) to owner (3), behind the server's back.</summary>
    public async Task SetRoleAsync(int role) => Assert.Equal(1, await Database.RunAsync(
        Server, "UPDATE members SET role = $role WHERE organization_number = $n", ("$role", role), ("$n", Organization)));

    /// <summary>No serious and no critical fault.</summary>
    public async Task ShouldBeAccessibleAsync(string name) => Assert.Empty(await FaultsAsync(Page, name));

    /// <summary>Checks the page as it stands now; with EXEMPLAR_SCREENSHOTS set to a folder it leaves pictures there as well.</summary>
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

    /// <summary>The serious and critical faults of a page, for people.</summary>
    /// <param name="page">The page as it stands.</param>
    /// <param name="name">How a fault names it.</param>
    /// <param name="coloursAlone">Whether everything but its colours was looked at already.</param>
    public static async Task<IReadOnlyList<string>> FaultsAsync(IPage page, string name, bool coloursAlone = false) =>
        [.. (await Axe.FaultsAsync(page, coloursAlone)).Select(fault => $"{name}: {fault}")];

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
        foreach (var context in _contexts) await context.CloseAsync();
        if (!_sharesServer) await Server.DisposeAsync();
    }
}
