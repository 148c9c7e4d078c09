namespace Exemplar.Bench.Seeding;

/// <summary>
/// <c>seed</c>: fills a database with monitors for <c>ingest</c>, all of them up and none due within the next half an hour.
/// <c>ids</c>: writes their ids, which are the same for every database.
/// </summary>
internal static class SeedCommand
{
    private const long IntervalMs = 3_600_000;
    private const long GraceMs = 300_000;

    public static int WriteIds(Arguments arguments)
    {
        var count = arguments.Number("monitors", 10_000, 1, 5_000_000);
        var path = arguments.Text("ids");
        arguments.RefuseUnknown();
        SeededMonitor.WriteIds(path, count);
        return 0;
    }

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var data = arguments.Text("data");
        var postgres = arguments.Find("postgres");
        var count = arguments.Number("monitors", 10_000, 1, 5_000_000);
        arguments.RefuseUnknown();

        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var createdAtMs = nowMs - (2 * IntervalMs);
        // The last heartbeats lie in the past ten minutes, as if the monitors had been beating all along.
        SeededMonitor MonitorOf(int number) =>
            new(number, IntervalMs, GraceMs, createdAtMs, nowMs - (600_000L * (count - number) / count));

        await using var database = await SeedDatabase.OpenAsync(data, postgres);
        var organization = await database.OrganizationAsync();
        await database.FillAsync(SeedTable.Monitors(organization), count, MonitorOf);
        await database.FillAsync(SeedTable.Periods, count, MonitorOf);
        await database.FillAsync(SeedTable.States(organization), count, MonitorOf);
        await database.SettleAsync();
        return 0;
    }
}
