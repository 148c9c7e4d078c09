using System.Globalization;
using System.Text.RegularExpressions;
using Exemplar.Bench.Reports;
using Exemplar.Bench.Seeding;
using Exemplar.Bench.Servers;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Periods;
using Exemplar.Storage.Sqlite;

namespace Exemplar.Bench.Pages;

/// <summary>
/// <c>console</c>: how long the pages of the console take on the server with three months of history (SQLite): the pages as a
/// browser fetches them, and the queries that a page which is open runs every second. Fails when a page's p95 is not under 100 ms.
/// </summary>
internal static partial class ConsoleCommand
{
    private const string Token = "bench-admin-token-of-at-least-32-characters";
    private const double MostMs = 100;
    private const int WarmUp = 8;

    private static readonly (string, string)[] Owner = [("EXEMPLAR_ADMIN_EMAIL", PageVisitor.Email), ("EXEMPLAR_ADMIN_PASSWORD", PageVisitor.Password)];

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var monitors = arguments.Number("monitors", 10_000, 1_000, 1_000_000);
        var checks = arguments.Number("checks", 10_000_000, 100_000, 100_000_000);
        var repeats = arguments.Number("repeats", 60, 10, 10_000);
        var (dll, data) = (arguments.Text("server"), arguments.Text("data"));
        var (results, revision) = (arguments.Text("results"), arguments.Find("revision"));
        arguments.RefuseUnknown();

        await using (var first = await ServerProcess.StartAsync(dll, data, null, Token, Owner)) await first.StopAsync();
        Say($"writing {monitors:N0} monitors and {checks:N0} checks");
        var startedAt = TimeProvider.System.GetTimestamp();
        using (var history = new PageHistory(data, monitors, checks / monitors, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())) history.Write();
        var seeding = TimeProvider.System.GetElapsedTime(startedAt);
        Say($"that took {seeding.TotalSeconds:0} s");

        var rows = new List<(string Name, Distribution Times, long Bytes)>();
        TimeSpan ready;
        await using (var server = await ServerProcess.StartAsync(dll, data, null, Token, Owner))
        {
            ready = server.ReadyAfter;
            await RolledUpAsync(data);
            using var visitor = await PageVisitor.SignInAsync(server.Address);
            foreach (var (name, address) in Pages(monitors)) rows.Add(await MeasureAsync(visitor, name, address, repeats));
            rows.Add(await OlderPagesAsync(visitor, repeats));
            await server.StopAsync();
        }
        var queries = await QueriesAsync(data, repeats);

        var now = TimeProvider.System.GetUtcNow();
        var slow = rows.Where(r => !(r.Times.At(0.95) < MostMs)).Select(r => r.Name).ToList();
        var section = Report(now, data, revision, $"{monitors:N0} monitors, {checks:N0} checks in 89 days, {new FileInfo(Path.Combine(data, "exemplar.db")).Length / 1e6:0} MB, written in {seeding.TotalSeconds:0} s; ready after {ready.TotalSeconds:0.0} s", rows, queries, slow);
        var path = ResultFile.Add(results, "console", now, section);
        Console.WriteLine(section);
        Console.WriteLine("Added to " + path);
        return slow.Count == 0 ? 0 : 1;
    }

    private static IEnumerable<(string Name, Func<int, string> Address)> Pages(int monitors)
    {
        var last = monitors / 50;
        yield return ("list, worst first", _ => "/monitors");
        yield return ("list, by name", _ => "/monitors?sort=name");
        yield return ("list, by last heartbeat", _ => "/monitors?sort=last_heartbeat");
        yield return ("list, any page", i => $"/monitors?page={1 + (i * 37 % last)}");
        yield return ("list, the last page by name", _ => $"/monitors?sort=-name&page={last}");
        yield return ("list, one tag", i => "/monitors?tag=" + PageHistory.TagOf(i));
        yield return ("list, down", _ => "/monitors?status=down");
        yield return ("list, late", _ => "/monitors?status=late");
        yield return ("list, search", i => $"/monitors?q=job+{1 + (i % 99)}");
        foreach (var range in new[] { "24h", "30d", "90d" })
        {
            yield return ($"results, {range}, calm", i => Results(1 + (i * 7 % monitors / 10 * 10), range));
            yield return ($"results, {range}, 20 downtimes", i => Results(10 + (i * 10 % monitors), range));
            yield return ($"results, {range}, 2,500 downtimes", i => Results(1_000 * (1 + (i % (monitors / 1_000))), range));
        }
        yield return ("results, only failures", i => Results(10 + (i * 10 % monitors), "24h") + "&outcome=down");
    }

    private static string Results(int number, string range) => $"/monitors/{SeededMonitor.IdOf(number)}?range={range}";

    private static async Task<(string, Distribution, long)> MeasureAsync(PageVisitor visitor, string name, Func<int, string> address, int repeats)
    {
        var times = new List<int>();
        var bytes = 0L;
        for (var i = -WarmUp; i < repeats; i++)
        {
            var (took, page) = await visitor.OpenAsync(address(i + WarmUp));
            if (i < 0) continue;
            times.Add(took);
            bytes = Math.Max(bytes, page.Length);
        }
        var row = (name, Distribution.OfMicroseconds(times), bytes);
        Say(string.Create(CultureInfo.InvariantCulture, $"{name}: p50 {row.Item2.At(0.5):0.0} ms, p95 {row.Item2.At(0.95):0.0} ms"));
        return row;
    }

    // Goes from page to page as somebody does who looks for something: one monitor's whole history, to its end.
    private static async Task<(string, Distribution, long)> OlderPagesAsync(PageVisitor visitor, int repeats)
    {
        var times = new List<int>();
        var bytes = 0L;
        var address = Results(7, "24h");
        for (var i = 0; i < repeats; i++)
        {
            var (took, page) = await visitor.OpenAsync(address);
            times.Add(took);
            bytes = Math.Max(bytes, page.Length);
            var older = Older().Matches(page).LastOrDefault();
            address = older is null ? Results(7 + i, "24h") : System.Net.WebUtility.HtmlDecode(older.Groups["address"].Value);
        }
        return ("history, older and older pages", Distribution.OfMicroseconds(times), bytes);
    }

    private static async Task<List<(string Name, Distribution Times)>> QueriesAsync(string data, int repeats)
    {
        var clock = TimeProvider.System;
        await using var engine = new SqliteEngine(Path.Combine(data, "exemplar.db"));
        await engine.OpenAsync(clock.GetUtcNow(), CancellationToken.None);
        var (monitors, periods) = (new MonitorStore(engine), new PeriodStore(engine));
        var search = new MonitorSearch(null, null, null, null, MonitorOrder.Status, false, 0, 50);
        var organization = await OrganizationAsync(data);
        var page = (await monitors.SearchAsync(organization, search, clock.GetUtcNow(), CancellationToken.None)).Items;
        int[] numbers = [.. page.Select(m => m.Definition.Number)];
        List<(string, Func<Task>)> queries =
        [
            ("order all, read a page", () => monitors.SearchAsync(organization, search, clock.GetUtcNow(), CancellationToken.None)),
            ("read the page again", () => monitors.FindAsync(organization, numbers, CancellationToken.None)),
            ("count by status", () => monitors.CountAsync(organization, clock.GetUtcNow(), CancellationToken.None)),
            ("tags in use", () => monitors.TagsAsync(organization, 500, CancellationToken.None)),
            ("30 latest checks of 50", () => engine.Checks.LatestAsync(numbers, 30, CancellationToken.None)),
            ("24 h of periods of 50", () => periods.ReadAsync(numbers, clock.GetUtcNow().AddDays(-1), clock.GetUtcNow(), 20_000, CancellationToken.None)),
            ("30 d of uptime of 50", () => periods.UptimesAsync(numbers, clock.GetUtcNow().AddDays(-30), clock.GetUtcNow(), CancellationToken.None)),
        ];
        var rows = new List<(string, Distribution)>();
        foreach (var (name, query) in queries)
        {
            var times = new List<int>();
            for (var i = -WarmUp; i < repeats; i++)
            {
                var startedAt = clock.GetTimestamp();
                await query();
                if (i >= 0) times.Add((int)clock.GetElapsedTime(startedAt).TotalMicroseconds);
            }
            rows.Add((name, Distribution.OfMicroseconds(times)));
        }
        return rows;
    }

    private static async Task<int> OrganizationAsync(string data)
    {
        await using var database = await SeedDatabase.OpenAsync(data, null);
        return await database.OrganizationAsync();
    }

    // Old periods are rolled up soon after a start; a server that has had its history for long is done with that.
    private static async Task RolledUpAsync(string data)
    {
        await using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(data, "exemplar.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        long before = -1;
        for (var i = 0; i < 60; i++)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM rollups";
            var rolledUp = (long)(await command.ExecuteScalarAsync())!;
            if (rolledUp == before && rolledUp > 0) return;
            before = rolledUp;
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        }
        throw new BenchException("The server did not roll up its periods within two minutes.");
    }

    private static string Report(
        DateTimeOffset now, string data, string? revision, string what, List<(string Name, Distribution Times, long Bytes)> pages,
        List<(string Name, Distribution Times)> queries, List<string> slow)
    {
        var text = new System.Text.StringBuilder();
        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
        Line($"## SQLite, {now.UtcDateTime:HH:mm} UTC");
        Line($"");
        text.AppendLine(Machine.Describe(now, data, revision));
        Line($"- Database: {what}");
        Line($"");
        Line($"| page, request to last byte, ms | p50 | p95 | max | count | page, kB |");
        Line($"|---|--:|--:|--:|--:|--:|");
        foreach (var (name, times, bytes) in pages) Line($"| {name} | {times.At(0.5):0.0} | {times.At(0.95):0.0} | {times.At(1):0.0} | {times.Count} | {bytes / 1000} |");
        Line($"");
        Line($"| query of an open list, ms | p50 | p95 | max | count |");
        Line($"|---|--:|--:|--:|--:|");
        foreach (var (name, times) in queries) Line($"| {name} | {times.At(0.5):0.0} | {times.At(0.95):0.0} | {times.At(1):0.0} | {times.Count} |");
        Line($"");
        if (slow.Count == 0) Line($"Every page has its p95 under {MostMs:0} ms.");
        else Line($"**Not under {MostMs:0} ms at p95: {string.Join("; ", slow)}.**");
        return text.ToString();
    }

    private static void Say(string text) => Console.Error.WriteLine("bench: " + text);

    [GeneratedRegex("href=\"(?<address>/monitors/[^\"]+cursor=[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Older();
}
