using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Exemplar.Client.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Exemplar.Client.Tests;

/// <summary>When a <see cref="HeartbeatService"/> beats: the clock is the test's, the connections are real.</summary>
public sealed class HeartbeatServiceTests(PackedClient packed) : IAsyncLifetime
{
    private static readonly string Monitor = new('a', 24);

    private readonly WatchedClock _clock = new();
    private readonly Lines _log = new();
    private Scenario _server = default!;
    private ExemplarClient _client = default!;

    public async ValueTask InitializeAsync()
    {
        _server = await Scenario.StartAsync(packed.Faults, """{"accept": true}""");
        _client = new ExemplarClient(new ExemplarOptions { ApiKey = "eis_test", BaseUrl = _server.Address }, _log);
    }

    [Fact]
    public async Task It_beats_at_once_and_then_on_the_interval_however_late_a_beat_was()
    {
        using var service = Service(new HeartbeatServiceOptions { Interval = TimeSpan.FromMinutes(1) });
        await service.StartAsync(CancellationToken.None);

        Assert.Equal(TimeSpan.FromSeconds(60), await _clock.NextWaitAsync());
        await BeatsAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(59));
        await BeatsAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(60), await _clock.NextWaitAsync());
        await BeatsAsync(2);
        // The machine was busy: the beat came 15 s late, and the next one is due on the minute all the same.
        _clock.Advance(TimeSpan.FromSeconds(75));
        Assert.Equal(TimeSpan.FromSeconds(45), await _clock.NextWaitAsync());
        await BeatsAsync(3);
        await service.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_a_beat_takes_is_not_added_and_beats_that_were_missed_meanwhile_are_not_made_up_for()
    {
        var options = new HeartbeatServiceOptions { Interval = TimeSpan.FromMinutes(1) };
        options.Metadata = () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(130));
            return null;
        };
        using var service = Service(options);
        await service.StartAsync(CancellationToken.None);
        Assert.Equal(TimeSpan.FromSeconds(50), await _clock.NextWaitAsync());
        await BeatsAsync(1);
        _clock.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(TimeSpan.FromSeconds(50), await _clock.NextWaitAsync());
        await BeatsAsync(2);
        await service.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task It_does_not_beat_before_the_app_has_started()
    {
        using var lifetime = new Lifetime();
        using var service = Service(new HeartbeatServiceOptions(), lifetime: lifetime);
        await service.StartAsync(CancellationToken.None);
        _clock.Advance(TimeSpan.FromHours(1));
        await BeatsAsync(0);
        lifetime.Start();
        Assert.Equal(TimeSpan.FromMinutes(1), await _clock.NextWaitAsync());
        await BeatsAsync(1);
        await service.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task It_is_silent_while_the_app_is_ill_and_says_so_once()
    {
        var health = HealthStatus.Healthy;
        using var service = Service(new HeartbeatServiceOptions(), () => Task.FromResult(new HealthCheckResult(health)));
        await service.StartAsync(CancellationToken.None);
        await IntervalAsync();
        await BeatsAsync(1);

        health = HealthStatus.Unhealthy;
        for (var n = 0; n < 3; n++)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await IntervalAsync();
        }
        await BeatsAsync(1);
        Assert.Single(_log.All, line => line.Contains("No heartbeats are sent", StringComparison.Ordinal) && line.Contains("check is Unhealthy", StringComparison.Ordinal));

        health = HealthStatus.Degraded;
        _clock.Advance(TimeSpan.FromMinutes(1));
        await IntervalAsync();
        await BeatsAsync(2);
        Assert.Single(_log.All, line => line.Contains("sent for monitor " + Monitor + " again", StringComparison.Ordinal));
        Assert.Equal(2, _log.All.Count);
        await service.StopAsync(CancellationToken.None);

        async Task IntervalAsync()
        {
            Assert.Equal(TimeSpan.FromSeconds(30), await _clock.NextWaitAsync());
            Assert.Equal(TimeSpan.FromMinutes(1), await _clock.NextWaitAsync());
        }
    }

    [Fact]
    public async Task A_health_check_that_hangs_counts_as_ill_after_its_time_and_the_next_beat_is_due_on_the_interval()
    {
        var hangs = new TaskCompletionSource<HealthCheckResult>();
        using var service = Service(new HeartbeatServiceOptions { HealthTimeout = TimeSpan.FromSeconds(10) }, () => hangs.Task);
        await service.StartAsync(CancellationToken.None);
        Assert.Equal(TimeSpan.FromSeconds(10), await _clock.NextWaitAsync());
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(50), await _clock.NextWaitAsync());
        await BeatsAsync(0);
        Assert.Contains("took longer than 10 s", Assert.Single(_log.All), StringComparison.Ordinal);

        hangs.SetResult(HealthCheckResult.Healthy());
        _clock.Advance(TimeSpan.FromSeconds(50));
        await _clock.NextWaitAsync();
        Assert.Equal(TimeSpan.FromMinutes(1), await _clock.NextWaitAsync());
        await BeatsAsync(1);
        await service.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Metadata_that_fails_costs_itself_and_neither_the_beat_nor_the_app()
    {
        var calls = 0;
        using var service = Service(new HeartbeatServiceOptions
        {
            Metadata = () => ++calls == 1 ? throw new InvalidOperationException("not yet") : new JsonObject { ["call"] = calls },
        });
        await service.StartAsync(CancellationToken.None);
        await _clock.NextWaitAsync();
        await BeatsAsync(1);
        Assert.Contains("goes without metadata", Assert.Single(_log.All), StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await _clock.NextWaitAsync();
        await BeatsAsync(2);
        await service.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task It_ends_at_once_and_without_a_fault_when_the_app_stops_also_in_the_midst_of_a_check()
    {
        var hangs = new TaskCompletionSource<HealthCheckResult>();
        using var waiting = Service(new HeartbeatServiceOptions());
        using var checking = Service(new HeartbeatServiceOptions(), () => hangs.Task);
        foreach (var service in new[] { waiting, checking })
        {
            await service.StartAsync(CancellationToken.None);
            await _clock.NextWaitAsync();
            await service.StopAsync(CancellationToken.None);
            Assert.True(service.ExecuteTask!.IsCompletedSuccessfully);
        }
        Assert.Empty(_log.All);
    }

    [Theory]
    [InlineData("", 1, 1)]
    [InlineData("a", 0, 1)]
    [InlineData("a", 1, 0)]
    public void What_cannot_work_is_refused_at_once(string monitor, int interval, int timeout) => Assert.Throws<ArgumentException>(() => new HeartbeatService(
        _client, monitor, new HeartbeatServiceOptions { Interval = TimeSpan.FromSeconds(interval), HealthTimeout = TimeSpan.FromSeconds(timeout) }, null, null, _clock, _log));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    private HeartbeatService Service(HeartbeatServiceOptions options, Func<Task<HealthCheckResult>>? check = null, IHostApplicationLifetime? lifetime = null)
    {
        var services = new ServiceCollection().AddLogging();
        if (check is not null) services.AddHealthChecks().AddAsyncCheck("check", check);
        return new HeartbeatService(_client, Monitor, options, services.BuildServiceProvider().GetService<HealthCheckService>(), lifetime, _clock, _log);
    }

    private async Task BeatsAsync(int count) => Assert.Equal(count, (await _server.RequestsAsync()).Length);

    private sealed class Lines : ILogger<HeartbeatService>, ILogger<ExemplarClient>
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public ConcurrentQueue<string> All => _lines;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception));
    }

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _started = new();

        public CancellationToken ApplicationStarted => _started.Token;

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void Start() => _started.Cancel();

        public void StopApplication()
        {
        }

        public void Dispose() => _started.Dispose();
    }
}
