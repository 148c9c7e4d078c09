using System.Text.Json;
using System.Text.Unicode;
using Exemplar.Core.Ids;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Storage.Heartbeats;

namespace Exemplar.Server.Heartbeats;

/// <summary>Reads the body of a heartbeat straight from its bytes into the entry; no string is made on the way.</summary>
internal static class HeartbeatRequest
{
    /// <summary>The largest body, in bytes.</summary>
    public const int LargestBody = 64 * 1024;

    /// <summary>The largest metadata, in bytes of JSON as it was sent.</summary>
    public const int LargestMetadata = 16 * 1024;

    private const int LongestMoment = 40;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 64 };

    /// <summary>Fills the entry from a whole body; the reason, with every bad field, when it cannot be.</summary>
    public static HeartbeatRejection? Read(ReadOnlySpan<byte> body, HeartbeatEntry heartbeat)
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

    private static HeartbeatRejection? ReadObject(ReadOnlySpan<byte> body, HeartbeatEntry heartbeat)
    {
        var reader = new Utf8JsonReader(body, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return HeartbeatRejection.NotJson;

        var fields = new Fields(body, heartbeat);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) fields.Read(ref reader);
        // Nothing but white space may follow the object; anything else makes this throw.
        reader.Read();
        return fields.Rejection();
    }

    /// <summary>The fields as they come by. Faults are collected, and reading goes on to the end: a body that is no JSON is that before anything else.</summary>
    private ref struct Fields(ReadOnlySpan<byte> body, HeartbeatEntry heartbeat)
    {
        private readonly ReadOnlySpan<byte> _body = body;
        private bool _hasMonitorId;
        private bool _hasMetadata;
        private bool _hasOccurredAt;
        private bool _metadataTooLarge;
        private FieldErrors? _errors;

        public void Read(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals("monitor_id"u8))
            {
                reader.Read();
                if (IsFirst(ref _hasMonitorId, "monitor_id")) ReadMonitorId(ref reader);
            }
            else if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                if (IsFirst(ref _hasMetadata, "metadata")) ReadMetadata(ref reader);
            }
            else if (reader.ValueTextEquals("occurred_at"u8))
            {
                reader.Read();
                if (IsFirst(ref _hasOccurredAt, "occurred_at")) ReadOccurredAt(ref reader);
            }
            else reader.Read();
            reader.Skip();
        }

        public readonly HeartbeatRejection? Rejection()
        {
            var errors = _errors;
            if (!_hasMonitorId) (errors ??= new FieldErrors()).Add("monitor_id", "is required");
            if (errors is not null && !_metadataTooLarge) return HeartbeatRejection.Invalid(errors);
            return _metadataTooLarge
                ? new HeartbeatRejection(ProblemKind.MetadataTooLarge, "metadata must be at most 16 KiB of JSON.", errors)
                : null;
        }

        private void ReadMonitorId(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.String && TryParseId(ref reader, out var id)) heartbeat.MonitorId = id;
            else Add("monitor_id", "must be a string of 24 hex digits");
        }

        private void ReadMetadata(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.Null) return;
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                Add("metadata", "must be a JSON object");
                return;
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var json = _body[start..(int)reader.BytesConsumed];
            if (json.Length <= LargestMetadata)
            {
                heartbeat.SetMetadata(json);
                return;
            }
            _metadataTooLarge = true;
            Add("metadata", "must be at most 16 KiB of JSON");
        }

        private void ReadOccurredAt(ref Utf8JsonReader reader)
        {
            if (reader.TokenType == JsonTokenType.Null) return;
            // Without an offset the moment would depend on the server's time zone.
            if (reader.TokenType == JsonTokenType.String && TryParseMoment(ref reader, out var at))
                heartbeat.OccurredAt = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
            else Add("occurred_at", "must be an RFC 3339 time such as 2026-11-23T05:00:00.000Z");
        }

        private bool IsFirst(ref bool seen, string field)
        {
            if (seen) Add(field, "must be given once");
            return !seen && (seen = true);
        }

        private void Add(string field, string fault) => (_errors ??= new FieldErrors()).Add(field, fault);
    }

    private static bool TryParseId(ref Utf8JsonReader reader, out EntityId id)
    {
        if (!reader.ValueIsEscaped) return EntityId.TryParse(reader.ValueSpan, out id);
        id = default;
        // Escapes only ever make it longer: six characters for one at most.
        if (reader.ValueSpan.Length > EntityId.TextLength * 6) return false;
        Span<byte> plain = stackalloc byte[EntityId.TextLength * 6];
        try
        {
            return EntityId.TryParse(plain[..reader.CopyString(plain)], out id);
        }
        catch (InvalidOperationException)
        {
            // An escape that is half a surrogate pair has no text.
            return false;
        }
    }

    // Some writers of JSON escape the plus of an offset, that of .NET among them.
    private static bool TryParseMoment(ref Utf8JsonReader reader, out DateTimeOffset at)
    {
        if (!reader.ValueIsEscaped) return reader.TryGetDateTimeOffset(out at) && HasOffset(reader.ValueSpan);
        at = default;
        if (reader.ValueSpan.Length > LongestMoment * 6) return false;
        Span<byte> plain = stackalloc byte[LongestMoment * 6];
        try
        {
            return HasOffset(plain[..reader.CopyString(plain)]) && reader.TryGetDateTimeOffset(out at);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool HasOffset(ReadOnlySpan<byte> time) =>
        time.Length > 10 && (time[^1] is (byte)'Z' or (byte)'z' || time[10..].IndexOfAny((byte)'+', (byte)'-') > 0);
}
