using System.Globalization;
using System.Text;
using Exemplar.Bench.Reports;

namespace Exemplar.Bench.Alerts;

/// <summary>
/// <c>mass</c>: very many monitors miss one moment while others beat. Fails when somebody was not told, was told twice, or a
/// heartbeat was not taken.
/// </summary>
internal static class MassCommand
{
    private const string Token = "bench-admin-token-of-at-least-32-characters";

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var monitors = arguments.Number("monitors", 10_000, 10, 200_000);
        var together = arguments.Number("together", 10, 1, 1_000);
        var rate = arguments.Number("rate", 200, 1, 2_000);
        var (dll, data, postgres) = (arguments.Text("server"), arguments.Text("data"), arguments.Find("postgres"));
        var (results, revision) = (arguments.Text("results"), arguments.Find("revision"));
        arguments.RefuseUnknown();

        var outcome = await new MassOutage(monitors, together, rate).RunAsync(dll, Path.Combine(data, "data"), postgres, Token);
        var now = TimeProvider.System.GetUtcNow();
        var section = new StringBuilder();
        void Line(FormattableString line) => section.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"## {now.UtcDateTime:HH:mm} UTC: {(postgres is null ? "SQLite" : "PostgreSQL")}, {monitors:N0} monitors miss one moment");
        Line($"");
        section.Append(Machine.Describe(now, data, revision)).Append('\n');
        Line($"- {together:N0} monitors share a tag: {outcome.Record.Incidents:N0} incidents. One webhook channel; its receiver takes 50 ms. {rate:N0} heartbeats a second of others");
        Line($"");
        Line($"| seconds after the deadline | |");
        Line($"|---|--:|");
        Line($"| all statuses stored | {outcome.StatusesStored:0.0} |");
        Line($"| all followed up: incidents and deliveries stored | {outcome.FollowedUp:0.0} |");
        Line($"| last webhook answered | {outcome.Answered:0.0} |");
        Line($"");
        Line($"| heartbeat, planned → answer, ms | p50 | p90 | p99 | max | count |");
        Line($"|---|--:|--:|--:|--:|--:|");
        Line($"| before the deadline | {outcome.Before.Cells()} |");
        Line($"| until all was followed up | {outcome.UntilFollowedUp.Cells()} |");
        Line($"| until the last webhook | {outcome.UntilAnswered.Cells()} |");
        var record = outcome.Record;
        if (outcome.Webhooks != monitors) Line($"\n**{monitors - outcome.Webhooks} webhooks are missing.**");
        if (outcome.Repeats > 0) Line($"\n**{outcome.Repeats} webhooks came more than once.**");
        if (record.Down < monitors) Line($"\n**{monitors - record.Down} verdicts are missing.**");
        if (record.Deliveries != monitors || record.Monitors != monitors) Line($"\n**{record.Deliveries} deliveries about {record.Monitors} monitors were stored.**");
        if (outcome.FailedBeats > 0) Line($"\n**{outcome.FailedBeats} heartbeats were not taken.**");
        if (outcome.Complaints.Count > 0) Line($"\nThe server warned:\n\n```\n{string.Join('\n', outcome.Complaints)}\n```");
        var path = ResultFile.Add(results, "mass", now, section.ToString());
        Console.WriteLine(section);
        Console.WriteLine("Added to " + path);
        var isRight = outcome.Webhooks == monitors && record.Down >= monitors && record.Deliveries == monitors && record.Monitors == monitors;
        return isRight && outcome.Repeats == 0 && outcome.FailedBeats == 0 ? 0 : 1;
    }
}
