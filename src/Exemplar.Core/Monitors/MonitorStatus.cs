namespace Exemplar.Core.Monitors;

/// <summary>How a monitor stands, and what a period of its timeline says. The numbers are stored.</summary>
public enum MonitorStatus
{
    /// <summary>Created or resumed; neither a heartbeat nor a deadline has spoken yet.</summary>
    New = 0,

    /// <summary>The last heartbeat came in time.</summary>
    Up = 1,

    /// <summary>Past the expected moment, within grace. Never stored: it follows from the clock.</summary>
    Late = 2,

    /// <summary>A deadline passed without a heartbeat.</summary>
    Down = 3,

    /// <summary>Somebody paused it; nothing is expected.</summary>
    Paused = 4,

    /// <summary>A deadline could not be judged because Exemplar itself was not watching.</summary>
    Unknown = 5,

    /// <summary>A deadline was missed in a quiet time: a maintenance window, outside active hours, or on a holiday.</summary>
    Maintenance = 6,
}
