using System.Globalization;
using Exemplar.Core.Ids;
using Exemplar.Server.Channels.Email;
using Exemplar.Server.Channels.Outbound;

namespace Exemplar.Server.Health;

/// <summary>Reads where the server speaks about itself. No value is ever repeated in a message: each may hold a secret.</summary>
internal static class HealthSettings
{
    private const string Webhook = "operators_webhook";
    private const string Email = "operators_email";
    private const int MostRecipients = 20;
    private const string Url = "outgoing_heartbeat_url";
    private const string Method = "outgoing_heartbeat_method";
    private const string Seconds = "outgoing_heartbeat_seconds";
    private const string Monitor = "outgoing_heartbeat_monitor";
    private const string Token = "outgoing_heartbeat_token";

    /// <summary>Out of the box, once a minute.</summary>
    private const int UsualSeconds = 60;

    /// <exception cref="SettingsException">It is no address, or one that nothing may connect to.</exception>
    public static string? ReadWebhook(IConfiguration configuration, OutboundPolicy policy) => Address(configuration, Webhook, policy);

    /// <exception cref="SettingsException">It holds no addresses, or there is no mail server to send by.</exception>
    public static IReadOnlyList<string> ReadEmail(IConfiguration configuration)
    {
        if (Text(configuration, Email) is not { } text) return [];
        var addresses = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (addresses.Length is 0 or > MostRecipients || !addresses.All(EmailChannel.IsAddress))
            throw new SettingsException($"{Named(Email)} must hold 1 to {MostRecipients} email addresses, separated by commas.");
        return Text(configuration, "smtp") is not null && Text(configuration, "smtp_from") is not null
            ? addresses
            : throw new SettingsException($"{Named(Email)} needs {Named("smtp")} and {Named("smtp_from")}: the mail server and the sender.");
    }

    /// <exception cref="SettingsException">One of the settings cannot be used; the message names it.</exception>
    public static OutgoingHeartbeat? ReadHeartbeat(IConfiguration configuration, OutboundPolicy policy)
    {
        // All are read, so that a wrong one is found although another is missing.
        var address = Address(configuration, Url, policy);
        var monitor = ReadMonitor(configuration);
        var every = ReadSeconds(configuration);
        var method = ReadMethod(configuration);
        if (address is null)
        {
            return monitor is null && method is null && Text(configuration, Seconds) is null
                ? null
                : throw new SettingsException($"{Named(Url)} must say where the outgoing heartbeat goes, because other settings of it are there.");
        }
        if (monitor is not null && method == HttpMethod.Get) throw new SettingsException($"{Named(Method)} must be POST for the monitor of another Exemplar.");
        return new OutgoingHeartbeat(
            monitor is null ? address : OutgoingHeartbeat.AddressOf(address), method ?? (monitor is null ? HttpMethod.Get : HttpMethod.Post), every, monitor);
    }

    private static OutgoingMonitor? ReadMonitor(IConfiguration configuration)
    {
        var (id, token) = (Text(configuration, Monitor), Text(configuration, Token));
        if (id is null && token is null) return null;
        if (id is null || token is null) throw new SettingsException($"{Named(Monitor)} and {Named(Token)} must both be there, or neither.");
        if (!EntityId.TryParse(id, out var monitor)) throw new SettingsException($"{Named(Monitor)} must be the id of a monitor, 24 hex digits.");
        return token.Length <= 1_000 && token.All(c => c is > ' ' and < '\u007f')
            ? new OutgoingMonitor(monitor, token)
            : throw new SettingsException($"{Named(Token)} must be an API token: printable characters without spaces.");
    }

    private static TimeSpan ReadSeconds(IConfiguration configuration) =>
        Text(configuration, Seconds) is not { } text ? TimeSpan.FromSeconds(UsualSeconds)
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 86_400 ? TimeSpan.FromSeconds(seconds)
        : throw new SettingsException($"{Named(Seconds)} must be a whole number from 1 to 86400.");

    private static HttpMethod? ReadMethod(IConfiguration configuration) => Text(configuration, Method)?.ToUpperInvariant() switch
    {
        null => null,
        "GET" => HttpMethod.Get,
        "POST" => HttpMethod.Post,
        _ => throw new SettingsException($"{Named(Method)} must be GET or POST."),
    };

    private static string? Address(IConfiguration configuration, string key, OutboundPolicy policy)
    {
        if (Text(configuration, key) is not { } text) return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0)
            throw new SettingsException($"{Named(key)} must be an http or https address without user and password.");
        return policy.RefusalOfHost(address.Host) is { } refusal
            ? throw new SettingsException($"The host of {Named(key)} {refusal}; {OutboundPolicy.Setting} can allow it.")
            : address.AbsoluteUri;
    }

    private static string? Text(IConfiguration configuration, string key) => configuration[key] is { Length: > 0 } text ? text : null;

    private static string Named(string key) => ServerSettings.EnvironmentPrefix + key.ToUpperInvariant();
}
