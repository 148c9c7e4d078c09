using Exemplar.Core.Deliveries;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Deliveries;

namespace Exemplar.Server.Deliveries;

/// <summary>What is sent at once: one delivery, or several that one message stands for.</summary>
/// <param name="Alert">The alert to send.</param>
/// <param name="Deliveries">The deliveries that it settles; its id is that of the first.</param>
internal sealed record Message(Alert Alert, IReadOnlyList<ClaimedDelivery> Deliveries)
{
    /// <summary>So many monitors are named in a message that stands for several.</summary>
    public const int MostNames = 10;

    private const int MostNotes = 3;

    /// <summary>Each delivery by itself.</summary>
    public static IEnumerable<Message> Each(IReadOnlyList<ClaimedDelivery> claimed, DateTimeOffset now)
    {
        foreach (var delivery in claimed)
            if (Sender.Read(delivery.Content) is { } alert) yield return new Message(Marked(alert, delivery, now), [delivery]);
    }

    /// <summary>At most <paramref name="most"/> messages: as many by themselves as that allows, the rest one for each event, and for each who ended an incident by hand.</summary>
    public static IEnumerable<Message> Folded(IReadOnlyList<ClaimedDelivery> claimed, int most, DateTimeOffset now)
    {
        var each = Each(claimed, now).ToList();
        if (each.Count <= most) return each;
        return each.GroupBy(m => (m.Alert.Event, m.Alert.Incident?.ResolvedBy)).Select(group =>
        {
            var first = group.First();
            if (group.Count() == 1) return first;
            return new Message(
                first.Alert with
                {
                    Monitor = first.Alert.Monitor with { Severity = group.Select(m => m.Alert.Monitor.Severity).Worst() },
                    Note = NoteOf([.. group.Select(m => m.Alert)]),
                    Monitors = group.Sum(m => m.Alert.Monitors),
                    MonitorIds = [.. group.SelectMany(m => m.Alert.Monitors == 1 ? [m.Alert.Monitor.Id] : m.Alert.MonitorIds).Take(MostNames)],
                    Names = [.. group.SelectMany(m => m.Alert.Monitors == 1 ? [m.Alert.Monitor.Name] : m.Alert.Names).Take(MostNames)],
                },
                [.. group.SelectMany(m => m.Deliveries)]);
        });
    }

    /// <summary>What is unusual about some of them, each with its name; null when nothing is.</summary>
    private static string? NoteOf(IReadOnlyList<Alert> alerts)
    {
        var notes = alerts.Where(alert => alert.Note is not null).Select(alert => alert.Monitors == 1 ? $"{alert.Monitor.Name}: {alert.Note}" : alert.Note!).ToList();
        if (notes.Count == 0) return null;
        var said = string.Join(" | ", notes.Take(MostNotes));
        return notes.Count > MostNotes ? $"{said} | and {notes.Count - MostNotes} more" : said;
    }

    private static Alert Marked(Alert alert, ClaimedDelivery delivery, DateTimeOffset now) =>
        alert with { DeliveryId = delivery.Id, IsStale = now - alert.At > RetrySchedule.StaleAfter, OthersAreDown = delivery.OthersAreDown };
}
