using Exemplar.Server.Health;
using Microsoft.Extensions.Configuration;

namespace Exemplar.Server.Tests.Health;

public sealed class HealthSettingsTests
{
    private const string Id = "6b03c85002e7c1cd17108992";

    [Theory]
    [InlineData("EXEMPLAR_OPERATORS_WEBHOOK", "operators_webhook", "hooks.example.com/s3cr3t")]
    [InlineData("EXEMPLAR_OPERATORS_WEBHOOK", "operators_webhook", "ftp://hooks.example.com/s3cr3t")]
    [InlineData("EXEMPLAR_OPERATORS_WEBHOOK", "operators_webhook", "https://user:s3cr3t@hooks.example.com/")]
    [InlineData("EXEMPLAR_OPERATORS_WEBHOOK", "operators_webhook", "http://169.254.169.254/s3cr3t")]
    [InlineData("EXEMPLAR_OPERATORS_EMAIL", "operators_email", "s3cr3t")]
    [InlineData("EXEMPLAR_OPERATORS_EMAIL", "operators_email", "ops@example.com, s3cr3t")]
    [InlineData("EXEMPLAR_OPERATORS_EMAIL needs EXEMPLAR_SMTP", "operators_email", "s3cr3t@example.com")]
    [InlineData("EXEMPLAR_OUTGOING_HEARTBEAT_URL", "outgoing_heartbeat_url", "http://localhost/s3cr3t")]
    [InlineData("EXEMPLAR_OUTGOING_HEARTBEAT_URL", "outgoing_heartbeat_url", "s3cr3t")]
    [InlineData("EXEMPLAR_OUTGOING_HEARTBEAT_URL", "outgoing_heartbeat_seconds", "60")]
    [InlineData("EXEMPLAR_OUTGOING_HEARTBEAT_SECONDS", "outgoing_heartbeat_seconds", "0")]
    [InlineData("EXEMPLAR_OUTGOING_HEARTBEAT_SECONDS", "outgoing_heartbeat_seconds", "86401")]
    [InlineData("EXEMPLAR_OUTGOING_HEARTBEAT_METHOD", "outgoing_heartbeat_method", "PUT")]
    [InlineData("EXEMPLAR_OUTGOING_HEARTBEAT_TOKEN", "outgoing_heartbeat_token", "s3cr3t")]
    [InlineData("EXEMPLAR_OUTGOING_HEARTBEAT_MONITOR", "outgoing_heartbeat_monitor", Id)]
    public void What_cannot_be_used_is_refused_by_name_without_the_value(string named, string key, string value)
    {
        var refused = Assert.Throws<SettingsException>(() => Read((key, value)));
        Assert.Contains(named, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://other.example.com")]
    [InlineData("https://other.example.com/")]
    [InlineData("https://other.example.com/api/monitoring/heartbeat")]
    public void Another_Exemplar_is_named_by_its_root_or_in_full(string url)
    {
        var heartbeat = Read(("outgoing_heartbeat_url", url), ("outgoing_heartbeat_monitor", Id), ("outgoing_heartbeat_token", "t0ken")).OutgoingHeartbeat!;
        Assert.Equal(("https://other.example.com/api/monitoring/heartbeat", HttpMethod.Post, 60.0), (heartbeat.Address, heartbeat.Method, heartbeat.Every.TotalSeconds));
        Assert.DoesNotContain("t0ken", $"{heartbeat} {heartbeat.Monitor}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_that_repeats_the_secret_path_is_cleaned() => Assert.DoesNotContain(
        "T0Pse4cret", new OutgoingHeartbeat("https://hc.example.com/ping/T0Pse4cret", HttpMethod.Get, TimeSpan.FromSeconds(60), null).Mask().Clean("no such check: T0Pse4cret"),
        StringComparison.Ordinal);

    private static ServerSettings Read(params (string Key, string Value)[] settings) => ServerSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => (string?)s.Value)).Build());
}
