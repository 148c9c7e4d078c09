using Exemplar.Core.Deliveries;
using Exemplar.Storage.Deliveries;

namespace Exemplar.Server.Deliveries;

/// <summary>What is sent at once: one delivery, or several that one message stands for.</summary>
/// <param name="Alert">The alert to send.</param>
/// <param name="Deliveries">The deliveries that it settles; its id is that of the first.</param>
internal sealed record Message(Alert Alert, IReadOnlyList<ClaimedDelivery> Deliveries)
{
    private const int MostNames = 10;

    /// <summary>Each delivery by itself.</summary>
    public static IEnumerable<Message> Each(IReadOnlyList<ClaimedDelivery> claimed, DateTimeOffset now)
    {
        foreach (var delivery in claimed)
            if (Sender.Read(delivery.Content) is { } alert) yield return new Message(Marked(alert, delivery, now), [delivery]);
    }

    /// <summary>At most <paramref name="most"/> messages: as many by themselves as that allows, the rest one for each event.</summary>
    public static IEnumerable<Message> Folded(IReadOnlyList<ClaimedDelivery> claimed, int most, DateTimeOffset now)
    {
        var each = Each(claimed, now).ToList();
        if (each.Count <= most) return each;
        return each.GroupBy(m => m.Alert.Event).Select(group =>
        {
            var first = group.First();
            if (group.Count() == 1) return first;
            return new Message(
                first.Alert with { Monitors = group.Count(), Names = [.. group.Take(MostNames).Select(m => m.Alert.Monitor.Name)] },
                [.. group.SelectMany(m => m.Deliveries)]);
        });
    }

    private static Alert Marked(Alert alert, ClaimedDelivery delivery, DateTimeOffset now) =>
        alert with { DeliveryId = delivery.Id, IsStale = now - alert.At > RetrySchedule.StaleAfter };
}
