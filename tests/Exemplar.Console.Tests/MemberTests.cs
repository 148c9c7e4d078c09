using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>Inviting, joining, other roles, and leaving, with two browsers.</summary>
public sealed class MemberTests
{
    private const string Guest = "grace@example.org";

    [Fact]
    public async Task A_member_is_invited_joins_gets_another_role_and_is_removed()
    {
        await using var visit = await Visit.StartSharedAsync();
        var (page, dialog) = (visit.Page, visit.Page.GetByRole(AriaRole.Dialog));
        var link = await InviteAsync(visit, "viewer");

        var guest = await visit.NewBrowserAsync();
        await JoinAsync(guest, link);
        await visit.LiveAsync(guest);
        await Assertions.Expect(guest.Locator(".who-role")).ToContainTextAsync("viewer");
        Assert.Equal(410, (await (await visit.NewBrowserAsync()).GotoAsync(link))!.Status);
        Assert.DoesNotContain(link.Split('/')[^1], visit.Server.Log, StringComparison.Ordinal);

        // What a viewer does not see: neither the pages nor the buttons.
        await guest.GotoAsync("/settings/members");
        await visit.LiveAsync(guest);
        Assert.Equal(0, await guest.GetByRole(AriaRole.Button, new() { Name = "Invite" }).CountAsync());
        Assert.Equal(0, await guest.GetByRole(AriaRole.Combobox).CountAsync());
        foreach (var closed in new[] { "/settings/tokens", "/settings/audit" })
        {
            await guest.GotoAsync(closed);
            await Assertions.Expect(guest.GetByText("Your role does not show this page")).ToBeVisibleAsync();
        }

        await visit.OpenAsync("/settings/members");
        await page.GetByLabel("Role of " + Guest).SelectOptionAsync("admin");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(page.GetByLabel("Role of " + Guest)).ToHaveValueAsync("viewer");
        await page.GetByLabel("Role of " + Guest).SelectOptionAsync("admin");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Change role" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByLabel("Role of " + Guest)).ToHaveValueAsync("admin");
        await guest.GotoAsync("/settings/members");
        await visit.LiveAsync(guest);
        // An admin may not make owners, and not touch one.
        Assert.Equal(["viewer", "editor", "admin"], await guest.GetByLabel("Role of " + Guest).Locator("option").AllTextContentsAsync());
        Assert.Equal(0, await guest.GetByLabel("Role of " + Visit.Email).CountAsync());
        await guest.GetByRole(AriaRole.Button, new() { Name = "Invite" }).ClickAsync();
        await guest.GetByRole(AriaRole.Dialog).GetByLabel("For").FillAsync("a friend");

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove " + Guest }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove member" }).ClickAsync();
        await Assertions.Expect(page.GetByText(Guest)).ToHaveCountAsync(0);
        // The page of the removed member is still open, and its dialog too.
        await guest.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Make link" }).ClickAsync();
        await Assertions.Expect(guest.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert).First).ToContainTextAsync("Your role does not allow this");
        await guest.GotoAsync("/settings/members");
        await Assertions.Expect(guest.GetByText("No organization")).ToBeVisibleAsync();

        await visit.OpenAsync("/settings/audit");
        await Assertions.Expect(page.Locator(".audit-entry b")).ToHaveTextAsync(["Member removed", "Member changed", "Member joined", "Member invited"]);
        await Assertions.Expect(page.Locator(".audit-entry").Nth(1)).ToContainTextAsync("viewer");
        await Assertions.Expect(page.Locator(".audit-entry").First).ToContainTextAsync("from 127.0.0.1");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task The_only_owner_can_neither_leave_nor_step_down_and_an_invitation_can_be_revoked()
    {
        await using var visit = await Visit.StartSharedAsync();
        var (page, dialog) = (visit.Page, visit.Page.GetByRole(AriaRole.Dialog));
        var link = await InviteAsync(visit, "owner");
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke the invitation for " + Guest }).ClickAsync();
        await Assertions.Expect(page.GetByText("Open invitations")).ToHaveCountAsync(0);
        Assert.Equal(410, (await (await visit.NewBrowserAsync()).GotoAsync(link))!.Status);

        await page.GetByRole(AriaRole.Button, new() { Name = "Remove " + Visit.Email }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Remove member" }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("always has an owner");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.GetByLabel("Role of " + Visit.Email).SelectOptionAsync("viewer");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Change role" }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("always has an owner");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task An_account_of_one_organization_joins_another_and_sees_only_the_one_that_is_open()
    {
        await using var visit = await Visit.StartSignedInAsync();
        await visit.OpenAsync("/monitors");
        var monitor = await visit.CreateMonitorAsync("Ada's monitor", "5 min", "1 min");
        var link = await InviteAsync(visit, "viewer");
        await Database.RunAsync(visit.Server, "INSERT INTO organizations (id, name, default_interval_ms, default_grace_ms, check_days, check_count, created_at_ms) VALUES (x'0102030405060708090a0b0c', 'Other works', 300000, 60000, 90, 100000, 0)");
        await Database.CopyAccountAsync(visit.Server, Guest, organization: 2, role: 3);

        // A second organization's owner, with ids of the first in the address.
        var guest = await visit.NewBrowserAsync();
        await Visit.SignInAsync(guest, Guest, Visit.Password);
        await guest.ArriveAsync("**/monitors");
        await visit.LiveAsync(guest);
        await Assertions.Expect(guest.Locator(".who-role")).ToContainTextAsync("Other works");
        await Assertions.Expect(guest.GetByText("Nothing is watched yet")).ToBeVisibleAsync();
        await guest.GotoAsync($"/monitors/{monitor}");
        await visit.LiveAsync(guest);
        Assert.DoesNotContain("Ada's monitor", await guest.ContentAsync(), StringComparison.Ordinal);
        foreach (var mine in new[] { "/settings/members", "/settings/tokens", "/settings/audit" })
        {
            await guest.GotoAsync(mine);
            await visit.LiveAsync(guest);
            Assert.DoesNotContain(Visit.Email, await guest.ContentAsync(), StringComparison.Ordinal);
        }
        // A form made by hand that names an organization of others opens nothing.
        Assert.Equal("Other works", await OpenOrganizationAsync(guest, 1));

        await guest.GotoAsync(link);
        await guest.GetByRole(AriaRole.Button, new() { Name = "Join as " + Guest }).ClickAsync();
        await guest.ArriveAsync("**/monitors");
        await visit.LiveAsync(guest);
        await Assertions.Expect(guest.Locator(".who-role")).ToContainTextAsync("viewer");
        await Assertions.Expect(guest.GetByText("Ada's monitor").First).ToBeVisibleAsync();
        await guest.GotoAsync("/settings/profile");
        await guest.GetByRole(AriaRole.Button, new() { Name = "Open Other works" }).ClickAsync();
        await guest.ArriveAsync("**/monitors");
        await Assertions.Expect(guest.Locator(".who-role")).ToContainTextAsync("Other works");
        Assert.Empty(visit.Errors);
    }

    private static async Task<string> OpenOrganizationAsync(IPage page, int organization)
    {
        await page.GotoAsync("/settings/profile");
        await page.EvaluateAsync(
            """
            number => {
              const form = document.createElement("form");
              [form.method, form.action] = ["post", "/settings/profile/organization"];
              form.append(document.querySelector("input[name=__RequestVerificationToken]").cloneNode());
              const field = document.createElement("input");
              [field.name, field.value] = ["organization", number];
              form.append(field);
              document.body.append(form);
              form.submit();
            }
            """, organization);
        await page.ArriveAsync("**/monitors");
        return (await page.Locator(".who-role").InnerTextAsync()).Split(" ·")[0];
    }

    private static async Task<string> InviteAsync(Visit visit, string role)
    {
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await visit.OpenAsync("/settings/members");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Invite" }).ClickAsync();
        await dialog.GetByLabel("For").FillAsync(Guest);
        await dialog.GetByLabel("Role").SelectOptionAsync(role);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make link" }).ClickAsync();
        var link = await dialog.Locator(".secret code").InnerTextAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Done" }).ClickAsync();
        await Assertions.Expect(visit.Page.GetByText("Open invitations")).ToBeVisibleAsync();
        return link;
    }

    private static async Task JoinAsync(IPage guest, string link)
    {
        await guest.GotoAsync(link);
        await Assertions.Expect(guest.GetByLabel("E-mail")).ToHaveValueAsync(Guest);
        await guest.GetByLabel("Password", new() { Exact = true }).FillAsync("short");
        await guest.GetByRole(AriaRole.Button, new() { Name = "Make account and join" }).ClickAsync();
        await Assertions.Expect(guest.Locator("#password-error")).ToContainTextAsync("at least 10 characters");
        await guest.GetByLabel("Password", new() { Exact = true }).FillAsync(Visit.Password);
        await guest.GetByLabel("Password again").FillAsync(Visit.Password);
        await guest.GetByRole(AriaRole.Button, new() { Name = "Make account and join" }).ClickAsync();
        await guest.ArriveAsync("**/monitors");
    }
}
