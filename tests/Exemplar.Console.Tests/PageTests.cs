using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>What holds for every page: who may do what, and that words stay words.</summary>
public sealed class PageTests
{
    private const string Evil = "<img src=x onerror=alert(1)>\"'";

    [Fact]
    public async Task A_role_that_was_taken_away_is_gone_at_once_also_on_a_page_that_is_open()
    {
        await using var visit = await Visit.StartSharedAsync();
        var page = visit.Page;
        await visit.OpenAsync("/monitors");
        var dialog = await visit.OpenCreateAsync();
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Made by a viewer");

        await visit.MakeViewerAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert).First).ToContainTextAsync("Your role may look but not change anything");

        await visit.OpenAsync("/monitors");
        await Assertions.Expect(page.GetByText("Your role may look but not create")).ToBeVisibleAsync();
        Assert.Equal(0, await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).CountAsync());
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task Names_and_tags_are_shown_as_they_are()
    {
        await using var visit = await Visit.StartSharedAsync();
        var page = visit.Page;
        await visit.OpenAsync("/monitors");
        var id = await visit.CreateMonitorAsync("Backup " + Evil, "5 min", "1 min", "eu, " + Evil);
        await visit.OpenAsync("/monitors");
        await Assertions.Expect(page.Locator(".cell-name > a").First).ToHaveTextAsync("Backup " + Evil);
        await Assertions.Expect(page.Locator(".cell-name .tag").Last).ToHaveTextAsync(Evil);
        await visit.OpenAsync($"/monitors/{id}");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Backup " + Evil);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task Wrong_passwords_lock_an_account_and_do_not_say_whether_it_exists()
    {
        await using var visit = await Visit.StartAsync(("EXEMPLAR_ADMIN_EMAIL", Visit.Email), ("EXEMPLAR_ADMIN_PASSWORD", Visit.Password));
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await visit.SignInAsync("not the password");
            await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("E-mail or password is wrong");
        }
        await visit.SignInAsync(Visit.Password);
        await Assertions.Expect(visit.Page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("E-mail or password is wrong");
        Assert.DoesNotContain(Visit.Password, visit.Server.Log, StringComparison.Ordinal);
    }
}
