using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Routing;

/// <summary>Everybody can use the pages of routing: in both themes, on a telephone and on a wide screen.</summary>
public sealed class RoutingLookTests
{
    [Fact]
    public async Task Every_page_of_routing_is_accessible_in_both_themes_and_fits_a_telephone()
    {
        await using var visit = await Visit.StartSignedInAsync();
        var page = visit.Page;
        await visit.OpenAsync("/settings/routes");
        await Assertions.Expect(page.GetByText("No routes yet")).ToBeVisibleAsync();
        await ShowAsync(visit, "no-route", light: false);
        await Steps.AddChannelAsync(visit, "#ops", "https://example.org/ops");
        await Steps.AddChannelAsync(visit, "Ana's telephone", "https://example.org/ana");
        await Steps.AddChannelAsync(visit, "Ben's telephone, which is only switched on in the evening", "https://example.org/ben");
        await Steps.AddRotationAsync(visit, "Platform on-call", ("Ana", "Ana's telephone"), ("Ben", "Ben's telephone, which is only switched on in the evening"));
        await Steps.AddRouteAsync(visit, "Databases and everything that they carry, at any hour", "#ops", "10 min", "Platform on-call");
        var job = await Job.CreateAsync(visit, "Nightly backup", "1 h", "1 min", "db");

        foreach (var light in new[] { false, true })
        {
            if (light) await visit.SwitchToLightAsync();
            await visit.OpenAsync("/settings/routes");
            await Assertions.Expect(page.Locator(".route-steps li")).ToHaveCountAsync(2);
            await ShowAsync(visit, "routes", light);
            await page.GetByRole(AriaRole.Button, new() { Name = "Edit Databases" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByLabel("only some").CheckAsync();
            await page.GetByRole(AriaRole.Dialog).GetByLabel("only at certain hours").CheckAsync();
            await ShowAsync(visit, "route", light);
            await page.GetByRole(AriaRole.Dialog).GetByLabel("Tell in step 2").ScrollIntoViewIfNeededAsync();
            await ShowAsync(visit, "route-steps", light);
            await visit.OpenAsync("/settings/rotations");
            await Assertions.Expect(page.Locator(".on-call b")).ToHaveTextAsync("Ana");
            await ShowAsync(visit, "rotations", light);
            await page.GetByRole(AriaRole.Button, new() { Name = "Edit Platform on-call" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Add an override" }).ClickAsync();
            await ShowAsync(visit, "rotation", light);
            await visit.OpenAsync($"/monitors/{job.Id}");
            var told = page.GetByRole(AriaRole.Heading, new() { Name = "Who is told" });
            await told.ScrollIntoViewIfNeededAsync();
            await ShowAsync(visit, "who-is-told", light);
        }
        Assert.Empty(visit.Errors);
    }

    private static async Task ShowAsync(Visit visit, string name, bool light)
    {
        var theme = light ? "light" : "dark";
        foreach (var width in new[] { 390, 1440 })
        {
            await visit.Page.SetViewportSizeAsync(width, 900);
            if (Environment.GetEnvironmentVariable("EXEMPLAR_SCREENSHOTS") is { Length: > 0 } folder)
                await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{name}-{theme}-{width}.png"), Animations = ScreenshotAnimations.Disabled });
            await visit.ShouldBeAccessibleAsync($"{name}, {theme}, {width}");
            Assert.True(await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth") <= width, $"{name} is wider than {width} pixels.");
        }
    }
}
