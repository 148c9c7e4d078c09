using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>
/// Every page with a week of history in it, dark and light, from a telephone to a wide screen. With EXEMPLAR_SCREENSHOTS set to a folder
/// the same visit leaves pictures there: docs/screenshots.sh.
/// </summary>
public sealed class SceneTests
{
    private static readonly int[] Widths = [390, 1440, 2560];

    [Theory]
    [InlineData("dark")]
    [InlineData("light")]
    public async Task Every_page_is_accessible_and_fits_every_width(string theme)
    {
        await using var visit = await Visit.StartSceneAsync();
        if (theme == "light") await visit.SwitchToLightAsync();
        var down = Scene.IdOf(5);
        var busy = Scene.IdOf(9);

        await ShowAsync(visit, "monitors", theme, "/monitors");
        await ShowAsync(visit, "monitors-tag", theme, "/monitors?tag=billing&sort=name");
        await ShowAsync(visit, "monitor-results", theme, $"/monitors/{busy}?range=7d");
        await ShowAsync(visit, "monitor-down", theme, $"/monitors/{down}?range=24h");
        await ShowAsync(visit, "help", theme, "/help");
        await ShowAsync(visit, "create-monitor", theme, "/monitors", async page =>
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Create monitor" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "TypeScript" }).ClickAsync();
        });
        await ShowAsync(visit, "shortcuts", theme, "/monitors", page => page.Keyboard.PressAsync("?"));
        await ShowAsync(visit, "selected", theme, "/monitors", page => page.GetByLabel("Select all on this page").CheckAsync());
        await ShowAsync(visit, "not-found", theme, "/no/such/page", isLive: false);
        await visit.Context.ClearCookiesAsync();
        if (theme == "light") await visit.SwitchToLightAsync();
        await ShowAsync(visit, "sign-in", theme, "/sign-in", isLive: false);
        Assert.Empty(visit.Errors);
    }

    private static async Task ShowAsync(Visit visit, string name, string theme, string address, Func<IPage, Task>? then = null, bool isLive = true)
    {
        await visit.Page.SetViewportSizeAsync(1440, 900);
        if (isLive) await visit.OpenAsync(address);
        else await visit.Page.GotoAsync(address);
        if (then is not null) await then(visit.Page);
        foreach (var width in Widths)
        {
            await visit.Page.SetViewportSizeAsync(width, width < 700 ? 844 : 900);
            Assert.True(
                await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth") <= 0,
                $"{name} is wider than {width} pixels");
            if (Environment.GetEnvironmentVariable("EXEMPLAR_SCREENSHOTS") is { Length: > 0 } folder)
                await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{theme}-{width}.png"), Animations = ScreenshotAnimations.Disabled });
            if (width != Widths[^1]) await visit.ShouldBeAccessibleAsync($"{name}, {theme}, {width}");
        }
    }
}
