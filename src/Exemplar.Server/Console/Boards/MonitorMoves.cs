namespace Exemplar.Server.Console.Boards;

/// <summary>
/// Moves monitors within a service and from one to another, by dragging or by keyboard. One for the whole editor: what is dragged out of
/// one service is dropped on another.
/// </summary>
/// <param name="services">The services of the board that is being edited.</param>
public sealed class MonitorMoves(List<ServiceForm> services)
{
    private (ChosenMonitor Monitor, ServiceForm To)? _carried;

    /// <summary>What is dragged now; null when nothing is.</summary>
    public ChosenMonitor? Dragged { get; private set; }

    /// <summary>The service that it is dragged out of.</summary>
    public ServiceForm? From { get; private set; }

    /// <summary>The monitor that it is over; null between them.</summary>
    public ChosenMonitor? Over { get; set; }

    public void Begin(ServiceForm service, ChosenMonitor monitor) => (From, Dragged, Over) = (service, monitor, null);

    public void End() => (From, Dragged, Over) = (null, null, null);

    /// <summary>Drops what is dragged on a monitor of a service, whose place it takes, or on the service itself. What happened, to be read out; null when nothing did.</summary>
    public string? Drop(ServiceForm to, ChosenMonitor? on)
    {
        var (from, monitor) = (From, Dragged);
        // What is dropped on a monitor is told to its service as well.
        End();
        if (from is null || monitor is null) return null;
        if (from != to) return Carry(monitor, from, to, on is null ? to.Monitors.Count : to.Monitors.IndexOf(on));
        return on is null ? null : Within(from, from.Monitors.IndexOf(monitor), from.Monitors.IndexOf(on));
    }

    /// <summary>Moves a monitor by a key: arrows, Home and End within its service, Page Up and Page Down to the service before and after. What happened; null when nothing did.</summary>
    public string? Press(string key, ServiceForm service, ChosenMonitor monitor)
    {
        // Whoever presses fast presses again where the browser still shows it, though the last key has carried it on already.
        if (!service.Monitors.Contains(monitor))
        {
            if (_carried is not { } carried || carried.Monitor != monitor || !carried.To.Monitors.Contains(monitor)) return null;
            service = carried.To;
        }
        if (key is "PageUp" or "PageDown") return Leave(monitor, service, isUp: key == "PageUp");
        var at = service.Monitors.IndexOf(monitor);
        return Within(service, at, Places.After(key, at, service.Monitors.Count));
    }

    private string? Leave(ChosenMonitor monitor, ServiceForm from, bool isUp)
    {
        var at = services.IndexOf(from);
        var others = isUp ? services.Take(at).Reverse() : services.Skip(at + 1);
        // A service that has it already is passed by, so that it is no wall.
        if (others.FirstOrDefault(s => !Has(s, monitor)) is not { } to) return $"No service {(isUp ? "before" : "after")} {from.Called} can take {monitor.Name}.";
        _carried = (monitor, to);
        return Carry(monitor, from, to, isUp ? to.Monitors.Count : 0);
    }

    private static string Carry(ChosenMonitor monitor, ServiceForm from, ServiceForm to, int place)
    {
        if (Has(to, monitor)) return $"{monitor.Name} is in {to.Called} already.";
        from.Monitors.Remove(monitor);
        to.Monitors.Insert(place, monitor);
        return Told(to, place);
    }

    private static string? Within(ServiceForm service, int from, int to) => Places.Move(service.Monitors, from, to) ? Told(service, to) : null;

    private static bool Has(ServiceForm service, ChosenMonitor monitor) => service.Monitors.Any(m => string.Equals(m.Id, monitor.Id, StringComparison.Ordinal));

    private static string Told(ServiceForm service, int place) => $"{service.Monitors[place].Name} is now {place + 1} of {service.Monitors.Count} in {service.Called}.";
}
