using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Incidents;

/// <summary>A night with an incident, in the browser: from silence to the last note.</summary>
public sealed class IncidentPagesTests
{
    private const string Hostile =
        """
        **Disk full** on worker-01, see [the graph](https://example.org/graph).
        <script>window.hacked = 1</script><img src="x" onerror="window.hacked = 1">
        [click](javascript:window.hacked=1) [also](JaVaScRiPt&#58;window.hacked=1) ![pixel](https://example.org/pixel.png) <javascript:alert(1)>
        [reference][r]

        [r]: data:text/html,<script>window.hacked=1</script>
        """;

    [Fact]
    public async Task A_silent_job_opens_an_incident_that_is_acknowledged_noted_and_resolved_by_a_heartbeat()
    {
        await using var visit = await Visit.StartSharedAsync();
        var page = visit.Page;
        var job = await Job.CreateAsync(visit, "Nightly <b>backup</b>", "6 s", "2 s", "db");
        await visit.OpenAsync("/incidents");
        await Assertions.Expect(page.GetByText("No open incident")).ToBeVisibleAsync();
        await job.BeatAsync(new { hostname = "worker-01", job_id = "<i>42</i>", disks = new[] { new { path = "/var", free = 0 } } });

        // Nobody touches the page.
        await Assertions.Expect(page.Locator(".in-title a")).ToHaveTextAsync("Nightly <b>backup</b> is down", new() { Timeout = 20_000 });
        await Assertions.Expect(page.Locator(".rail .badge")).ToHaveTextAsync("1");
        await Assertions.Expect(page.Locator(".in-who")).ToContainTextAsync("nobody yet");
        await page.Locator(".in-title a").ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Nightly <b>backup</b> is down");
        await Assertions.Expect(page.Locator(".metadata")).ToContainTextAsync("worker-01");
        await Assertions.Expect(page.Locator(".metadata")).ToContainTextAsync("<i>42</i>");
        await Assertions.Expect(page.Locator(".metadata pre")).ToContainTextAsync("\"path\": \"/var\"");
        await Assertions.Expect(page.Locator(".cause")).ToContainTextAsync("no heartbeat received within");
        Assert.Equal($"/monitors/{job.Id}", await page.Locator(".failing-head a").First.GetAttributeAsync("href"));

        await page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await Assertions.Expect(page.Locator(".standing")).ToContainTextAsync("acknowledged");
        await Assertions.Expect(page.Locator(".happened")).ToContainTextAsync("acknowledged by " + Visit.Email);

        await page.GetByLabel("Note", new() { Exact = true }).FillAsync(Hostile);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add note" }).ClickAsync();
        await NoteIsHarmlessAsync(page);
        await Assertions.Expect(page.GetByLabel("Note", new() { Exact = true })).ToHaveValueAsync("");

        await job.BeatAsync();
        await Assertions.Expect(page.Locator(".standing")).ToContainTextAsync("resolved");
        await Assertions.Expect(page.Locator(".happened")).ToContainTextAsync("recovered");
        await Assertions.Expect(page.Locator(".rail .badge")).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Resolve" })).ToHaveCountAsync(0);
        await page.GotoAsync($"/monitors/{job.Id}");
        await Assertions.Expect(page.Locator(".latest li a").Last).ToContainTextAsync("#1 Nightly <b>backup</b> is down");
        Assert.Empty(visit.Errors);
        Assert.DoesNotContain("fail:", visit.Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incident_is_snoozed_for_a_while_and_resolved_by_hand_after_a_question()
    {
        await using var visit = await Visit.StartSharedAsync();
        var page = visit.Page;
        await OpenIncidentAsync(visit);

        await page.GetByRole(AriaRole.Button, new() { Name = "Snooze" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Until", new() { Exact = true }).FillAsync("2020-01-01T09:00");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Snooze", Exact = true }).ClickAsync();
        await Assertions.Expect(dialog.Locator("#until-error")).ToHaveTextAsync("Until must be in the future, at most 30 days.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Until tomorrow 9:00" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        var tomorrow = await page.EvaluateAsync<string>("() => { const d = new Date(); d.setDate(d.getDate() + 1); d.setHours(9, 0, 0, 0); return d.toISOString().slice(0, 19) + 'Z'; }");
        await Assertions.Expect(page.Locator(".happened")).ToContainTextAsync("until " + tomorrow);

        await page.GetByRole(AriaRole.Button, new() { Name = "Resolve" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(dialog).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".standing")).ToContainTextAsync("open");
        await page.GetByRole(AriaRole.Button, new() { Name = "Resolve" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Resolve" }).ClickAsync();
        await Assertions.Expect(page.Locator(".standing")).ToContainTextAsync("resolved");
        await Assertions.Expect(page.Locator(".happened")).ToContainTextAsync("resolved by " + Visit.Email);

        await visit.OpenAsync("/incidents");
        await Assertions.Expect(page.GetByText("No open incident")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Resolved" }).First.ClickAsync();
        await Assertions.Expect(page.Locator(".in-title a")).ToHaveCountAsync(1);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task A_viewer_reads_incidents_and_changes_nothing_also_on_a_page_that_is_open()
    {
        await using var visit = await Visit.StartSharedAsync();
        var page = visit.Page;
        await OpenIncidentAsync(visit);
        await page.GetByLabel("Note", new() { Exact = true }).FillAsync("Written by a viewer");
        await page.GetByRole(AriaRole.Button, new() { Name = "Resolve" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.WaitForAsync();

        await visit.MakeViewerAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Resolve" }).ClickAsync();
        await Assertions.Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("Your role may look but not change anything");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" })).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Add note" })).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".standing")).ToContainTextAsync("open");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task Monitors_of_one_host_that_fall_silent_together_are_one_incident_that_counts_who_is_still_down()
    {
        await using var visit = await Visit.StartSharedAsync();
        var page = visit.Page;
        var backup = await Job.CreateAsync(visit, "Backup", "3 s", "1 s");
        var report = await Job.CreateAsync(visit, "Report", "3 s", "1 s");
        await visit.OpenAsync("/incidents");
        await backup.BeatAsync(new { hostname = "worker-01", job_id = 7 });
        await report.BeatAsync(new { hostname = "worker-01" });

        await Assertions.Expect(page.Locator(".in-title a")).ToHaveTextAsync("2 monitors are down: host worker-01", new() { Timeout = 20_000 });
        await Assertions.Expect(page.Locator(".in-monitors .tag")).ToHaveTextAsync(["Backup", "Report"]);
        await page.Locator(".in-title a").ClickAsync();
        await Assertions.Expect(page.Locator(".failing > li")).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator(".facts-row")).ToContainTextAsync("2, 2 still down");
        await page.GetByRole(AriaRole.Link, new() { Name = "Report" }).First.ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Report");
        await page.Locator(".latest li a").ClickAsync();
        await page.ArriveAsync("**/incidents/*");
        await report.BeatAsync();
        await Assertions.Expect(page.Locator(".facts-row")).ToContainTextAsync("2, 1 still down");
        await Assertions.Expect(page.Locator(".happened")).ToContainTextAsync("recovered Report");
        Assert.Empty(visit.Errors);
    }

    private static async Task NoteIsHarmlessAsync(IPage page)
    {
        var note = page.Locator(".happened .note");
        await Assertions.Expect(note.Locator("strong")).ToHaveTextAsync("Disk full");
        await Assertions.Expect(note).ToContainTextAsync("<script>window.hacked = 1</script><img src=\"x\"");
        await Assertions.Expect(note.Locator("img, script")).ToHaveCountAsync(0);
        var links = note.Locator("a");
        await Assertions.Expect(links).ToHaveCountAsync(2);
        foreach (var link in await links.AllAsync())
        {
            Assert.StartsWith("https://example.org/", await link.GetAttributeAsync("href"), StringComparison.Ordinal);
            Assert.Contains("noopener", await link.GetAttributeAsync("rel"), StringComparison.Ordinal);
        }
        Assert.True(await page.EvaluateAsync<bool>("() => window.hacked === undefined"));
    }

    private static async Task OpenIncidentAsync(Visit visit)
    {
        var job = await Job.CreateAsync(visit, "Nightly backup", "2 s", "1 s");
        await visit.OpenAsync("/incidents");
        await job.BeatAsync();
        await visit.Page.Locator(".in-title a").ClickAsync(new() { Timeout = 20_000 });
        await Assertions.Expect(visit.Page.Locator("h1")).ToHaveTextAsync("Nightly backup is down");
    }
}
