using Exemplar.Core.Deliveries;

namespace Exemplar.Server.Channels;

/// <summary>
/// What services that open and close something call it: the same for all alerts of one incident, so that the one that ends it
/// finds what the first one opened. One page for one incident, however many monitors it takes along: what is opened for the first
/// of them is closed with the last of those that the channel was told of.
/// </summary>
internal static class TicketKey
{
    /// <summary>
    /// A late heartbeat belongs to no incident: nothing would ever close what it opens, so that these services are not told.
    /// </summary>
    public static readonly DeliveryOutcome LateIsNotTold =
        new DeliveryOutcome.Delivered("Not sent: a late heartbeat is no incident yet, and nothing would close what it opens here.");

    /// <summary>A part of an incident recovered, and the service has no place to write that down without ringing again.</summary>
    public static readonly DeliveryOutcome StaysOpen =
        new DeliveryOutcome.Delivered("Not sent: other monitors of the incident are down still; it is closed with the last of them.");

    public static string Of(Alert alert) => alert.Event == AlertEvent.Test
        ? $"test-{alert.DeliveryId}"
        : (alert.Incident?.Id ?? alert.Monitor.Id).ToString();
}
