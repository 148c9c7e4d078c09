using Exemplar.Bench.Reports;
using Exemplar.Bench.Seeding;
using Exemplar.Bench.Servers;

namespace Exemplar.Bench.Detect;

/// <summary>
/// <c>detect</c>: seeds, starts the server, lets deadlines fall due while beats arrive, stops it, and audits what it
/// recorded. Fails when anything in the record is wrong or an answer was not 2xx.
/// </summary>
internal static class DetectCommand
{
    private const string Token = "bench-admin-token-of-at-least-32-characters";

    /// <summary>Verdicts still missing after the last deadline are waited for so long; then they are missing.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var monitors = arguments.Number("monitors", 1_000_000, 100, 5_000_000);
        var plan = new DetectPlan(
            monitors,
            silentPercent: arguments.Number("silent", 10, 0, 100),
            graceMs: 1_000 * arguments.Number("grace", 5, 1, 3_600),
            seconds: arguments.Number("seconds", 60, 1, 3_600),
            startAllowanceMs: 1_000 * arguments.Number("start-allowance", Math.Min(12 + (monitors / 50_000), 55), 1, 55),
            rate: arguments.Number("rate", (int)Math.Ceiling(monitors / 60.0), 1, 1_000_000));
        var (dll, data, postgres) = (arguments.Text("server"), arguments.Text("data"), arguments.Find("postgres"));
        var (results, revision) = (arguments.Text("results"), arguments.Find("revision"));
        arguments.RefuseUnknown();

        await SeedAsync(plan, dll, data, postgres);
        Say("starting the server");
        await using var server = await ServerProcess.StartAsync(dll, data, postgres, Token);
        Say($"ready after {server.ReadyAfter.TotalSeconds:0.00} s");
        if (NowMs() > plan.LoadAtMs - 200)
            throw new BenchException($"The server was ready {NowMs() - plan.LoadAtMs + 200} ms too late for the seeded deadlines. Give it more time with --start-allowance.");

        using var http = new HttpClient { BaseAddress = server.Address };
        var load = new LoadGenerator(plan, server.Address, Token);
        var run = await LoadAsync(plan, load, http);
        var (peak, end) = (server.Memory("VmHWM"), server.Memory("VmRSS"));
        Say("stopping the server");
        var exitCode = await server.StopAsync();
        var stoppedAtMs = NowMs();

        Say("reading what it recorded");
        var history = await History.ReadAsync(data, postgres);
        var audit = new Audit(plan, stoppedAtMs);
        audit.Run(history, load.Acknowledged);

        var outcome = new DetectOutcome(
            plan, postgres is null ? "SQLite" : "PostgreSQL", load, audit, run, history.Beats.Count, server.ReadyAfter, server.StoppedAfter, peak, end, exitCode, server.Complaints);
        var now = TimeProvider.System.GetUtcNow();
        var section = DetectReport.Write(outcome, now, data, revision);
        var path = ResultFile.Add(results, "detect", now, section);
        Console.WriteLine();
        Console.WriteLine(section);
        Console.WriteLine("Added to " + path);
        return outcome.Faults.Count == 0 ? 0 : 1;
    }

    private static async Task SeedAsync(DetectPlan plan, string dll, string data, string? postgres)
    {
        Say("first start, for the schema and the token");
        await using (var first = await ServerProcess.StartAsync(dll, data, postgres, Token)) await first.StopAsync();

        Say($"seeding {plan.Monitors:N0} monitors");
        var createdAtMs = NowMs() - 600_000;
        await using var database = await SeedDatabase.OpenAsync(data, postgres);
        var organization = await database.OrganizationAsync();
        await database.FillAsync(SeedTable.Monitors(organization), plan.Monitors, number => plan.MonitorOf(number, createdAtMs));
        await database.FillAsync(SeedTable.Periods, plan.Monitors, number => plan.MonitorOf(number, createdAtMs));
        // Last and least: the moments in it run away while it is written.
        await database.SettleAsync();
        plan.SeededAtMs = NowMs();
        await database.FillAsync(SeedTable.States(organization), plan.Monitors, number => plan.MonitorOf(number, createdAtMs));
        await database.SettleAsync();
        Say($"the states took {(NowMs() - plan.SeededAtMs) / 1e3:0.0} s of the {plan.StartAllowanceMs / 1e3:0} s before the load");
    }

    private static async Task<PrometheusText> LoadAsync(DetectPlan plan, LoadGenerator load, HttpClient http)
    {
        await WaitUntilAsync(plan.LoadAtMs);
        Say($"{plan.Rate:N0} beats a second for {plan.Seconds + (plan.GraceMs / 1_000)} s; the first deadline in {plan.GraceMs / 1_000} s");
        using var stop = new CancellationTokenSource();
        var running = load.RunAsync(stop.Token);
        await WaitUntilAsync(plan.CountedUntilMs + 1_000);
        var due = plan.DeadlinesToMiss();
        var giveUpAtMs = plan.CountedUntilMs + (long)Settle.TotalMilliseconds;
        var figures = await PrometheusText.ReadAsync(http);
        while (figures.Sum("exemplar_deadlines_missed_total") < due && NowMs() < giveUpAtMs)
        {
            await WaitUntilAsync(NowMs() + 500);
            figures = await PrometheusText.ReadAsync(http);
        }
        // Until now beats went on, so that nobody is missed who was not meant to be.
        await stop.CancelAsync();
        await running;
        return await PrometheusText.ReadAsync(http);
    }

    private static Task WaitUntilAsync(long momentMs) =>
        Task.Delay(TimeSpan.FromMilliseconds(Math.Max(0, momentMs - NowMs())), TimeProvider.System);

    private static long NowMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private static void Say(string what) => Console.Error.WriteLine($"detect: {what}");
}
