namespace Exemplar.Core.Monitors;

/// <summary>From when the first deadline of a heartbeat monitor counts (the API's field <c>starts</c>). Stored.</summary>
public enum FirstDeadline
{
    /// <summary>From the monitor's creation.</summary>
    Creation = 0,

    /// <summary>From the first heartbeat; before it there is no deadline.</summary>
    FirstHeartbeat = 1,
}
