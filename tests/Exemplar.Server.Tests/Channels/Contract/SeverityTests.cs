using System.Text.Json;
using System.Text.RegularExpressions;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Monitors;
using Exemplar.Server.Channels;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Channels.Contract;

/// <summary>How much it matters is said in the service's own field where it has one, and in words where people read. Every kind is asked.</summary>
public sealed partial class SeverityTests : IDisposable
{
    private readonly ChannelStand _stand = new();

    public static TheoryData<string> Kinds => ChannelContractTests.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_kind_says_the_severity_of_the_monitor_in_its_own_way(string kind)
    {
        foreach (var severity in Enum.GetValues<Severity>())
            Assert.Equal((severity, Expected(kind, severity)), (severity, await SaidAsync(kind, Alerts.Down(), severity)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_kind_with_a_field_for_it_leaves_it_to_the_monitor_out_of_the_box(string kind)
    {
        foreach (var field in _stand.Channel(kind).Fields.Where(f => f.Name is "severity" or "priority"))
            Assert.Equal(field.Shape == FieldShape.Number ? null : "monitor", field.Default);
    }

    [Theory]
    [InlineData("pagerduty", "severity", "warning", "warning")]
    [InlineData("opsgenie", "priority", "P5", "P5")]
    [InlineData("pushover", "priority", "low", "-1")]
    [InlineData("ntfy", "priority", "min", "1")]
    [InlineData("gotify", "priority", 3, "3")]
    public async Task A_channel_that_is_set_to_one_value_says_it_whatever_the_monitor(string kind, string field, object value, string said)
    {
        foreach (var severity in Enum.GetValues<Severity>()) Assert.Equal(said, await SaidAsync(kind, Alerts.Down(), severity, (field, value)));
    }

    [Theory]
    [InlineData("pushover", "0")]
    [InlineData("ntfy", "3")]
    [InlineData("gotify", "4")]
    public async Task A_recovery_rings_for_nobody(string kind, string said) =>
        Assert.Equal(said, await SaidAsync(kind, Alerts.Of(AlertEvent.Recovered), Severity.Critical));

    [Theory]
    [InlineData("pagerduty", "info")]
    [InlineData("opsgenie", "P5")]
    public async Task A_test_is_of_the_lowest(string kind, string said) => Assert.Equal(said, await SaidAsync(kind, Alerts.Of(AlertEvent.Test), Severity.Critical));

    public void Dispose() => _stand.Dispose();

    private static string Expected(string kind, Severity severity) => kind switch
    {
        "pagerduty" => Of(severity, "critical", "error", "warning", "info"),
        "opsgenie" => Of(severity, "P1", "P2", "P3", "P4"),
        "pushover" => Of(severity, "2", "1", "0", "-1"),
        "ntfy" => Of(severity, "5", "4", "3", "2"),
        "gotify" => Of(severity, "10", "8", "5", "2"),
        "incident_io" or "webhook" or "shell" => Of(severity, "critical", "high", "normal", "low"),
        // A text message holds the cause and the link.
        "twilio_sms" => "",
        // A line, but not for what is usual.
        _ => Of(severity, "critical", "high", "", "low"),
    };

    private static string Of(Severity severity, string critical, string high, string normal, string low) => severity switch
    {
        Severity.Critical => critical,
        Severity.High => high,
        Severity.Low => low,
        _ => normal,
    };

    private async Task<string> SaidAsync(string kind, Alert alert, Severity severity, (string Name, object Value)? set = null)
    {
        await using var rig = await ChannelRig.StartAsync(kind);
        var config = rig.Config;
        config.Remove("priority");
        if (set is { } field) config[field.Name] = JsonSerializer.SerializeToNode(field.Value);
        var outcome = await _stand.Channel(kind).SendAsync(
            _stand.Config(kind, config), alert with { Monitor = alert.Monitor with { Severity = severity } }, CancellationToken.None);
        Assert.True(outcome is DeliveryOutcome.Delivered, outcome.ToString());
        await rig.ArrivalAsync();
        return kind switch
        {
            "pagerduty" => First(rig).GetProperty("payload").GetProperty("severity").GetString()!,
            "opsgenie" => First(rig).GetProperty("priority").GetString()!,
            "pushover" or "ntfy" or "gotify" => First(rig).GetProperty("priority").GetInt32().ToString(System.Globalization.CultureInfo.InvariantCulture),
            "incident_io" => First(rig).GetProperty("metadata").GetProperty("severity").GetString()!,
            "webhook" => First(rig).GetProperty("monitor").GetProperty("severity").GetString()!,
            "shell" => rig.Received.Split('\n').Single(line => line.StartsWith("EXEMPLAR_ALERT_MONITOR_SEVERITY=", StringComparison.Ordinal)).Split('=')[1],
            _ => InWords(rig.Received),
        };
    }

    // What stops ringing is asked of Pushover before it is told.
    private static JsonElement First(ChannelRig rig) => ((HttpRig)rig).Requests
        .First(request => request.Method == "POST" && !request.Path.StartsWith("/1/receipts/", StringComparison.Ordinal)).Json;

    // The label and the word may stand on two lines, in two fields, or with the marks of a dialect between them.
    private static string InWords(string received) => Line().Match(received).Groups["word"].Value;

    [GeneratedRegex(@"Severity.{1,80}?\b(?<word>critical|high|normal|low)\b", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Line();
}
