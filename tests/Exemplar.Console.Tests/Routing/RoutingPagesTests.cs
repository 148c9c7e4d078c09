using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Routing;

/// <summary>A route and a rotation made in the browser reach whoever is on call when nobody acknowledges.</summary>
public sealed class RoutingPagesTests
{
    [Fact]
    public async Task What_nobody_acknowledges_reaches_who_is_on_call_and_the_pages_say_so()
    {
        await using var ops = Receiver.Start();
        await using var pager = Receiver.Start();
        await using var visit = await Visit.StartSignedInAsync(("EXEMPLAR_ALLOW_PRIVATE_ADDRESSES", "127.0.0.0/8"));
        var page = visit.Page;
        await visit.OpenAsync("/settings/rotations");
        await Assertions.Expect(page.GetByText("It needs channels that reach its people")).ToBeVisibleAsync();
        await Steps.AddChannelAsync(visit, "#ops", ops.Address);
        await Steps.AddChannelAsync(visit, "Pager", pager.Address);
        await Steps.AddRotationAsync(visit, "On-call", ("Ana", "Pager"), ("Ben", "#ops"));
        await Assertions.Expect(page.Locator(".on-call b")).ToHaveTextAsync("Ana");
        await Steps.AddRouteAsync(visit, "Databases", "#ops", "2 s", "On-call");
        await Assertions.Expect(page.Locator(".route-steps li")).ToHaveTextAsync(["at once → tell #ops", "after 2 s → tell On-call (now: Ana)"]);

        var job = await Job.CreateAsync(visit, "Nightly backup", "2 s", "1 s", "db");
        await visit.OpenAsync($"/monitors/{job.Id}");
        await Assertions.Expect(page.Locator("section", new() { HasText = "Who is told" }).Locator("li"))
            .ToHaveTextAsync(["at once → tell #ops · Databases", "after 2 s → tell Ana (Pager) · Databases"]);
        await page.GetByRole(AriaRole.Link, new() { Name = "normal", Exact = true }).ClickAsync();
        await page.ArriveAsync("**/monitors?severity=normal");
        await Assertions.Expect(page.Locator("[data-row]")).ToHaveTextAsync(["Nightly backup"]);
        await visit.OpenAsync("/monitors?severity=critical");
        await Assertions.Expect(page.GetByLabel("Remove the severity filter critical")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[data-row]")).ToHaveCountAsync(0);
        await job.BeatAsync();
        await ops.WaitForAsync(r => Text(r, "event") == "down", TimeSpan.FromSeconds(20));
        var told = await pager.WaitForAsync(r => Text(r, "event") == "down", TimeSpan.FromSeconds(20));
        Assert.Contains("nobody acknowledged", Text(told, "escalated"), StringComparison.Ordinal);
        await visit.OpenAsync("/incidents");
        await page.Locator(".in-title a").ClickAsync();
        await Assertions.Expect(page.Locator(".happened")).ToContainTextAsync("step 2 of route Databases: told Ana (Pager), because nobody acknowledged within");

        await visit.OpenAsync("/settings/channels");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete Pager" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete channel" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Alert)).ToContainTextAsync("It is used by rotation On-call");

        await OverrideAsync(visit);
        await visit.OpenAsync("/settings/routes");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit Databases" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(dialog).ToBeFocusedAsync();
        var removed = dialog.GetByRole(AriaRole.Button, new() { Name = "Do not tell #ops in step 1" });
        await removed.ClickAsync();
        await Assertions.Expect(removed).ToHaveCountAsync(0);
        await dialog.GetByLabel("When nobody acknowledged within").FillAsync("soon");
        await dialog.GetByLabel("only at certain hours").CheckAsync();
        await dialog.GetByLabel("Time zone").FillAsync("Mars/Olympus");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#tell-0-error")).ToContainTextAsync("needs somebody to tell");
        await Assertions.Expect(dialog.Locator("#after-1-error")).ToContainTextAsync("must be a duration such as 10 min");
        await Assertions.Expect(dialog.Locator("#route-zone-error")).ToContainTextAsync("must be a time zone");
        await dialog.GetByLabel("Tell in step 1").SelectOptionAsync("Pager");
        await dialog.GetByLabel("When nobody acknowledged within").FillAsync("15 min");
        await dialog.GetByLabel("Time zone").FillAsync("Europe/Berlin");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".route-which")).ToContainTextAsync("Mon–Fri, 08:00–18:00, Europe/Berlin");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete Databases" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete route" }).ClickAsync();
        await Assertions.Expect(page.GetByText("No routes yet")).ToBeVisibleAsync();
        Assert.Empty(visit.Errors);
        Assert.DoesNotContain("fail:", visit.Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_admins_see_and_change_routing()
    {
        await using var visit = await Visit.StartSignedInAsync();
        var page = visit.Page;
        await Steps.AddChannelAsync(visit, "#ops", "https://example.org/hook");
        await visit.OpenAsync("/settings/routes");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add your first route" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync("Mine");
        await dialog.GetByLabel("Tell in step 1").SelectOptionAsync("#ops");
        await Job.ExecuteAsync(visit, "UPDATE members SET role = 1");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add route" }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert).First).ToContainTextAsync("Only admins and owners");
        foreach (var path in new[] { "/settings/routes", "/settings/rotations" })
        {
            await visit.OpenAsync(path);
            await Assertions.Expect(page.GetByText("Not for your role")).ToBeVisibleAsync();
        }
        Assert.Empty(visit.Errors);
    }

    private static async Task OverrideAsync(Visit visit)
    {
        var page = visit.Page;
        var now = TimeProvider.System.GetUtcNow();
        await visit.OpenAsync("/settings/rotations");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit On-call" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add an override" }).ClickAsync();
        await dialog.GetByLabel("Override 1, from").FillAsync(Local(now.AddHours(-1)));
        await dialog.GetByLabel("Override 1, to").FillAsync(Local(now.AddHours(-2)));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(dialog.GetByText("The end must be after from.")).ToBeVisibleAsync();
        await dialog.GetByLabel("Override 1, to").FillAsync(Local(now.AddHours(1)));
        await dialog.GetByLabel("Override 1, participant").SelectOptionAsync("Ben");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".on-call b")).ToHaveTextAsync("Ben");
        await Assertions.Expect(page.Locator(".route-steps li").First).ToContainTextAsync("Ana");
    }

    private static string Local(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    private static string? Text(Received received, string name)
    {
        using var body = JsonDocument.Parse(received.Body);
        return body.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}

/// <summary>What people do on the pages of routing.</summary>
internal static class Steps
{
    public static async Task AddChannelAsync(Visit visit, string name, string address)
    {
        await visit.OpenAsync("/settings/channels");
        await visit.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Add (?:your first )?channel$", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Kind").SelectOptionAsync("webhook");
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await dialog.GetByLabel("Address").FillAsync(address);
        await dialog.GetByLabel("only some").CheckAsync();
        await dialog.GetByLabel("Tags").FillAsync("of-no-monitor");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add channel" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
    }

    public static async Task AddRotationAsync(Visit visit, string name, params (string Name, string Channel)[] participants)
    {
        await visit.OpenAsync("/settings/rotations");
        await visit.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Add (?:your first )?rotation$", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        foreach (var (index, participant) in participants.Index())
        {
            if (index > 0) await dialog.GetByRole(AriaRole.Button, new() { Name = "Add a participant" }).ClickAsync();
            await dialog.GetByLabel($"Participant {index + 1}, name").FillAsync(participant.Name);
            await dialog.GetByLabel($"Participant {index + 1}, channel").SelectOptionAsync(participant.Channel);
        }
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add rotation" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
    }

    /// <summary>A route of two steps: one target at once, another when nobody acknowledged.</summary>
    public static async Task AddRouteAsync(Visit visit, string name, string first, string after, string second)
    {
        await visit.OpenAsync("/settings/routes");
        await visit.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Add (?:your first )?route$", RegexOptions.None, TimeSpan.FromSeconds(1)) }).ClickAsync();
        var dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await dialog.GetByLabel("Tell in step 1").SelectOptionAsync(first);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add a step for when nobody acknowledges" }).ClickAsync();
        await dialog.GetByLabel("When nobody acknowledged within").FillAsync(after);
        await dialog.GetByLabel("Tell in step 2").SelectOptionAsync(second);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Add route" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
    }
}
