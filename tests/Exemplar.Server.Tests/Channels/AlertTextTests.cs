using Exemplar.Core.Deliveries;
using Exemplar.Core.Monitors;
using Exemplar.Server.Channels;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Channels;

public sealed class AlertTextTests
{
    [Theory]
    [InlineData(AlertEvent.Down, "DOWN Nightly backup")]
    [InlineData(AlertEvent.Recovered, "UP Nightly backup, was down 12 min")]
    [InlineData(AlertEvent.Reminder, "STILL DOWN Nightly backup, for 2 h")]
    [InlineData(AlertEvent.Late, "LATE Nightly backup")]
    [InlineData(AlertEvent.Test, "TEST Nightly backup")]
    public void The_subject_says_what_happened_to_what(AlertEvent what, string subject) => Assert.Equal(subject, Of(Alerts.Of(what)).Subject);

    [Fact]
    public void What_is_unusual_is_said_first_and_on_one_line() =>
        Assert.Equal(
            new AlertLine("Note", "is flapping: 7 changes in 60 min"),
            Of(Alerts.Down() with { Note = "is flapping:\n7 changes in 60 min" }).Lines[0]);

    [Fact]
    public void A_downtime_says_all_that_one_needs_at_three_in_the_morning() => Assert.Equal(
        $"""
        DOWN Nightly backup
        Cause: {Alerts.Error}
        Since: 2026-11-23 05:06:00 UTC
        Last heartbeat: 2026-11-23 04:01:00 UTC (host worker-01, region eu-1, job 4711)
        Incident: #12 Nightly backup is down
        Runbook: https://wiki.example.com/backup
        https://exemplar.example.com/incidents/{Alerts.IncidentId}
        """.ReplaceLineEndings("\n"),
        Of(Alerts.Down()).Plain);

    [Theory]
    [InlineData(AlertEvent.Down, Severity.Critical, "critical")]
    [InlineData(AlertEvent.Reminder, Severity.High, "high")]
    [InlineData(AlertEvent.Late, Severity.Low, "low")]
    [InlineData(AlertEvent.Down, Severity.Normal, null)]
    [InlineData(AlertEvent.Recovered, Severity.Critical, null)]
    public void A_severity_that_is_not_the_usual_one_is_a_line_of_what_is_wrong(AlertEvent what, Severity severity, string? said)
    {
        var alert = Alerts.Of(what);
        var text = Of(alert with { Monitor = alert.Monitor with { Severity = severity } });
        Assert.Equal(said, text.Lines.FirstOrDefault(line => line.Label == "Severity")?.Text);
        Assert.NotEqual("Severity", text.Lines[0].Label);
    }

    [Fact]
    public void An_end_by_hand_says_who_and_never_that_it_is_up()
    {
        var ended = Alerts.Of(AlertEvent.Recovered);
        var text = Of(ended with { Incident = ended.Incident! with { ResolvedBy = "jo@example.com\r\nBcc: x" } });
        Assert.Equal("RESOLVED Nightly backup", text.Subject);
        Assert.Contains(new AlertLine("Resolved by", "jo@example.com Bcc: x, 2026-11-23 05:18:00 UTC, while down"), text.Lines);
        Assert.DoesNotContain(text.Lines, line => line.Label == "Up since");
    }

    [Fact]
    public void What_belongs_to_no_incident_leads_to_its_monitor() =>
        Assert.Equal($"https://exemplar.example.com/monitors/{Alerts.MonitorId}", Of(Alerts.Of(AlertEvent.Late)).Link);

    [Fact]
    public void Without_a_public_address_there_is_no_link() => Assert.Null(AlertText.Of(Alerts.Down(), new AlertLinks(null)).Link);

    [Fact]
    public void A_test_says_that_nothing_is_wrong() =>
        Assert.Contains("Somebody tries this channel; nothing is wrong.", Of(Alerts.Of(AlertEvent.Test)).Plain, StringComparison.Ordinal);

    [Fact]
    public void What_comes_late_says_when_it_was()
    {
        var text = Of(Alerts.Down() with { IsStale = true });
        Assert.Equal("DELIVERED LATE: DOWN Nightly backup", text.Subject);
        Assert.Equal(new AlertLine("Delivered late", "this happened at 2026-11-23 05:06:00 UTC and may be over."), text.Lines[0]);
    }

    [Fact]
    public void A_storm_is_named_by_its_number_and_its_first_names()
    {
        var text = Of(Alerts.Down() with { Monitors = 37, Names = ["a", "b", "c"] });
        Assert.Equal("DOWN 37 monitors", text.Subject);
        Assert.Equal(new AlertLine("Monitors", "37 monitors are down: a, b, c …"), text.Lines[0]);
        var unusual = Of(Alerts.Down() with { Monitors = 37, Names = ["a", "b", "c"], Note = "b: is flapping" });
        Assert.Equal([new AlertLine("Monitors", "37 monitors are down: a, b, c …"), new AlertLine("Note", "b: is flapping")], unusual.Lines.Take(2));
        Assert.Equal("2 monitors are up again: a, b", Of(Alerts.Of(AlertEvent.Recovered) with { Monitors = 2, Names = ["a", "b"] }).Lines[0].Text);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"hostname\":null,\"host\":{\"a\":1}}")]
    [InlineData("{\"hostname\":")]
    public void Metadata_that_names_no_place_adds_nothing(string metadata)
    {
        var alert = Alerts.Down() with { LastHeartbeat = new AlertHeartbeat(Alerts.At, metadata) };
        Assert.Contains(new AlertLine("Last heartbeat", "2026-11-23 05:06:00 UTC"), Of(alert).Lines);
    }

    [Fact]
    public void Nothing_of_it_ever_breaks_a_line_or_turns_the_text()
    {
        foreach (var what in Enum.GetValues<AlertEvent>())
        {
            var text = Of(Alerts.Of(what, Alerts.Hostile));
            Assert.All([text.Subject, .. text.Lines.Select(line => line.Text)], line => Assert.DoesNotContain(line, c => char.IsControl(c) || c == '\u202E'));
        }
    }

    private static AlertText Of(Alert alert) => AlertText.Of(alert, new AlertLinks(ChannelStand.PublicUrl));
}
