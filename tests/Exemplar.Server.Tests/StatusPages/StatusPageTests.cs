using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Exemplar.Core.Boards;
using Exemplar.Core.Ids;
using Exemplar.Storage.Boards;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.StatusPages;

public sealed class StatusPageTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Boards = "/api/monitoring/boards";
    private const string Evil = "<script>alert(1)</script>\"'&]]>\uFFFF";
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    [Theory]
    [InlineData("")]
    [InlineData(".json")]
    [InlineData("/feed.atom")]
    [InlineData("/badge.svg")]
    [InlineData("/web.svg")]
    [InlineData("/logo")]
    public async Task What_is_not_published_is_not_there_and_what_is_unpublished_is_gone_at_once(string form)
    {
        var client = await server.NewOrganizationAsync();
        var (board, slug) = await NewBoardAsync(client, published: false);
        if (form == "/logo") await SetLogoAsync(client, board);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync($"/status/{slug}{form}")).StatusCode);

        (await client.PatchAsync($"{Boards}/{board}", new { published = true })).ShouldBe(200);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync($"/status/{slug}{form}")).StatusCode);

        (await client.PatchAsync($"{Boards}/{board}", new { published = false })).ShouldBe(200);
        using var gone = await GetAsync($"/status/{slug}{form}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        Assert.Contains("There is no status page at this address", await gone.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_tells_no_id_no_error_no_metadata_and_no_monitor_unless_the_board_says_so()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync("secret-host.internal", 5, 1, "secret-tag");
        var (board, slug) = await NewBoardAsync(client, monitors: [monitor.Text("id")!]);
        await client.BeatAsync(monitor, new { hostname = "secret-metadata" });
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        await server.JudgeAsync();

        foreach (var form in new[] { "", ".json", "/feed.atom", "/badge.svg", "/web.svg" })
        {
            var text = await TextAsync($"/status/{slug}{form}");
            Assert.Contains("down", text, StringComparison.OrdinalIgnoreCase);
            foreach (var secret in new[] { "secret", "expected_interval", monitor.Text("id")!, board, "Internal name" }) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }

        (await client.PatchAsync($"{Boards}/{board}", new { show_monitors = true })).ShouldBe(200);
        server.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Contains("secret-host.internal", await TextAsync($"/status/{slug}"), StringComparison.Ordinal);
        var named = await JsonAsync($"/status/{slug}.json");
        Assert.Equal("secret-host.internal down", Assert.Single(named.GetProperty("services")[0].GetProperty("monitors").EnumerateArray().Select(m => $"{m.Text("name")} {m.Text("status")}")));
        Assert.DoesNotContain(monitor.Text("id")!, await TextAsync($"/status/{slug}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Days_downtimes_and_uptime_agree_in_every_form()
    {
        var client = await server.NewOrganizationAsync();
        var (a, b) = (await client.NewMonitorAsync("a", 60, 5), await client.NewMonitorAsync("b", 6_000, 5));
        var (_, slug) = await NewBoardAsync(client, monitors: [a.Text("id")!, b.Text("id")!]);
        await client.BeatAsync(a);
        await client.BeatAsync(b);
        var start = server.Clock.GetUtcNow();
        server.Clock.Advance(TimeSpan.FromMinutes(95));
        await server.JudgeAsync();
        await client.BeatAsync(a);
        server.Clock.Advance(TimeSpan.FromMinutes(5));

        var page = await JsonAsync($"/status/{slug}.json");
        var service = page.GetProperty("services")[0];
        Assert.Equal(("up", "up"), (page.Text("status"), service.Text("status")));
        Assert.Equal(0.7, service.Number("uptime"), 6);
        var days = service.GetProperty("days").EnumerateArray().ToList();
        Assert.Equal(90, days.Count);
        Assert.Equal(1_800, days.Sum(d => d.Number("downtime_seconds")));
        Assert.True(days[0].IsNull("uptime"));
        var downtime = Assert.Single(page.GetProperty("downtimes").EnumerateArray());
        Assert.Equal((start.AddMinutes(65), start.AddMinutes(95)), (downtime.GetProperty("from").GetDateTimeOffset(), downtime.GetProperty("to").GetDateTimeOffset()));

        var html = await TextAsync($"/status/{slug}");
        Assert.Contains("down for 30 min", html, StringComparison.Ordinal);
        Assert.Contains("70.00 % uptime", html, StringComparison.Ordinal);
        var entry = Assert.Single(XDocument.Parse(await TextAsync($"/status/{slug}/feed.atom")).Root!.Elements(Atom + "entry"));
        Assert.Equal("Web was down for 30 min", entry.Element(Atom + "title")!.Value);
        Assert.Equal(downtime.Text("to"), entry.Element(Atom + "updated")!.Value);
    }

    [Fact]
    public async Task Every_form_holds_hostile_names_as_text()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync(Evil, 5, 1);
        var (board, slug) = await NewBoardAsync(client, monitors: [monitor.Text("id")!]);
        (await client.PatchAsync($"{Boards}/{board}", new
        {
            title = Evil, show_monitors = true, services = new[] { new { name = Evil, slug = "web", monitor_ids = new[] { monitor.Text("id") } } },
        })).ShouldBe(200);
        await client.BeatAsync(monitor);
        server.Clock.Advance(TimeSpan.FromMinutes(10));
        await server.JudgeAsync();

        var html = await TextAsync($"/status/{slug}");
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", html, StringComparison.Ordinal);
        var clean = Evil.Replace('\uFFFF', '\uFFFD');
        var feed = XDocument.Parse(await TextAsync($"/status/{slug}/feed.atom")).Root!;
        Assert.Equal(clean + " status", feed.Element(Atom + "title")!.Value);
        Assert.Equal(clean + " is down", feed.Element(Atom + "entry")!.Element(Atom + "title")!.Value);
        Assert.Equal(Evil, (await JsonAsync($"/status/{slug}.json")).Text("name"));
        foreach (var badge in new[] { "badge.svg", "web.svg" })
        {
            var svg = XDocument.Parse(await TextAsync($"/status/{slug}/{badge}")).Root!;
            Assert.Equal("svg", svg.Name.LocalName);
            Assert.DoesNotContain("script", svg.Descendants().Select(e => e.Name.LocalName));
            Assert.Contains(clean + ": down", svg.Descendants().Select(e => e.Value));
        }
    }

    [Fact]
    public async Task A_feed_has_what_every_reader_needs()
    {
        var client = await server.NewOrganizationAsync();
        var (_, slug) = await NewBoardAsync(client);
        using var answer = await GetAsync($"/status/{slug}/feed.atom");
        Assert.Equal("application/atom+xml", answer.Content.Headers.ContentType?.MediaType);
        var feed = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
        Assert.Equal(Atom + "feed", feed.Name);
        Assert.Equal($"urn:exemplar:status:{slug}", feed.Element(Atom + "id")!.Value);
        Assert.True(DateTimeOffset.TryParse(feed.Element(Atom + "updated")!.Value, out _));
        Assert.NotEmpty(feed.Element(Atom + "author")!.Element(Atom + "name")!.Value);
        Assert.Equal(["self", "alternate"], feed.Elements(Atom + "link").Select(l => l.Attribute("rel")!.Value));
        // Relative to where the feed is.
        Assert.Equal($"/status/{slug}", new Uri(new Uri($"http://x/status/{slug}/feed.atom"), feed.Elements(Atom + "link").Last().Attribute("href")!.Value).AbsolutePath);
    }

    [Fact]
    public async Task It_is_cached_and_says_so_and_answers_what_is_known_with_304()
    {
        var client = await server.NewOrganizationAsync();
        var (_, slug) = await NewBoardAsync(client);
        using var first = await GetAsync($"/status/{slug}");
        Assert.Equal("public, max-age=5", first.Headers.CacheControl?.ToString());
        Assert.False(first.Headers.Contains("Set-Cookie"));
        Assert.Equal("nosniff", first.Headers.GetValues("X-Content-Type-Options").Single());
        var policy = first.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);

        using var again = new HttpRequestMessage(HttpMethod.Get, $"/status/{slug}") { Headers = { { "If-None-Match", first.Headers.ETag!.ToString() } } };
        using var known = await server.Http.SendAsync(again);
        Assert.Equal((HttpStatusCode.NotModified, 0), (known.StatusCode, (await known.Content.ReadAsByteArrayAsync()).Length));

        using var zipped = new HttpRequestMessage(HttpMethod.Get, $"/status/{slug}") { Headers = { { "Accept-Encoding", "gzip" } } };
        using var small = await server.Http.SendAsync(zipped);
        Assert.Equal("gzip", Assert.Single(small.Content.Headers.ContentEncoding));
        using var head = await server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/status/{slug}"));
        Assert.True(head.IsSuccessStatusCode && head.Content.Headers.ContentLength > 1_000);
    }

    [Fact]
    public async Task A_page_is_made_once_in_five_seconds_however_many_ask()
    {
        var client = await server.NewOrganizationAsync();
        var (board, slug) = await NewBoardAsync(client);
        await TextAsync($"/status/{slug}");
        (await client.PatchAsync($"{Boards}/{board}", new { title = "Changed" })).ShouldBe(200);
        Assert.DoesNotContain("Changed", await TextAsync($"/status/{slug}"), StringComparison.Ordinal);
        server.Clock.Advance(TimeSpan.FromSeconds(5));
        var pages = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TextAsync($"/status/{slug}")));
        Assert.Contains("Changed", Assert.Single(pages.Distinct()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing-here")]
    [InlineData("UPPER")]
    [InlineData("..%2f..%2fetc")]
    [InlineData("a%0ab")]
    [InlineData("%F0%9F%9A%80")]
    public async Task An_address_without_a_page_answers_a_page_that_may_be_cached(string slug)
    {
        using var answer = await GetAsync($"/status/{slug}");
        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.True(answer.Headers.CacheControl is { Public: true, MaxAge.TotalSeconds: > 0 });
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync($"/status/{slug}.json")).StatusCode);
    }

    [Fact]
    public async Task Only_its_own_services_have_badges()
    {
        var client = await server.NewOrganizationAsync();
        var (_, slug) = await NewBoardAsync(client);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync($"/status/{slug}/web.svg")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync($"/status/{slug}/other.svg")).StatusCode);
    }

    [Fact]
    public async Task A_monitor_has_a_badge_where_the_board_names_its_monitors()
    {
        var client = await server.NewOrganizationAsync();
        var (one, two) = (await client.NewMonitorAsync("Nightly <backup>", 5, 1), await client.NewMonitorAsync("Nightly backup", 5, 1));
        await client.BeatAsync(one);
        var (board, slug) = await NewBoardAsync(client, monitors: [one.Text("id")!, two.Text("id")!]);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync($"/status/{slug}/web/nightly-backup.svg")).StatusCode);

        (await client.PatchAsync($"{Boards}/{board}", new { show_monitors = true })).ShouldBe(200);
        server.Clock.Advance(TimeSpan.FromSeconds(6));
        var page = await JsonAsync($"/status/{slug}.json");
        Assert.Equal(["nightly-backup", "nightly-backup-2"], page.GetProperty("services")[0].GetProperty("monitors").EnumerateArray().Select(m => m.Text("slug")!));
        var badge = XDocument.Parse(await TextAsync($"/status/{slug}/web/nightly-backup.svg"));
        Assert.Equal("Nightly <backup>: operational", badge.Root!.Attribute("aria-label")!.Value);
        Assert.Equal("Nightly backup: not watched", XDocument.Parse(await TextAsync($"/status/{slug}/web/nightly-backup-2.svg")).Root!.Attribute("aria-label")!.Value);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync($"/status/{slug}/other/nightly-backup.svg")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync($"/status/{slug}/web/{one.Text("id")}.svg")).StatusCode);
    }

    [Fact]
    public async Task A_link_to_the_page_is_shown_with_a_picture_of_its_days()
    {
        var client = await server.NewOrganizationAsync();
        var (board, slug) = await NewBoardAsync(client, monitors: [(await client.NewMonitorAsync("Secret name", 5, 1)).Text("id")!]);
        Assert.Contains($"<meta property=\"og:image\" content=\"/status/{slug}/card.png\"", await TextAsync($"/status/{slug}"), StringComparison.Ordinal);
        using var answer = await GetAsync($"/status/{slug}/card.png");
        Assert.Equal((HttpStatusCode.OK, "image/png"), (answer.StatusCode, answer.Content.Headers.ContentType?.ToString()));
        var picture = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal((1200, 630), (BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(picture.AsSpan(20))));
        Assert.InRange(picture.Length, 500, 20_000);
        Assert.True(answer.Headers.CacheControl is { Public: true });
        (await client.PatchAsync($"{Boards}/{board}", new { published = false })).ShouldBe(200);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync($"/status/{slug}/card.png")).StatusCode);
    }

    [Fact]
    public async Task A_logo_is_served_as_the_image_that_it_is_and_can_do_nothing()
    {
        var client = await server.NewOrganizationAsync();
        var (board, slug) = await NewBoardAsync(client);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync($"/status/{slug}/logo")).StatusCode);
        await SetLogoAsync(client, board);
        server.Clock.Advance(TimeSpan.FromSeconds(6));
        using var logo = await GetAsync($"/status/{slug}/logo");
        Assert.Equal("image/png", logo.Content.Headers.ContentType?.ToString());
        Assert.Equal("default-src 'none'; sandbox", logo.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains($"/status/{slug}/logo", await TextAsync($"/status/{slug}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_element_is_closed()
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync("a", 5, 1);
        var (_, slug) = await NewBoardAsync(client, monitors: [monitor.Text("id")!]);
        var html = await TextAsync($"/status/{slug}");
        var body = html[html.IndexOf("<body>", StringComparison.Ordinal)..html.IndexOf("</html>", StringComparison.Ordinal)];
        Assert.Equal(90, XElement.Parse(body.Replace("&nbsp;", " ", StringComparison.Ordinal)).Descendants("rect").Count());
    }

    private async Task SetLogoAsync(ApiClient client, string board)
    {
        var png = Convert.FromHexString("89504E470D0A1A0A0000000D4948445200000040000000200806000000");
        Assert.True(await server.Services.GetRequiredService<BoardStore>().SetLogoAsync(
            ApiServer.Test(client.OrganizationNumber), EntityId.Parse(board), Logo.Read(png, out _), server.Clock.GetUtcNow(), CancellationToken.None));
    }

    private static async Task<(string Id, string Slug)> NewBoardAsync(ApiClient client, bool published = true, params string[] monitors)
    {
        var slug = "s" + Guid.NewGuid().ToString("N");
        var board = (await client.PostAsync(Boards, new
        {
            name = "Internal name", title = "Acme", slug, published, services = new[] { new { name = "Web", monitor_ids = monitors } },
        })).ShouldBe(201).Body;
        return (board.Text("id")!, slug);
    }

    private Task<HttpResponseMessage> GetAsync(string path) => server.Http.GetAsync(path);

    private async Task<string> TextAsync(string path)
    {
        using var answer = await GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<JsonElement> JsonAsync(string path) => JsonDocument.Parse(await TextAsync(path)).RootElement;
}
