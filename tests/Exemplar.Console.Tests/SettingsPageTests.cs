using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>The pages of the settings: what they change, and that everybody can use them.</summary>
public sealed class SettingsPageTests
{
    private const string Evil = "<img src=x onerror=alert(1)>\"'";

    [Fact]
    public async Task The_organization_and_its_tokens_are_changed_and_written_down()
    {
        await using var visit = await Visit.StartSignedInAsync();
        var (page, dialog) = (visit.Page, visit.Page.GetByRole(AriaRole.Dialog));
        await visit.OpenAsync("/settings/organization");
        await page.GetByLabel("Default interval", new() { Exact = true }).FillAsync("soon");
        await page.GetByLabel("Keep checks for").FillAsync("0");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.Locator("#interval-error")).ToContainTextAsync("must be a duration");
        await Assertions.Expect(page.Locator("#days-error")).ToContainTextAsync("from 1 to 3650");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Engines " + Evil);
        await page.GetByLabel("Default interval", new() { Exact = true }).FillAsync("90 s");
        await page.GetByLabel("Keep checks for").FillAsync("30");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Saved.")).ToBeVisibleAsync();

        await visit.OpenAsync("/settings/tokens");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make token" }).First.ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make token" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#token-name-error")).ToContainTextAsync("must not be empty");
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Jobs " + Evil);
        await dialog.GetByLabel("read").CheckAsync();
        await dialog.GetByLabel("Expires").SelectOptionAsync("30");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make token" }).ClickAsync();
        var text = await dialog.Locator(".secret code").InnerTextAsync();
        using var api = new HttpClient { BaseAddress = visit.Server.Address };
        api.DefaultRequestHeaders.Add("X-API-Key", text);
        Assert.Equal(200, (int)(await api.GetAsync("/api/monitoring/monitors")).StatusCode);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Assertions.Expect(page.GetByText("in 29 d")).ToBeVisibleAsync();
        Assert.DoesNotContain(text, await page.ContentAsync(), StringComparison.Ordinal);

        // Written down within a round of the worker.
        await Assertions.Expect(page.Locator(".cell-used")).ToHaveTextAsync("never");
        for (var tries = 0; tries < 40 && !(await page.Locator(".cell-used").InnerTextAsync()).Contains("from 127.0.0.1", StringComparison.Ordinal); tries++)
        {
            await page.WaitForTimeoutAsync(500);
            await visit.OpenAsync("/settings/tokens");
        }
        await Assertions.Expect(page.Locator(".cell-used")).ToContainTextAsync("from 127.0.0.1");

        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke Jobs" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Revoke token" }).ClickAsync();
        await Assertions.Expect(page.GetByText("No token yet")).ToBeVisibleAsync();
        Assert.Equal(401, (int)(await api.GetAsync("/api/monitoring/monitors")).StatusCode);

        await visit.OpenAsync("/settings/audit");
        await Assertions.Expect(page.Locator(".audit-entry b")).ToHaveTextAsync(["Token revoked", "Token created", "Organization changed"]);
        await Assertions.Expect(page.Locator(".audit-entry").Last).ToContainTextAsync("default expected interval");
        // Who did it stands at the end of the line, not beneath it.
        var (time, who) = ((await page.Locator(".audit-entry time").First.BoundingBoxAsync())!, (await page.Locator(".entry-who").First.BoundingBoxAsync())!);
        Assert.True(who.X > time.X + time.Width && Math.Abs(who.Y - time.Y) < 12, "The columns of the audit log have fallen apart.");
        await page.GetByLabel("What").SelectOptionAsync("token.created");
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await Assertions.Expect(page.Locator(".audit-entry")).ToHaveCountAsync(1);
        await page.GetByLabel("Who").FillAsync("nobody@example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await Assertions.Expect(page.GetByText("No entry matches")).ToBeVisibleAsync();
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_page_that_was_open_before_the_role_was_taken_away_changes_nothing()
    {
        await using var visit = await Visit.StartSignedInAsync();
        var (page, dialog) = (visit.Page, visit.Page.GetByRole(AriaRole.Dialog));
        await visit.OpenAsync("/settings/organization");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("By a viewer");
        var tokens = await visit.Context.NewPageAsync();
        await tokens.GotoAsync("/settings/tokens");
        await visit.LiveAsync(tokens);
        await tokens.GetByRole(AriaRole.Button, new() { Name = "Make token" }).First.ClickAsync();
        await tokens.GetByRole(AriaRole.Dialog).GetByLabel("Name", new() { Exact = true }).FillAsync("By a viewer");

        await visit.MakeViewerAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("Your role does not allow this");
        await tokens.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Make token" }).ClickAsync();
        await Assertions.Expect(tokens.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert).First).ToContainTextAsync("Your role does not allow this");
        Assert.Equal(0, await Database.RunAsync(visit.Server, "UPDATE tokens SET name = name WHERE name = 'By a viewer'"));
        Assert.Equal(0, await Database.RunAsync(visit.Server, "UPDATE organizations SET name = name WHERE name = 'By a viewer'"));
    }
}
