using System.Globalization;
using System.Text;
using Exemplar.Bench.Reports;
using Npgsql;

namespace Exemplar.Bench.Alerts;

/// <summary>
/// <c>alerts</c>: many monitors miss one moment, and somebody has to hear of each. Fails when a webhook did not arrive or arrived
/// twice.
/// </summary>
internal static class AlertsCommand
{
    private const string Token = "bench-admin-token-of-at-least-32-characters";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var monitors = arguments.Number("monitors", 1_000, 10, 100_000);
        var (dll, data, postgres) = (arguments.Text("server"), arguments.Text("data"), arguments.Find("postgres"));
        var (results, revision) = (arguments.Text("results"), arguments.Find("revision"));
        arguments.RefuseUnknown();

        Storm[] storms =
        [
            new("one channel", monitors, channels: 1, oneHangs: false),
            new("ten channels, a tenth of the monitors each", monitors, channels: 10, oneHangs: false),
            new("ten channels, one of them hangs for 60 s", monitors, channels: 10, oneHangs: true),
        ];
        var outcomes = new List<StormOutcome>();
        foreach (var storm in storms)
        {
            var folder = Path.Combine(data, outcomes.Count.ToString(CultureInfo.InvariantCulture));
            Directory.CreateDirectory(folder);
            var database = postgres is null ? null : await NewDatabaseAsync(postgres, $"storm_{outcomes.Count}");
            outcomes.Add(await storm.RunAsync(dll, Path.Combine(folder, "data"), database, Token));
            await Console.Error.WriteLineAsync($"alerts: {outcomes[^1].Name}: {outcomes[^1].Answered.Cells()}");
        }

        var now = TimeProvider.System.GetUtcNow();
        var section = Report(outcomes, postgres is null ? "SQLite" : "PostgreSQL", monitors, now, data, revision);
        var path = ResultFile.Add(results, "alerts", now, section);
        Console.WriteLine(section);
        Console.WriteLine("Added to " + path);
        return outcomes.All(o => o.Answered.Count == o.Expected && o.Repeats == 0) ? 0 : 1;
    }

    // The monitors of one storm would go down once more during the next.
    private static async Task<string> NewDatabaseAsync(string postgres, string name)
    {
        await using var connection = new NpgsqlConnection(postgres);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(postgres) { Database = name }.ToString();
    }

    private static string Report(IReadOnlyList<StormOutcome> outcomes, string engine, int monitors, DateTimeOffset now, string data, string? revision)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"## {now.UtcDateTime:HH:mm} UTC: {engine}, {monitors:N0} monitors miss one moment");
        Line($"");
        text.Append(Machine.Describe(now, data, revision)).Append('\n');
        Line($"- The receiver takes 50 ms for each webhook. The server has just started: nothing of the path is compiled yet");
        Line($"");
        Line($"| ms after the deadline | p50 | p90 | p99 | max | count |");
        Line($"|---|--:|--:|--:|--:|--:|");
        foreach (var outcome in outcomes)
        {
            Line($"| {outcome.Name}: status stored | {outcome.Stored.Cells()} |");
            Line($"| {outcome.Name}: webhook answered | {outcome.Answered.Cells()} |");
        }
        foreach (var outcome in outcomes)
        {
            if (outcome.Answered.Count != outcome.Expected) Line($"\n**{outcome.Name}: {outcome.Expected - outcome.Answered.Count} webhooks are missing.**");
            if (outcome.Repeats > 0) Line($"\n**{outcome.Name}: {outcome.Repeats} webhooks came more than once.**");
            if (outcome.Complaints.Count > 0) Line($"\n{outcome.Name}: the server warned:\n\n```\n{string.Join('\n', outcome.Complaints)}\n```");
        }
        return text.ToString();
    }
}
