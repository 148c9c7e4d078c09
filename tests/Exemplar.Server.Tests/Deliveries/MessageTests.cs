using Exemplar.Core.Deliveries;
using Exemplar.Core.Monitors;
using Exemplar.Server.Deliveries;
using Exemplar.Server.Tests.Channels.Support;
using Exemplar.Storage.Deliveries;

namespace Exemplar.Server.Tests.Deliveries;

/// <summary>A storm in few messages: nobody is counted twice, and what somebody ended by hand is never said to be up.</summary>
public sealed class MessageTests
{
    [Fact]
    public void What_stands_for_several_counts_for_several()
    {
        var message = Assert.Single(Message.Folded([Claimed(1, Ended("jo", "a", "b", "c")), Claimed(2, Ended("jo", "d"))], most: 1, Alerts.At));
        Assert.Equal((4, "a, b, c, d", 2), (message.Alert.Monitors, string.Join(", ", message.Alert.Names), message.Deliveries.Count));
    }

    [Fact]
    public void A_storm_matters_as_much_as_the_worst_of_it()
    {
        var message = Assert.Single(Message.Folded(
            [.. new[] { Severity.Low, Severity.Critical, Severity.High }.Select((severity, i) => Claimed(i + 1, Matters(severity)))], most: 1, Alerts.At));
        Assert.Equal((3, Severity.Critical), (message.Alert.Monitors, message.Alert.Monitor.Severity));

        static Alert Matters(Severity severity) => Alerts.Down() with { Monitor = Alerts.Down().Monitor with { Severity = severity } };
    }

    [Fact]
    public void What_is_unusual_about_some_of_a_storm_is_said_with_their_names()
    {
        Alert[] alerts = [Alerts.Down("a"), .. "bcde".Select(name => Alerts.Down($"{name}") with { Note = "is flapping" })];
        var folded = Assert.Single(Message.Folded([.. alerts.Select((alert, i) => Claimed(i + 1, alert))], most: 1, Alerts.At)).Alert;
        Assert.Equal("b: is flapping | c: is flapping | d: is flapping | and 1 more", folded.Note);
        Assert.Null(Assert.Single(Message.Folded([Claimed(1, alerts[0]), Claimed(2, alerts[0])], most: 1, Alerts.At)).Alert.Note);
    }

    [Fact]
    public void Recoveries_and_ends_by_hand_are_told_apart()
    {
        var recovered = Alerts.Of(AlertEvent.Recovered);
        var messages = Message.Folded([Claimed(1, recovered), Claimed(2, Ended("jo", "a")), Claimed(3, recovered), Claimed(4, Ended("ada", "b"))], most: 2, Alerts.At).ToList();
        Assert.Equal([(null, 2), ("jo", 1), ("ada", 1)], messages.Select(m => (m.Alert.Incident!.ResolvedBy, m.Alert.Monitors)));
        Assert.Equal([Alerts.MonitorId, Alerts.MonitorId], messages[0].Alert.MonitorIds);
    }

    private static Alert Ended(string by, params string[] names)
    {
        var alert = Alerts.Of(AlertEvent.Recovered, names[0]);
        return alert with { Incident = alert.Incident! with { ResolvedBy = by }, Monitors = names.Length, Names = names.Length == 1 ? [] : names };
    }

    private static ClaimedDelivery Claimed(long number, Alert alert) => new(number, Alerts.DeliveryId, 1, 1, 1, Alerts.At, AlertContent.Write(alert));
}
