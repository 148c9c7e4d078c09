using System.Text.Json.Nodes;
using Exemplar.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

/// <summary>An app that beats while its health check passes. Everything it logs is on its output.</summary>
internal static class Worker
{
    public static async Task RunAsync(string monitor, string illness)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddSimpleConsole(o => o.SingleLine = true);
        builder.Services.AddHealthChecks().AddCheck("disk", () => File.Exists(illness) ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());
        builder.Services.AddExemplar(o => o.ApiKey = Environment.GetEnvironmentVariable("EXEMPLAR_API_KEY"));
        builder.Services.AddExemplarHeartbeat(monitor, o =>
        {
            o.Interval = TimeSpan.FromMilliseconds(300);
            o.Metadata = () => new JsonObject { ["role"] = "worker" };
        });
        await RunAsync(builder);
    }

    public static async Task RunStubbornAsync(string monitor)
    {
        var (checks, beats) = (0, 0);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole(o => o.SingleLine = true);
        builder.Services.AddHealthChecks().AddAsyncCheck("hangs at first", async () =>
        {
            if (Interlocked.Increment(ref checks) == 1) await Task.Delay(Timeout.Infinite);
            return HealthCheckResult.Degraded();
        });
        builder.Services.AddExemplar(o =>
        {
            o.ApiKey = Environment.GetEnvironmentVariable("EXEMPLAR_API_KEY");
            o.ThrowOnError = true;
        });
        builder.Services.AddExemplarHeartbeat(monitor, o =>
        {
            (o.Interval, o.HealthTimeout) = (TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(100));
            o.Metadata = () => Interlocked.Increment(ref beats) == 1 ? throw new InvalidDataException("no metadata yet") : new JsonObject { ["beat"] = beats };
        });
        builder.Services.AddExemplarHeartbeat(new string('a', 24), o =>
        {
            o.Interval = TimeSpan.FromMilliseconds(200);
            o.HealthChecks = _ => false;
        });
        await RunAsync(builder);
    }

    private static async Task RunAsync(HostApplicationBuilder builder)
    {
        using var app = builder.Build();
        await app.StartAsync();
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
    }
}

/// <summary>A console program without dependency injection.</summary>
internal static class Job
{
    public static async Task<int> RunSmallAsync(string monitor, string fate)
    {
        try
        {
            await Exemplar.Monitor.RunAsync(monitor, async () =>
            {
                await Task.Yield();
                if (fate != "ok") throw new InvalidDataException("the job's own");
            });
            return 0;
        }
        catch (InvalidDataException exception)
        {
            Console.WriteLine(exception.Message);
            return 1;
        }
    }

    public static async Task<int> RunAsync(string monitor, string fate)
    {
        using var exemplar = new ExemplarClient(new ExemplarOptions { ApiKey = Environment.GetEnvironmentVariable("EXEMPLAR_API_KEY") });
        try
        {
            var rows = await exemplar.RunAsync(
                monitor, async token => { await Task.Yield(); return fate != "fail" ? 42 : throw new InvalidDataException("the job's own"); },
                rows => fate != "strange" ? new JsonObject { ["rows"] = rows } : throw new InvalidOperationException("no metadata"));
            Console.WriteLine($"{exemplar}: {rows} rows");
            return 0;
        }
        catch (InvalidDataException exception)
        {
            Console.WriteLine(exception.Message);
            return 1;
        }
    }
}
