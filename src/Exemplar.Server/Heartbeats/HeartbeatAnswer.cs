using System.Buffers.Text;
using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Storage.Heartbeats;

namespace Exemplar.Server.Heartbeats;

/// <summary>Writes the answer to a stored heartbeat as bytes, in the order of the contract.</summary>
internal static class HeartbeatAnswer
{
    /// <summary>Room that every answer fits in.</summary>
    public const int LargestLength = 320;

    /// <summary>Writes the JSON; how many bytes it took.</summary>
    public static int Write(HeartbeatEntry heartbeat, Span<byte> destination)
    {
        var writer = new Utf8Writer(destination);
        writer.Raw("{\"success\":true,\"monitor_id\":\""u8);
        writer.Id(heartbeat.MonitorId);
        writer.Raw("\",\"check_id\":\""u8);
        writer.Id(heartbeat.CheckId);
        writer.Raw("\",\"received_at\":"u8);
        writer.Time(heartbeat.ReceivedAt);
        writer.Raw(",\"status\":\""u8);
        writer.Raw(StatusName(heartbeat.Status));
        writer.Raw("\",\"next_expected_at\":"u8);
        writer.Time(heartbeat.NextExpectedAt);
        writer.Raw(",\"deadline_at\":"u8);
        writer.Time(heartbeat.DeadlineAt);
        writer.Raw("}"u8);
        return writer.Length;
    }

    private static ReadOnlySpan<byte> StatusName(MonitorStatus status) => status switch
    {
        MonitorStatus.New => "new"u8,
        MonitorStatus.Up => "up"u8,
        MonitorStatus.Late => "late"u8,
        MonitorStatus.Down => "down"u8,
        MonitorStatus.Paused => "paused"u8,
        MonitorStatus.Maintenance => "maintenance"u8,
        _ => "unknown"u8,
    };

    private ref struct Utf8Writer(Span<byte> destination)
    {
        private readonly Span<byte> _destination = destination;

        public int Length { get; private set; }

        public void Raw(ReadOnlySpan<byte> text)
        {
            text.CopyTo(_destination[Length..]);
            Length += text.Length;
        }

        public void Id(EntityId id)
        {
            id.WriteUtf8(_destination[Length..]);
            Length += EntityId.TextLength;
        }

        public void Time(DateTimeOffset? moment)
        {
            if (moment is not { } at)
            {
                Raw("null"u8);
                return;
            }

            // The round-trip format has seven decimals; the contract has three.
            Raw("\""u8);
            Utf8Formatter.TryFormat(at.UtcDateTime, _destination[Length..], out _, 'O');
            Length += "2026-11-23T05:00:00.000".Length;
            Raw("Z\""u8);
        }
    }
}
