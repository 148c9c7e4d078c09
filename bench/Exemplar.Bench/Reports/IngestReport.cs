using System.Globalization;
using System.Text;

namespace Exemplar.Bench.Reports;

/// <summary>
/// <c>report</c>: makes the table of <c>ingest</c> out of the runs in the order in which they were made. The ratio of a run
/// is to the mean of the bare runs right before and right after it, of as many monitors.
/// </summary>
internal static class IngestReport
{
    public static int Run(Arguments arguments)
    {
        var runs = File.ReadAllLines(arguments.Text("runs")).Where(l => l.Length > 0).Select(IngestRun.Parse).ToList();
        var results = arguments.Text("results");
        var how = arguments.Text("how", "");
        var folder = arguments.Find("data");
        var revision = arguments.Find("revision");
        arguments.RefuseUnknown();
        if (runs.Count == 0) throw new BenchException("There is no run to report.");

        var now = TimeProvider.System.GetUtcNow();
        var table = Table(runs);
        var section = string.Create(CultureInfo.InvariantCulture,
            $"""
            ## {now.UtcDateTime:HH:mm} UTC

            {Machine.Describe(now, folder, revision)}
            - Load: {how}

            {table}
            """);
        var path = ResultFile.Add(results, "ingest", now, section);
        Console.WriteLine(section);
        Console.WriteLine("Added to " + path);

        var faults = runs.Where(r => r.Fault is not null).ToList();
        foreach (var run in faults) Console.Error.WriteLine($"bench: {run.Target} with {run.Monitors} monitors: {run.Fault}");
        return faults.Count == 0 ? 0 : 1;
    }

    private static string Table(List<IngestRun> runs)
    {
        var table = new StringBuilder(
            """
            | | monitors | requests/s | ratio to bare | p50 ms | p99 ms | max ms | not 2xx | beats counted − 2xx | peak RSS MB | ready after s |
            |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|

            """);
        for (var i = 0; i < runs.Count; i++)
        {
            var run = runs[i];
            table.Append(CultureInfo.InvariantCulture,
                $"| {Name(run)} | {run.Monitors:N0} | {run.PerSecond:N0} | {Ratio(runs, i)} | {run.P50.TotalMilliseconds:0.00} | {run.P99.TotalMilliseconds:0.00} ");
            table.Append(CultureInfo.InvariantCulture,
                $"| {run.Longest.TotalMilliseconds:0.0} | {run.Refused + run.SocketErrors} | {Or(run.Accepted - run.Stored, "0")} | {run.PeakBytes / 1e6:0} | {Or(run.ReadyAfter?.TotalSeconds, "0.00")} |\n");
        }
        return table.ToString();
    }

    private static string Name(IngestRun run) => run.Target switch
    {
        "bare" => "bare Kestrel",
        "sqlite" => "**Exemplar, SQLite**",
        "postgres" => "**Exemplar, PostgreSQL**",
        var other => other,
    };

    private static string Ratio(List<IngestRun> runs, int index)
    {
        var run = runs[index];
        if (run.IsBare) return "";
        IngestRun?[] beside =
        [
            runs.Take(index).LastOrDefault(r => r.IsBare && r.Monitors == run.Monitors),
            runs.Skip(index + 1).FirstOrDefault(r => r.IsBare && r.Monitors == run.Monitors),
        ];
        var bare = beside.OfType<IngestRun>().Select(r => r.PerSecond).ToList();
        return bare.Count == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"**{run.PerSecond / bare.Average():0.00}**");
    }

    private static string Or(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
