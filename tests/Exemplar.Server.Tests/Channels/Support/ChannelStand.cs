using System.Net;
using System.Text.Json;
using Exemplar.Server.Channels;
using Exemplar.Server.Channels.Email;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Exemplar.Server.Tests.Channels.Support;

/// <summary>The channels as the server wires them, with a clock of the test, allowed to talk to this machine.</summary>
internal sealed class ChannelStand : IDisposable
{
    public const string PublicUrl = "https://exemplar.example.com";

    private readonly ServiceProvider _services;

    public ChannelStand(
        string? allowed = "127.0.0.0/8", Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null, OutboundLimits? limits = null,
        OutboundTrust? trust = null, bool allowShell = true, SmtpRelay? smtp = null, string? smtpFrom = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(new ServerSettings
        {
            Urls = "", DataFolder = "", Outbound = OutboundPolicy.Parse(allowed), AllowShellChannel = allowShell, PublicUrl = PublicUrl,
            Smtp = smtp, SmtpFrom = smtpFrom,
        });
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log));
        services.AddChannels();
        services.AddSingleton(trust ?? TestCertificate.Trust);
        if (limits is not null) services.AddSingleton(limits);
        if (resolve is not null)
        {
            services.AddSingleton(provider => new OutboundConnector(
                provider.GetRequiredService<OutboundPolicy>(), provider.GetRequiredService<OutboundLimits>(), Clock, resolve));
        }
        _services = services.BuildServiceProvider();
    }

    public FakeTimeProvider Clock { get; } = new(Alerts.At.AddSeconds(1));

    public KeptLog Log { get; } = new();

    public ChannelKinds Kinds => _services.GetRequiredService<ChannelKinds>();

    public OutboundHttp Http => _services.GetRequiredService<OutboundHttp>();

    public ChannelSecrets Secrets => _services.GetRequiredService<ChannelSecrets>();

    public IChannel Channel(string kind) => Kinds.TryFind(kind, out var channel) ? channel : throw new InvalidOperationException($"There is no {kind}.");

    /// <summary>Reads a configuration that has to be right.</summary>
    public ChannelConfig Config(string kind, object config)
    {
        var errors = new FieldErrors();
        return Read(kind, JsonSerializer.Serialize(config), null, errors) ?? throw new InvalidOperationException(errors.Summary);
    }

    public ChannelConfig? Read(string kind, string json, ChannelConfig? stored, FieldErrors errors)
    {
        using var document = JsonDocument.Parse(json);
        return _services.GetRequiredService<ChannelConfigReader>().Read(Channel(kind), document.RootElement, stored, errors);
    }

    public void Dispose() => _services.Dispose();
}

/// <summary>Keeps every line that is logged, of everybody.</summary>
internal sealed class KeptLog : ILoggerProvider, ILogger
{
    private readonly Lock _sync = new();
    private readonly List<string> _lines = [];

    public string Text
    {
        get
        {
            lock (_sync) return string.Join('\n', _lines);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_sync) _lines.Add(formatter(state, exception) + exception);
    }

    public void Dispose()
    {
    }
}
