using Exemplar.Core.Monitors;
using static Exemplar.Core.Tests.Monitors.Narration;

namespace Exemplar.Core.Tests.Monitors;

/// <summary>
/// One hourly monitor in each status, as the lifecycle itself would leave it: heard at minute 0 where it ever was.
/// </summary>
internal static class Given
{
    /// <summary>Created at minute 0, first deadline counted from there.</summary>
    public static readonly MonitorState New = new(MonitorStatus.New, At(0), null, At(0), At(60));

    /// <summary>Created at minute 0, waiting for its first heartbeat.</summary>
    public static readonly MonitorState Waiting = new(MonitorStatus.New, At(0), null, null, null);

    public static readonly MonitorState Up = new(MonitorStatus.Up, At(0), At(0), At(0), At(60));

    /// <summary>Silent since minute 0; the deadline of minute 65 has been judged.</summary>
    public static readonly MonitorState Down = new(MonitorStatus.Down, At(65), At(0), At(0), At(120));

    /// <summary>Silent since minute 0; the deadline of minute 65 fell into an outage.</summary>
    public static readonly MonitorState Unknown = new(MonitorStatus.Unknown, At(65), At(0), At(0), At(120));

    /// <summary>Silent since minute 0; the deadline of minute 65 fell into a maintenance window.</summary>
    public static readonly MonitorState Maintenance = new(MonitorStatus.Maintenance, At(65), At(0), At(0), At(120));

    /// <summary>Paused at minute 30.</summary>
    public static readonly MonitorState Paused = new(MonitorStatus.Paused, At(30), At(0), null, null);

    /// <summary>Paused at minute 30 without ever having been heard.</summary>
    public static readonly MonitorState PausedUnheard = new(MonitorStatus.Paused, At(30), null, null, null);

    /// <summary>Never heard since its creation at minute 0; the deadline of minute 65 has been judged.</summary>
    public static readonly MonitorState DownUnheard = new(MonitorStatus.Down, At(65), null, At(0), At(120));

    /// <summary>Resumed at minute 40, heard at minute 0.</summary>
    public static readonly MonitorState Resumed = new(MonitorStatus.New, At(40), At(0), At(40), At(100));

    /// <summary>A state by the name of its field, so that tables can name it.</summary>
    public static MonitorState A(string name) => name switch
    {
        nameof(New) => New,
        nameof(Waiting) => Waiting,
        nameof(Up) => Up,
        nameof(Down) => Down,
        nameof(Unknown) => Unknown,
        nameof(Maintenance) => Maintenance,
        nameof(Paused) => Paused,
        nameof(PausedUnheard) => PausedUnheard,
        nameof(DownUnheard) => DownUnheard,
        nameof(Resumed) => Resumed,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such state."),
    };
}
