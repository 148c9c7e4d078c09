using System.Security.Cryptography;
using Exemplar.Core.Tokens;
using Exemplar.Server.Channels;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Deliveries;
using Exemplar.Server.Heartbeats;
using Exemplar.Server.Metrics;
using Exemplar.Server.Outages;
using Exemplar.Server.Probes;
using Exemplar.Server.StatusPages;
using Exemplar.Storage;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Organizations;
using Exemplar.Storage.Sqlite;
using Exemplar.Storage.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Exemplar.Server.Tests;

/// <summary>
/// The API on a real socket and a real database, with a clock that stands still. Deadlines are judged only when a test
/// says so; the workers that do it by themselves have tests of their own.
/// </summary>
public sealed class ApiServer : IAsyncLifetime
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("exemplar-api-");
    private readonly SqliteEngine _engine;
    private WebApplication? _app;
    private readonly SemaphoreSlim _held = new(0);
    private HttpClient? _http;

    public ApiServer() => _engine = new SqliteEngine(Path.Combine(_data.FullName, "exemplar.db"));

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 5, 0, 0, TimeSpan.Zero));

    public StorageEngine Engine => _engine;

    public LogLines Log { get; } = new();

    internal ServerSettings Settings { get; set; } = new() { Urls = "", DataFolder = "", Outbound = OutboundPolicy.Parse("127.0.0.0/8") };

    /// <summary>Whether the kinds can be made that nothing probes yet.</summary>
    public bool OffersProbes { get; init; }

    public IServiceProvider Services => _app!.Services;

    public HttpClient Http => _http!;

    public async ValueTask InitializeAsync()
    {
        await _engine.OpenAsync(Clock.GetUtcNow(), CancellationToken.None);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Exemplar.Server" });
        builder.WebHost.UseKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls("http://127.0.0.1:0");
        builder.Logging.AddProvider(Log).SetMinimumLevel(LogLevel.Information);
        builder.Services
            .AddRouting()
            .AddSingleton<TimeProvider>(Clock)
            .AddSingleton<StorageEngine>(_engine)
            .AddSingleton(Settings)
            .AddServerMetrics()
            // Looks at a clock that is not the test's: a test moves time on without anybody being held up.
            .AddSingleton(new ClockWatch(TimeProvider.System))
            .AddSingleton<OutageWatch>()
            .AddHeartbeats()
            .AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider())
            .AddChannels()
            .AddDeliveries()
            .AddManagementApi();
        if (OffersProbes) builder.Services.AddSingleton(new ProbeKinds(areOffered: true));
        _app = builder.Build();
        _app.UseApiConventions();
        _app.MapHeartbeats();
        _app.MapManagementApi();
        _app.MapStatusPages();
        _app.MapGet("/boom", string () => throw new InvalidOperationException("boom")).ExcludeFromDescription();
        _app.MapGet("/full", string () => throw new StorageUnavailableException("disk full")).ExcludeFromDescription();
        // As a request that uses what the stop has closed already.
        _app.MapGet("/held", async (IHostApplicationLifetime lifetime) =>
        {
            _held.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, lifetime.ApplicationStopping)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new ObjectDisposedException("the database");
        }).ExcludeFromDescription();
        await _app.StartAsync();
        _app.Services.GetRequiredService<HeartbeatIntake>().Open(_ => { });
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        _http = new HttpClient { BaseAddress = new Uri(address) };
    }

    /// <summary>Reached when a request to <c>/held</c> hangs.</summary>
    public SemaphoreSlim Held => _held;

    /// <summary>Stops as when it is asked to.</summary>
    public Task StopAsync() => _app!.StopAsync();

    /// <summary>Stops as when the time for it is used up: requests that still run are cut off.</summary>
    public Task StopNowAsync() => _app!.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        _held.Dispose();
        _http?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
        await _engine.DisposeAsync();
        _data.Delete(recursive: true);
    }

    /// <summary>An organization of the test's own, seen with an admin token.</summary>
    public async Task<ApiClient> NewOrganizationAsync()
    {
        var number = await _engine.WriteAsync(async unit =>
        {
            var row = OrganizationStore.NewRow("Acme", Clock.GetUtcNow());
            unit.Db.Organizations.Add(row);
            await unit.Db.SaveChangesAsync();
            return row.Number;
        }, CancellationToken.None);
        return new ApiClient(this, number, await NewTokenAsync(number, TokenScopes.Admin));
    }

    /// <summary>Whoever prepares a test.</summary>
    public static Actor Test(int organizationNumber) => new(organizationNumber, ActorKind.Operator, "test", null);

    public async Task<string> NewTokenAsync(int organizationNumber, TokenScopes scopes, DateTimeOffset? expiresAt = null) =>
        (await Services.GetRequiredService<TokenStore>().CreateAsync(
            Test(organizationNumber), "test", scopes, expiresAt, Clock.GetUtcNow(), CancellationToken.None)).Text;

    /// <summary>Judges every deadline that has passed.</summary>
    public async Task JudgeAsync()
    {
        while ((await _engine.Deadlines.JudgeAsync(
                   Clock.GetUtcNow(), new Core.Maintenance.Excuses(Core.Outages.OutageLog.Empty, Services.GetRequiredService<OutageWatch>().QuietTimes), 1000, Clock, CancellationToken.None)).More)
        {
        }
    }

    public static string RandomAdminToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
}

/// <summary>What the server logged.</summary>
public sealed class LogLines : ILoggerProvider
{
    private readonly List<(LogLevel Level, EventId Id, string Text)> _lines = [];

    public IReadOnlyList<(LogLevel Level, EventId Id, string Text)> All
    {
        get
        {
            lock (_lines) return [.. _lines];
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(LogLines lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (lines._lines) lines._lines.Add((logLevel, eventId, formatter(state, exception)));
        }
    }
}
