using Exemplar.Core.Monitors;
using Exemplar.Core.Schedules;
using Npgsql;

namespace Exemplar.Storage.Postgres;

/// <summary>A row of <c>monitor_states</c> as the hot verbs read it.</summary>
internal readonly record struct StateRow(int MonitorNumber, Schedule Schedule, MonitorState State, long? DueAtMs, int OrganizationNumber)
{
    /// <summary>The columns, in the order that <see cref="Read"/> expects them; the table is called <c>s</c>.</summary>
    public const string Columns =
        "s.monitor_number, s.interval_ms, s.grace_ms, s.status, s.since_ms, s.last_heartbeat_at_ms, s.counts_from_ms, s.next_expected_at_ms, s.due_at_ms, s.organization_number";

    /// <summary>The number of <see cref="Columns"/>: where a query's own columns begin.</summary>
    public const int ColumnCount = 10;

    public static StateRow Read(NpgsqlDataReader reader) => new(
        reader.GetInt32(0),
        new Schedule(TimeSpan.FromMilliseconds(reader.GetInt64(1)), TimeSpan.FromMilliseconds(reader.GetInt64(2))),
        new MonitorState(
            (MonitorStatus)reader.GetInt32(3), UnixTime.FromMs(reader.GetInt64(4)), Moment(reader, 5), Moment(reader, 6), Moment(reader, 7)),
        reader.IsDBNull(8) ? null : reader.GetInt64(8),
        reader.GetInt32(9));

    /// <summary>The deadline that is judged next, in Unix milliseconds; null when nothing is expected.</summary>
    public static long? DeadlineMs(in MonitorState state, in Schedule schedule) => state.DeadlineAt(schedule).ToMs();

    private static DateTimeOffset? Moment(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : UnixTime.FromMs(reader.GetInt64(column));
}
