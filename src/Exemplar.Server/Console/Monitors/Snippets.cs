namespace Exemplar.Server.Console.Monitors;

/// <summary>A block of text to copy.</summary>
/// <param name="Title">What it is, unique among its neighbours.</param>
/// <param name="Text">What is copied.</param>
internal sealed record Snippet(string Title, string Text);

/// <summary>One way to call in: the tab's name and what to copy.</summary>
internal sealed record IntegrationWay(string Name, IReadOnlyList<Snippet> Snippets);

/// <summary>
/// What a developer copies into a job. Programs read the token and the id from the environment, so that neither ends up in a
/// repository; the first block of each says how to set them.
/// </summary>
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

    public string Environment =>
        $"""
        export EXEMPLAR_BASE_URL='{BaseUrl}'
        export EXEMPLAR_API_KEY='{Token}'
        export EXEMPLAR_MONITOR_ID='{MonitorId}'
        """;

    public IReadOnlyList<IntegrationWay> Ways =>
    [
        new("curl", [new("curl", Curl), new("JSON body", Body)]),
        new("crontab", [new("crontab", Crontab)]),
        new("TypeScript", [new("Install", $"npm install @exemplar-dev/exemplar-typescript-sdk\n{Environment}"), new("TypeScript", TypeScript)]),
        new("Python", [new("Install", $"pip install exemplar-python-sdk\n{Environment}"), new("Python", Python)]),
        new(".NET", [new("Install", $"dotnet add package Exemplar.Client\n{Environment}"), new("C#", CSharp)]),
    ];

    /// <summary>The program that stands in the console, whatever the monitor.</summary>
    public const string TypeScript =
        """
        import { initExemplar, sendHeartbeat } from '@exemplar-dev/exemplar-typescript-sdk'

        initExemplar({
          apiKey: process.env.EXEMPLAR_API_KEY!,
          baseUrl: process.env.EXEMPLAR_BASE_URL,
        })

        // When the job has succeeded:
        await sendHeartbeat({
          monitorId: process.env.EXEMPLAR_MONITOR_ID!,
          metadata: { hostname: 'worker-01' },
        })
        """;

    /// <inheritdoc cref="TypeScript"/>
    public const string Python =
        """
        import os
        import exemplar

        exemplar.init(
            api_key=os.environ["EXEMPLAR_API_KEY"],
            base_url=os.environ["EXEMPLAR_BASE_URL"],
        )

        # When the job has succeeded:
        exemplar.send_heartbeat(
            os.environ["EXEMPLAR_MONITOR_ID"],
            metadata={"hostname": "worker-01"},
        )
        """;

    /// <inheritdoc cref="TypeScript"/>
    public const string CSharp =
        """
        using System.Text.Json.Nodes;
        using Exemplar.Client;
        using Microsoft.Extensions.DependencyInjection;

        var services = new ServiceCollection();
        services.AddExemplar(o =>
        {
            o.ApiKey = Environment.GetEnvironmentVariable("EXEMPLAR_API_KEY");
            o.BaseUrl = Environment.GetEnvironmentVariable("EXEMPLAR_BASE_URL");
        });
        await using var provider = services.BuildServiceProvider();
        var exemplar = provider.GetRequiredService<ExemplarClient>();

        // When the job has succeeded:
        await exemplar.SendHeartbeatAsync(
            Environment.GetEnvironmentVariable("EXEMPLAR_MONITOR_ID")!,
            new JsonObject { ["hostname"] = "worker-01" });
        """;

    // The longest that cron can say exactly and that is not longer than expected: too often does no harm, too seldom raises an alarm.
    private string When => (Interval?.TotalMinutes ?? 5) switch
    {
        < 2 => "* * * * *",
        < 60 and var minutes => $"*/{Longest(60, minutes)} * * * *",
        < 120 => "0 * * * *",
        < 1_440 and var minutes => $"0 */{Longest(24, minutes / 60)} * * *",
        _ => "0 3 * * *",
    };

    /// <summary>The largest number up to <paramref name="most"/> that divides <paramref name="whole"/>, so that the steps are even.</summary>
    private static int Longest(int whole, double most) => Enumerable.Range(1, (int)most).Last(step => whole % step == 0);
}
