using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Metrics;

/// <summary>
/// Every verdict is counted, whoever gave it. The server here has no scheduler: only heartbeats and edits judge. A listener to
/// this server's meter alone, because <c>/metrics</c> shows those of every server in the process.
/// </summary>
public sealed class ServerMetricsTests : IAsyncLifetime
{
    private const string Missed = "exemplar_deadlines_missed";
    private const string Unknown = "exemplar_deadlines_unknown";
    private const string Delay = "exemplar_detection_delay";

    private readonly ApiServer _server = new();
    private readonly MeterListener _listener = new();
    private readonly List<(string Name, double Value)> _measured = [];

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        var meters = _server.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument, value));
        _listener.Start();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_miss_that_a_heartbeat_finds_is_counted_with_its_delay()
    {
        var (client, monitor) = await NewMonitorAsync();
        _server.Clock.Advance(TimeSpan.FromSeconds(75));
        await client.BeatAsync(monitor);

        Assert.Equal([1], Measured(Missed));
        Assert.Equal([10], Measured(Delay));
        Assert.Empty(Measured(Unknown));
    }

    [Fact]
    public async Task A_heartbeat_in_time_counts_no_deadline()
    {
        var (client, monitor) = await NewMonitorAsync();
        _server.Clock.Advance(TimeSpan.FromSeconds(64));
        await client.BeatAsync(monitor);

        Assert.Equal([1], Measured("exemplar_heartbeats_accepted"));
        Assert.Empty(Measured(Missed).Concat(Measured(Unknown)).Concat(Measured(Delay)));
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("edit")]
    public async Task Misses_that_a_change_of_the_monitor_finds_are_counted(string change)
    {
        var (client, monitor) = await NewMonitorAsync();
        _server.Clock.Advance(TimeSpan.FromSeconds(130));
        var path = $"{ApiClient.Monitors}/{monitor.Text("id")}";
        var answer = change == "pause" ? await client.PostAsync(path + "/pause") : await client.PatchAsync(path, new { name = "Weekly backup" });
        answer.ShouldBe(200);

        Assert.Equal([1, 1], Measured(Missed));
        Assert.Equal([65, 5], Measured(Delay));
    }

    [Fact]
    public async Task A_deadline_that_could_not_be_judged_is_counted_apart()
    {
        var (client, monitor) = await NewMonitorAsync();
        var now = _server.Clock.GetUtcNow();
        _server.Services.GetRequiredService<Server.Outages.OutageWatch>().Add(
            new Core.Outages.Outage(now.AddSeconds(50), now.AddSeconds(70), Core.Outages.OutageCause.NotRunning));
        _server.Clock.Advance(TimeSpan.FromSeconds(75));
        await client.BeatAsync(monitor);

        Assert.Equal([1], Measured(Unknown));
        Assert.Empty(Measured(Missed).Concat(Measured(Delay)));
    }

    private async Task<(ApiClient Client, System.Text.Json.JsonElement Monitor)> NewMonitorAsync()
    {
        var client = await _server.NewOrganizationAsync();
        return (client, await client.NewMonitorAsync(interval: 1, grace: 5 / 60.0));
    }

    private void Add(Instrument instrument, double value)
    {
        lock (_measured) _measured.Add((instrument.Name, value));
    }

    private double[] Measured(string name)
    {
        lock (_measured) return [.. _measured.Where(m => m.Name == name).Select(m => m.Value)];
    }
}
