using System.Globalization;

namespace Exemplar.Server;

/// <summary>
/// Everything an operator can set: on the command line (<c>--data</c>) or in the environment (<c>EXEMPLAR_DATA</c>); the
/// command line wins.
/// </summary>
internal sealed record ServerSettings
{
    /// <summary>The environment's prefix.</summary>
    public const string EnvironmentPrefix = "EXEMPLAR_";

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
        RateLimitLoopback = Flag(configuration, "rate_limit_loopback"),
    };

    private static string? Text(IConfiguration configuration, string key) =>
        configuration[key] is { Length: > 0 } text ? text : null;

    private static int Number(IConfiguration configuration, string key, int otherwise) =>
        Text(configuration, key) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 1_000_000 ? number
        : throw new SettingsException($"{Named(key)} must be a whole number from 0 to 1000000.");

    private static bool Flag(IConfiguration configuration, string key) => Text(configuration, key) switch
    {
        null or "false" or "0" => false,
        "true" or "1" => true,
        _ => throw new SettingsException($"{Named(key)} must be true or false."),
    };

    private static string Named(string key) => EnvironmentPrefix + key.ToUpperInvariant();

    // Secrets stay out of whatever prints a record.
    public override string ToString() => $"ServerSettings {{ Urls = {Urls}, DataFolder = {DataFolder} }}";
}

/// <summary>A setting that cannot be used. Shown to the operator as it is, without a stack.</summary>
internal sealed class SettingsException(string message, Exception? cause = null) : Exception(message, cause);
