using System.Text.Json;
using System.Text.Unicode;
using Exemplar.Core.Ids;

namespace Exemplar.Server.Heartbeats;

/// <summary>Reads the body of a heartbeat straight from its bytes into the entry; no string is made on the way.</summary>
internal static class HeartbeatRequest
{
    /// <summary>The largest body, in bytes.</summary>
    public const int LargestBody = 64 * 1024;

    /// <summary>The largest metadata, in bytes of JSON as it was sent.</summary>
    public const int LargestMetadata = 16 * 1024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    /// <summary>Fills the entry from a whole body; the reason when it cannot be.</summary>
    /// <remarks>Several faults: those of a field are found before those that only a later field has. One is reported.</remarks>
    public static HeartbeatRejection? Read(ReadOnlySpan<byte> body, PendingHeartbeat heartbeat)
    {
        // Utf8JsonReader lets broken UTF-8 inside strings pass; what is stored must be readable later.
        if (!Utf8.IsValid(body)) return HeartbeatRejection.NotJson;
        try
        {
            return ReadObject(body, heartbeat);
        }
        catch (JsonException)
        {
            return HeartbeatRejection.NotJson;
        }
    }

    private static HeartbeatRejection? ReadObject(ReadOnlySpan<byte> body, PendingHeartbeat heartbeat)
    {
        var reader = new Utf8JsonReader(body, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return HeartbeatRejection.NotJson;

        HeartbeatRejection? rejection = null;
        bool hasMonitorId = false, hasMetadata = false, hasOccurredAt = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            HeartbeatRejection? fault = null;
            if (reader.ValueTextEquals("monitor_id"u8))
            {
                reader.Read();
                fault = hasMonitorId ? HeartbeatRejection.MonitorIdTwice : ReadMonitorId(ref reader, heartbeat);
                hasMonitorId = true;
            }
            else if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                fault = hasMetadata ? HeartbeatRejection.MetadataTwice : ReadMetadata(ref reader, body, heartbeat);
                hasMetadata = true;
            }
            else if (reader.ValueTextEquals("occurred_at"u8))
            {
                reader.Read();
                fault = hasOccurredAt ? HeartbeatRejection.OccurredAtTwice : ReadOccurredAt(ref reader, heartbeat);
                hasOccurredAt = true;
            }
            else reader.Read();

            rejection ??= fault;
            // To the end even after a fault: a body that is no JSON is that before anything else.
            reader.Skip();
        }

        // Nothing but white space may follow the object; anything else makes Read throw.
        reader.Read();
        return rejection ?? (hasMonitorId ? null : HeartbeatRejection.MonitorIdMissing);
    }

    private static HeartbeatRejection? ReadMonitorId(ref Utf8JsonReader reader, PendingHeartbeat heartbeat)
    {
        if (reader.TokenType == JsonTokenType.Null) return HeartbeatRejection.MonitorIdMissing;
        if (reader.TokenType != JsonTokenType.String || !TryParseId(ref reader, out var id)) return HeartbeatRejection.MonitorIdNotHex;
        heartbeat.MonitorId = id;
        return null;
    }

    private static bool TryParseId(ref Utf8JsonReader reader, out EntityId id)
    {
        if (!reader.ValueIsEscaped) return EntityId.TryParse(reader.ValueSpan, out id);
        id = default;
        // Escapes only ever make it longer: six characters for one at most.
        if (reader.ValueSpan.Length > EntityId.TextLength * 6) return false;
        Span<byte> plain = stackalloc byte[EntityId.TextLength * 6];
        return EntityId.TryParse(plain[..reader.CopyString(plain)], out id);
    }

    private static HeartbeatRejection? ReadMetadata(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, PendingHeartbeat heartbeat)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.StartObject) return HeartbeatRejection.MetadataNoObject;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        var json = body[start..(int)reader.BytesConsumed];
        if (json.Length > LargestMetadata) return HeartbeatRejection.MetadataTooLarge;
        heartbeat.SetMetadata(json);
        return null;
    }

    private static HeartbeatRejection? ReadOccurredAt(ref Utf8JsonReader reader, PendingHeartbeat heartbeat)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        // Without an offset the moment would depend on the server's time zone.
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || !HasOffset(reader.ValueSpan)
            || !reader.TryGetDateTimeOffset(out var at))
            return HeartbeatRejection.OccurredAtNoTime;
        heartbeat.OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
        return null;
    }

    private static bool HasOffset(ReadOnlySpan<byte> time) =>
        time.Length > 10 && (time[^1] is (byte)'Z' or (byte)'z' || time[10..].IndexOfAny((byte)'+', (byte)'-') > 0);
}
