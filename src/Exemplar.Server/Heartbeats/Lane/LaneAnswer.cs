using System.Buffers.Text;
using System.Text.Json;
using Exemplar.Server.Json;
using Exemplar.Server.Problems;
using Exemplar.Storage.Heartbeats;

namespace Exemplar.Server.Heartbeats.Lane;

/// <summary>Writes whole HTTP answers, as Kestrel sends them for the same request.</summary>
internal static class LaneAnswer
{
    /// <summary>Room that every answer fits in.</summary>
    public const int LargestLength = 1024;

    private static readonly byte[] Unavailable = JsonSerializer.SerializeToUtf8Bytes(HeartbeatRejection.StorageUnavailable.ToProblem().Body, ApiJson.Wire.Problem);

    /// <summary>The answer to a stored heartbeat; how many bytes it took.</summary>
    public static int Write(HeartbeatEntry heartbeat, Span<byte> destination)
    {
        Span<byte> body = stackalloc byte[HeartbeatAnswer.LargestLength];
        body = body[..HeartbeatAnswer.Write(heartbeat, body)];
        return Write("200 OK\r\nContent-Type: application/json"u8, body, heartbeat.ReceivedAt, destination);
    }

    /// <summary>The answer to one that could not be stored; how many bytes it took.</summary>
    public static int WriteUnavailable(DateTimeOffset now, Span<byte> destination) => Write(
        "503 Service Unavailable\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\nRetry-After: 1"u8,
        Unavailable, now, destination);

    private static int Write(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body, DateTimeOffset now, Span<byte> destination)
    {
        var length = 0;
        Append("HTTP/1.1 "u8, destination, ref length);
        Append(head, destination, ref length);
        Append("\r\nDate: "u8, destination, ref length);
        Utf8Formatter.TryFormat(now, destination[length..], out var written, 'R');
        length += written;
        Append("\r\nContent-Length: "u8, destination, ref length);
        Utf8Formatter.TryFormat(body.Length, destination[length..], out written);
        length += written;
        Append("\r\n\r\n"u8, destination, ref length);
        Append(body, destination, ref length);
        return length;
    }

    private static void Append(ReadOnlySpan<byte> text, Span<byte> destination, ref int length)
    {
        text.CopyTo(destination[length..]);
        length += text.Length;
    }
}
