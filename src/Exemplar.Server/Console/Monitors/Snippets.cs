namespace Exemplar.Server.Console.Monitors;

/// <summary>What a developer copies into a job.</summary>
internal sealed record Snippets(string BaseUrl, string MonitorId, string Token, TimeSpan? Interval)
{
    public string Body => $$$"""{"monitor_id":"{{{MonitorId}}}","metadata":{"hostname":"worker-01"}}""";

    public string Curl =>
        $"""
        curl -sS -X POST '{BaseUrl}/api/monitoring/heartbeat' \
          -H 'Content-Type: application/json' \
          -H 'X-API-Key: {Token}' \
          -d '{Body}'
        """;

    /// <summary>After the job and only when it succeeded; it tries again, and does not hang where the network does.</summary>
    public string Crontab =>
        $$"""{{When}} /path/to/job && curl -fsS -m 10 --retry 3 -o /dev/null -X POST '{{BaseUrl}}/api/monitoring/heartbeat' -H 'Content-Type: application/json' -H 'X-API-Key: {{Token}}' -d '{"monitor_id":"{{MonitorId}}"}'""";

    // Only what cron can say exactly; for the rest once a day is a line to change.
    private string When => Interval?.TotalMinutes switch
    {
        1 => "* * * * *",
        { } minutes when minutes is > 1 and < 60 && 60 % minutes == 0 => $"*/{minutes} * * * *",
        60 => "0 * * * *",
        { } minutes when minutes is > 60 and < 1_440 && minutes % 60 == 0 && 24 % (minutes / 60) == 0 => $"0 */{minutes / 60} * * *",
        null => "*/5 * * * *",
        _ => "0 3 * * *",
    };
}
