using System.Xml.Linq;
using Exemplar.Server.Console.Schedules;

namespace Exemplar.Server.Tests.StatusPages;

/// <summary>A status page says which of its services planned work touches, and nothing of what else it holds for.</summary>
public sealed class StatusPageMaintenanceTests(ApiServer server) : IClassFixture<ApiServer>
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    [Fact]
    public async Task Planned_work_names_the_services_of_the_page_that_it_touches_and_no_monitor_and_no_other_board()
    {
        var (client, now) = (await server.NewOrganizationAsync(), server.Clock.GetUtcNow());
        var primary = (await client.NewMonitorAsync("host-7-primary.internal", tags: "db")).Text("id");
        await client.NewMonitorAsync("host-8-mail.internal", tags: "mail");
        await client.NewMonitorAsync("host-9-secret.internal", tags: ["db", "secret"]);
        await client.PostAsync("/api/monitoring/boards", new { name = "Inside", slug = "work-inside", services = new[] { new { name = "Secret project", tags = new[] { "secret" } } } });
        await client.PostAsync("/api/monitoring/boards", new
        {
            name = "Acme", slug = "work-acme", published = true,
            services = new object[]
            {
                new { name = "Database", monitor_ids = new[] { primary } }, new { name = "Mail", tags = new[] { "mail" } },
                new { name = "Search & <more>", monitor_ids = new[] { primary } }, new { name = "Nothing yet" },
            },
        });
        var window = (await client.PostAsync("/api/monitoring/maintenance", new
        {
            title = "Upgrade of the cluster", severity = "major", owner = "Platform team", tags = new[] { "db" },
            starts_at = Moments.Text(now.AddMinutes(-5)), ends_at = Moments.Text(now.AddHours(2)),
        })).ShouldBe(201).Body.Text("id");
        await client.PostAsync($"/api/monitoring/maintenance/{window}/updates", new { text = "The replicas are done." });

        var json = (await client.GetAsync("/status/work-acme.json")).ShouldBe(200);
        var work = Assert.Single(json.Body.GetProperty("maintenance").EnumerateArray());
        Assert.Equal(
            [("Database", "database"), ("Search & <more>", "search-more")],
            work.GetProperty("services").EnumerateArray().Select(s => (s.Text("name")!, s.Text("slug")!)));
        var page = await server.Http.GetStringAsync("/status/work-acme");
        Assert.Contains("Affects Database and Search &amp; &lt;more&gt;</p>", page, StringComparison.Ordinal);
        var feed = await server.Http.GetStringAsync("/status/work-acme/feed.atom");
        var entry = Assert.Single(XDocument.Parse(feed).Descendants(Atom + "entry"));
        Assert.Equal("Maintenance: Upgrade of the cluster", entry.Element(Atom + "title")!.Value);
        Assert.Equal(
            $"Database and Search & <more>: major maintenance from {TimeWords.Utc(now.AddMinutes(-5))} to {TimeWords.Utc(now.AddHours(2))}. {TimeWords.Utc(now)}: The replicas are done.",
            entry.Element(Atom + "summary")!.Value);
        foreach (var text in new[] { json.Text, page, feed })
            foreach (var inside in new[] { "internal", "Secret project", "Platform team", window, primary })
                Assert.DoesNotContain(inside!, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Work_on_everything_says_so_and_its_entry_in_the_feed_stays_the_same_when_it_is_moved()
    {
        var client = await server.NewOrganizationAsync();
        await client.NewMonitorAsync("Web one", tags: "web");
        await client.NewMonitorAsync("Mail one", tags: "mail");
        await client.PostAsync("/api/monitoring/boards", new
        {
            name = "Acme", slug = "work-all", published = true, services = new object[] { new { name = "Web", tags = new[] { "web" } }, new { name = "Mail", tags = new[] { "mail" } } },
        });
        var start = server.Clock.GetUtcNow().AddDays(1);
        var window = (await client.PostAsync("/api/monitoring/maintenance", new
        {
            title = "Move of the data centre", all_monitors = true, starts_at = Moments.Text(start), ends_at = Moments.Text(start.AddHours(2)),
        })).ShouldBe(201).Body.Text("id");

        Assert.Contains("Affects all services</p>", await server.Http.GetStringAsync("/status/work-all"), StringComparison.Ordinal);
        Assert.Equal(2, (await client.GetAsync("/status/work-all.json")).Body.GetProperty("maintenance")[0].GetProperty("services").GetArrayLength());
        var before = Entry(await server.Http.GetStringAsync("/status/work-all/feed.atom"));
        server.Clock.Advance(TimeSpan.FromMinutes(1));
        (await client.PatchAsync($"/api/monitoring/maintenance/{window}", new { ends_at = Moments.Text(start.AddHours(3)) })).ShouldBe(200);
        var after = Entry(await server.Http.GetStringAsync("/status/work-all/feed.atom"));
        Assert.Equal(before.Id, after.Id);
        Assert.True(after.Updated > before.Updated);
    }

    private static (string Id, DateTimeOffset Updated) Entry(string feed)
    {
        var entry = Assert.Single(XDocument.Parse(feed).Descendants(Atom + "entry"));
        return (entry.Element(Atom + "id")!.Value, DateTimeOffset.Parse(entry.Element(Atom + "updated")!.Value, System.Globalization.CultureInfo.InvariantCulture));
    }
}
