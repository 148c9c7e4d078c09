using System.Globalization;
using System.Net;
using Exemplar.Server.Channels.Email;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Health;

namespace Exemplar.Server;

/// <summary>
/// Everything an operator can set: on the command line (<c>--data</c>) or in the environment (<c>EXEMPLAR_DATA</c>); the
/// command line wins.
/// </summary>
internal sealed record ServerSettings
{
    /// <summary>The environment's prefix.</summary>
    public const string EnvironmentPrefix = "EXEMPLAR_";

    /// <summary>Command line switches of several words, as people write them.</summary>
    public static readonly Dictionary<string, string> Switches = new(StringComparer.Ordinal) { ["--public-url"] = "public_url" };

    /// <summary>Where to listen, separated by semicolons.</summary>
    public required string Urls { get; init; }

    /// <summary>The folder of the database and keys; created when missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>A PostgreSQL connection string; null for SQLite in the data folder.</summary>
    public string? Database { get; init; }

    /// <summary>The first organization's admin token, looked at when there is no organization yet. Never logged.</summary>
    public string? AdminToken { get; init; }

    /// <summary>The first owner's address, looked at while nobody can sign in yet.</summary>
    public string? AdminEmail { get; init; }

    /// <summary>The first owner's password. Never logged.</summary>
    public string? AdminPassword { get; init; }

    /// <summary>Requests per second that one token may make for long; 0 for no limit.</summary>
    public int RateLimitPerToken { get; init; }

    /// <summary>Requests per second that one address may make for long; 0 for no limit.</summary>
    public int RateLimitPerAddress { get; init; }

    /// <summary>Whether the limits hold for loopback addresses too.</summary>
    public bool RateLimitLoopback { get; init; }

    /// <summary>Where channels and probes may connect to.</summary>
    public OutboundPolicy Outbound { get; init; } = OutboundPolicy.PublicOnly;

    /// <summary>Whether channels may run commands on this machine.</summary>
    public bool AllowShellChannel { get; init; }

    /// <summary>Where people reach the console, without a slash at its end; null when alerts are to carry no links.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Whose X-Forwarded-For and X-Forwarded-Proto are believed; empty for nobody's.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>The mail server of all email channels that name none; null for none. Never logged.</summary>
    public SmtpRelay? Smtp { get; init; }

    /// <summary>The sender of all email channels that name none.</summary>
    public string? SmtpFrom { get; init; }

    /// <summary>Whether plain heartbeats are read beside Kestrel, where the system can.</summary>
    public bool HeartbeatLane { get; init; } = true;

    /// <summary>Where the operators hear about the server itself; null for nowhere. Never logged.</summary>
    public string? OperatorsWebhook { get; init; }

    /// <summary>Whom the operators' mails about the server itself go to; empty for nobody.</summary>
    public IReadOnlyList<string> OperatorsEmail { get; init; } = [];

    /// <summary>The heartbeat that is sent elsewhere; null for none. Never logged.</summary>
    public OutgoingHeartbeat? OutgoingHeartbeat { get; init; }

    /// <summary>Which server this is, in what it says about itself.</summary>
    public string ServerName => PublicUrl ?? Environment.MachineName;

    /// <summary>Reads the settings and refuses what cannot be meant.</summary>
    /// <exception cref="SettingsException">A value is not usable; the message names the setting.</exception>
    public static ServerSettings Read(IConfiguration configuration) => new()
    {
        Urls = Text(configuration, "urls") ?? "http://localhost:8080",
        DataFolder = Path.GetFullPath(Text(configuration, "data") ?? "data"),
        Database = Text(configuration, "database"),
        AdminToken = Text(configuration, "admin_token"),
        AdminEmail = Text(configuration, "admin_email"),
        AdminPassword = Text(configuration, "admin_password"),
        RateLimitPerToken = Number(configuration, "rate_limit_per_token", 1_000),
        RateLimitPerAddress = Number(configuration, "rate_limit_per_address", 1_000),
        RateLimitLoopback = Flag(configuration, "rate_limit_loopback", otherwise: false),
        HeartbeatLane = Flag(configuration, "heartbeat_lane", otherwise: true),
        Outbound = ReadOutbound(configuration, "allow_private_addresses"),
        AllowShellChannel = Flag(configuration, "allow_shell_channel", otherwise: false),
        PublicUrl = Address(configuration, "public_url"),
        TrustedProxies = Proxies(configuration, "trusted_proxies"),
        OperatorsWebhook = HealthSettings.ReadWebhook(configuration, ReadOutbound(configuration, "allow_private_addresses")),
        OperatorsEmail = HealthSettings.ReadEmail(configuration),
        OutgoingHeartbeat = HealthSettings.ReadHeartbeat(configuration, ReadOutbound(configuration, "allow_private_addresses")),
        Smtp = Text(configuration, "smtp") is not { } smtp ? null : SmtpRelay.Parse(smtp)
            // Not the text itself: it may hold a password.
            ?? throw new SettingsException($"{Named("smtp")} must be smtp://user:password@host:587, or smtps:// for TLS from the first byte; ?security=none for no TLS."),
        SmtpFrom = Text(configuration, "smtp_from") is not { } from ? null : EmailChannel.IsAddress(from) ? from
            : throw new SettingsException($"{Named("smtp_from")} must be an email address such as Exemplar <alerts@example.com>."),
    };

    private static string? Text(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } text ? text : null;

    private static int Number(IConfiguration configuration, string key, int otherwise) =>
        Text(configuration, key) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1_000_000 ? number
        : throw new SettingsException($"{Named(key)} must be a whole number from 0 to 1000000.");

    private static bool Flag(IConfiguration configuration, string key, bool otherwise) => Text(configuration, key) switch
    {
        null => otherwise,
        "false" or "0" => false,
        "true" or "1" => true,
        _ => throw new SettingsException($"{Named(key)} must be true or false."),
    };

    private static OutboundPolicy ReadOutbound(IConfiguration configuration, string key)
    {
        try
        {
            return OutboundPolicy.Parse(Text(configuration, key));
        }
        catch (FormatException exception)
        {
            throw new SettingsException($"{Named(key)} {exception.Message}", exception);
        }
    }

    private static string? Address(IConfiguration configuration, string key) => Text(configuration, key) switch
    {
        null => null,
        { } text when Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            && address is { Query: "", Fragment: "", UserInfo: "" } => address.AbsoluteUri.TrimEnd('/'),
        _ => throw new SettingsException($"{Named(key)} must be an address such as https://exemplar.example.com, without a query."),
    };

    private static IReadOnlyList<IPNetwork> Proxies(IConfiguration configuration, string key)
    {
        try
        {
            return Text(configuration, key) is { } text ? Hosting.TrustedProxies.Parse(text) : [];
        }
        catch (FormatException)
        {
            throw new SettingsException($"{Named(key)} must hold addresses or networks separated by commas, such as 10.0.0.5, 192.168.0.0/16.");
        }
    }

    private static string Named(string key) => EnvironmentPrefix + key.ToUpperInvariant();

    // Secrets stay out of whatever prints a record.
    public override string ToString() => $"ServerSettings {{ Urls = {Urls}, DataFolder = {DataFolder} }}";
}

/// <summary>A setting that cannot be used. Shown to the operator as it is, without a stack.</summary>
internal sealed class SettingsException(string message, Exception? cause = null) : Exception(message, cause);
