using System.Text.RegularExpressions;
using Exemplar.Docs.Tests.Support;
using Exemplar.Server;
using Exemplar.Server.Channels.Outbound;
using Microsoft.Extensions.Configuration;

namespace Exemplar.Docs.Tests;

/// <summary>The table of settings in the README is what the server reads.</summary>
public sealed partial class SettingsTests
{
    [Fact]
    public void Every_setting_that_is_read_is_documented_and_every_documented_one_is_read()
    {
        var read = new Asked();
        ServerSettings.Read(new ConfigurationBuilder().Add(read).Build());

        var documented = Documented().Select(setting => setting.Name).ToList();
        Assert.True(read.Keys.Count > 5, $"Only {read.Keys.Count} settings were read.");
        Assert.Equal(read.Keys.Select(key => ServerSettings.EnvironmentPrefix + key.ToUpperInvariant()).Order(), documented.Order());
    }

    [Fact]
    public void The_flags_are_named_like_the_variables() => Assert.All(Documented().Where(setting => setting.Flag.Length > 0), setting =>
        Assert.Equal(ServerSettings.EnvironmentPrefix + setting.Flag.ToUpperInvariant().Replace('-', '_'), setting.Name));

    [Fact]
    public void The_defaults_are_the_documented_ones()
    {
        var settings = ServerSettings.Read(new ConfigurationBuilder().Build());
        var defaults = Documented().ToDictionary(setting => setting.Name, setting => setting.Default, StringComparer.Ordinal);

        Assert.Equal($"`{settings.Urls}`", defaults["EXEMPLAR_URLS"]);
        Assert.Equal(settings.DataFolder, Path.GetFullPath(defaults["EXEMPLAR_DATA"].Trim('`')));
        Assert.Equal((null, "SQLite in the data folder"), (settings.Database, defaults["EXEMPLAR_DATABASE"]));
        Assert.Equal((null, "unset"), (settings.AdminToken, defaults["EXEMPLAR_ADMIN_TOKEN"]));
        Assert.Equal((null, "unset"), (settings.AdminEmail, defaults["EXEMPLAR_ADMIN_EMAIL"]));
        Assert.Equal((null, "unset"), (settings.AdminPassword, defaults["EXEMPLAR_ADMIN_PASSWORD"]));
        Assert.Equal($"`{settings.RateLimitPerToken}`", defaults["EXEMPLAR_RATE_LIMIT_PER_TOKEN"]);
        Assert.Equal((true, "`true`"), (settings.HeartbeatLane, defaults["EXEMPLAR_HEARTBEAT_LANE"]));
        Assert.Equal($"`{settings.RateLimitPerAddress}`", defaults["EXEMPLAR_RATE_LIMIT_PER_ADDRESS"]);
        Assert.Equal((0, "none"), (settings.TrustedProxies.Count, defaults["EXEMPLAR_TRUSTED_PROXIES"]));
        Assert.Equal((false, "`false`"), (settings.RateLimitLoopback, defaults["EXEMPLAR_RATE_LIMIT_LOOPBACK"]));
        Assert.Equal((OutboundPolicy.PublicOnly, "none"), (settings.Outbound, defaults["EXEMPLAR_ALLOW_PRIVATE_ADDRESSES"]));
        Assert.Equal((false, "`false`"), (settings.AllowShellChannel, defaults["EXEMPLAR_ALLOW_SHELL_CHANNEL"]));
        Assert.Equal((null, "unset"), (settings.PublicUrl, defaults["EXEMPLAR_PUBLIC_URL"]));
        Assert.Equal((null, "unset"), (settings.Smtp, defaults["EXEMPLAR_SMTP"]));
        Assert.Equal((null, "unset"), (settings.SmtpFrom, defaults["EXEMPLAR_SMTP_FROM"]));
        Assert.Equal((null, "unset"), (settings.OperatorsWebhook, defaults["EXEMPLAR_OPERATORS_WEBHOOK"]));
        Assert.Equal((0, "unset"), (settings.OperatorsEmail.Count, defaults["EXEMPLAR_OPERATORS_EMAIL"]));
        Assert.Equal((null, "unset"), (settings.OutgoingHeartbeat, defaults["EXEMPLAR_OUTGOING_HEARTBEAT_URL"]));
        Assert.Equal("unset", defaults["EXEMPLAR_OUTGOING_HEARTBEAT_MONITOR"]);
        var heartbeat = ServerSettings.Read(new ConfigurationBuilder()
            .AddInMemoryCollection([new("outgoing_heartbeat_url", "https://hc.example.com/ping")]).Build()).OutgoingHeartbeat!;
        Assert.Equal($"`{heartbeat.Method}`, `{heartbeat.Every.TotalSeconds}`", defaults["EXEMPLAR_OUTGOING_HEARTBEAT_SECONDS"]);
    }

    private static List<(string Name, string Flag, string Default)> Documented() =>
    [
        .. Document.Read("README.md").Rows("Settings").SelectMany(row => Variable().Matches(row[0])
            .Select(variable => (variable.Value, Flag().Match(row[0]).Groups["name"].Value, row[1]))),
    ];

    [GeneratedRegex("EXEMPLAR_[A-Z_]+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Variable();

    [GeneratedRegex("--(?<name>[a-z_-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Flag();

    /// <summary>Has no setting, and remembers which ones it was asked for.</summary>
    private sealed class Asked : ConfigurationProvider, IConfigurationSource
    {
        public HashSet<string> Keys { get; } = new(StringComparer.Ordinal);

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public override bool TryGet(string key, out string? value)
        {
            Keys.Add(key);
            value = null;
            return false;
        }
    }
}
