using System.Text.Json;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Channels;

/// <summary>A channel made in the browser carries an alert to a real receiver; nobody but admins sees it.</summary>
public sealed class ChannelPagesTests
{
    private const string Secret = "whsec_never_on_a_page";

    [Fact]
    public async Task A_webhook_is_made_tried_and_told_and_its_secrets_never_come_back()
    {
        await using var receiver = Receiver.Start();
        await using var visit = await Visit.StartSharedAsync();
        var page = visit.Page;
        await visit.OpenAsync("/settings/channels");
        await Assertions.Expect(page.GetByText("Nobody hears of anything yet")).ToBeVisibleAsync();
        await MakeAsync(visit, receiver);

        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test to Night shift" }).ClickAsync();
        await Assertions.Expect(page.Locator(".ch-test")).ToContainTextAsync("Delivered: HTTP 200: taken by the night shift");
        var test = await receiver.WaitForAsync(r => EventOf(r) == "test", TimeSpan.FromSeconds(5));
        Assert.Equal("abc", test.Headers["X-Team"]);
        Assert.StartsWith("sha256=", test.Headers["X-Exemplar-Signature"], StringComparison.Ordinal);
        receiver.Status = 404;
        await page.GetByRole(AriaRole.Button, new() { Name = "Send a test to Night shift" }).ClickAsync();
        await Assertions.Expect(page.Locator(".ch-test")).ToContainTextAsync("Refused; the channel has to be changed: HTTP 404");
        receiver.Status = 200;

        var job = await Job.CreateAsync(visit, "Nightly backup", "2 s", "1 s", "db");
        await job.BeatAsync();
        var alert = await receiver.WaitForAsync(r => EventOf(r) == "down", TimeSpan.FromSeconds(20));
        Assert.Contains(job.Id, alert.Body, StringComparison.Ordinal);
        await visit.OpenAsync("/incidents");
        await page.Locator(".in-title a").ClickAsync();
        await Assertions.Expect(page.Locator(".happened")).ToContainTextAsync("told Night shift");
        await Assertions.Expect(page.Locator(".happened .answer")).ToContainTextAsync("HTTP 200: taken by the night shift");

        await visit.OpenAsync("/settings/channels");
        await Assertions.Expect(page.Locator(".ch-state")).ToContainTextAsync("last delivered");
        await EditAsync(visit);
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete Day shift" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete channel" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Nobody hears of anything yet")).ToBeVisibleAsync();
        Assert.Empty(visit.Errors);
        Assert.DoesNotContain(Secret, visit.Server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", visit.Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_not_allowed_is_named_at_its_field_and_only_admins_see_channels()
    {
        await using var visit = await Visit.StartSharedAsync();
        var page = visit.Page;
        await visit.OpenAsync("/settings/channels");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add your first channel" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Kind").SelectOptionAsync("webhook");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#channel-name-error")).ToContainTextAsync("Name must not be empty");
        await Assertions.Expect(dialog.Locator("#config-url-error")).ToContainTextAsync("Address is required");
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Metadata");
        await dialog.GetByLabel("Address").FillAsync("http://169.254.169.254/latest");
        await dialog.GetByLabel("only some").CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();
        await Assertions.Expect(dialog.GetByText("Name a tag or choose a monitor")).ToBeVisibleAsync();
        await dialog.GetByLabel("Tags").FillAsync("db");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#config-url-error")).ToContainTextAsync("must be a public address");
        await dialog.GetByLabel("Address").FillAsync("https://example.org/hook");

        // An editor is not enough, whatever is still open.
        await visit.SetRoleAsync(1);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert).First).ToContainTextAsync("Only admins and owners");
        await visit.OpenAsync("/settings/channels");
        await Assertions.Expect(page.GetByText("Not for your role")).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add" })).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".rail").GetByText("Channels")).ToHaveCountAsync(0);
        Assert.Empty(visit.Errors);
    }

    private static string? EventOf(Received received)
    {
        using var body = JsonDocument.Parse(received.Body);
        return body.RootElement.GetProperty("event").GetString();
    }

    private static async Task MakeAsync(Visit visit, Receiver receiver)
    {
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add your first channel" }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Kind").SelectOptionAsync("webhook");
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Night shift");
        await dialog.GetByLabel("Address").FillAsync(receiver.Address);
        await dialog.GetByLabel("Signing secret").FillAsync(Secret);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add to headers" }).ClickAsync();
        await dialog.GetByLabel("Headers, name 1").FillAsync("X-Team");
        await dialog.GetByLabel("Headers, value 1").FillAsync("abc");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(visit.Page.Locator(".ch-name b")).ToHaveTextAsync("Night shift");
    }

    private static async Task EditAsync(Visit visit)
    {
        var page = visit.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit Night shift" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        var secret = dialog.GetByLabel("Signing secret");
        await Assertions.Expect(secret).ToHaveValueAsync("");
        await Assertions.Expect(secret).ToHaveAttributeAsync("placeholder", "set; type to replace it");
        await Assertions.Expect(dialog.GetByLabel("Headers, name 1")).ToHaveValueAsync("X-Team");
        await Assertions.Expect(dialog.GetByLabel("Headers, value 1")).ToHaveValueAsync("");
        Assert.DoesNotContain(Secret, await page.ContentAsync(), StringComparison.Ordinal);
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Day shift");
        await dialog.GetByLabel("only some").CheckAsync();
        await dialog.GetByLabel("Monitors", new() { Exact = true }).FillAsync("night");
        await dialog.GetByLabel("Nightly backup", new() { Exact = true }).CheckAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".ch-name b")).ToHaveTextAsync("Day shift");
        await Assertions.Expect(page.Locator(".ch-route").Last).ToContainTextAsync("1 chosen monitor");
    }
}
