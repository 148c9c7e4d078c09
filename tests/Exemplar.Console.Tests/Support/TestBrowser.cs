[assembly: AssemblyFixture(typeof(Exemplar.Console.Tests.Support.TestBrowser))]

namespace Exemplar.Console.Tests.Support;

/// <summary>
/// One Chromium for all tests: each has contexts of its own in it, which share nothing. Beside it the server that tests share which need
/// no other than their own organization on it.
/// </summary>
public sealed class TestBrowser : IAsyncDisposable
{
    /// <summary>
    /// How long anything may take that has no promised time, in milliseconds. Playwright's own five seconds for what is expected are a guess at
    /// a fast machine; a promised time is measured where it is promised.
    /// </summary>
    internal const int Patience = 15_000;

    // The browser listens to the last of these switches only, so what Playwright turns off is named again.
    private static readonly string[] OfPlaywright =
    [
        "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "DialMediaRouteProvider", "GlobalMediaControls", "HttpsUpgrades", "LensOverlay",
        "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "BlockOriginHeaderModificationOnRedirect", "AvoidCorsURLLoaderRestartOnRedirect",
        "Translate", "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled",
    ];

    // For each window the browser renders pages of its own behind an address bar that nobody sees: they cost more than ours.
    private static readonly string[] OfTheAddressBar = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"];

    private static readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> Started = new(StartAsync);

    internal static async Task<IBrowser> GetAsync() => (await Started.Value).Browser;

    public async ValueTask DisposeAsync()
    {
        if (Started.IsValueCreated)
        {
            var (playwright, browser) = await Started.Value;
            await browser.CloseAsync();
            playwright.Dispose();
        }
        await SharedServer.EndAsync();
        await PreparedFolder.EndAsync();
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-features=" + string.Join(',', [.. OfPlaywright, .. OfTheAddressBar]),
            ],
        }));
    }
}
