using System.Buffers;
using Microsoft.AspNetCore.Http.Features;

namespace Exemplar.Server.Heartbeats;

/// <summary>Gets the whole body of a heartbeat, up to its limit, without copying where it lies in one piece.</summary>
internal static class HeartbeatReader
{
    /// <summary>Reads to the end and parses; the reason when the body is too large, too slow or not a heartbeat.</summary>
    public static async ValueTask<HeartbeatRejection?> ReadAsync(HttpContext context, PendingHeartbeat heartbeat)
    {
        if (context.Request.ContentLength > HeartbeatRequest.LargestBody) return HeartbeatRejection.BodyTooLarge;
        // Our own limit has a clear answer; the server's own would cut the connection.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = null;

        var reader = context.Request.BodyReader;
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync(context.RequestAborted);
                var buffer = read.Buffer;
                if (buffer.Length > HeartbeatRequest.LargestBody)
                {
                    reader.AdvanceTo(buffer.End);
                    return HeartbeatRejection.BodyTooLarge;
                }
                if (read.IsCompleted)
                {
                    var rejection = Parse(buffer, heartbeat);
                    reader.AdvanceTo(buffer.End);
                    return rejection;
                }
                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        catch (BadHttpRequestException exception)
        {
            return exception.StatusCode == StatusCodes.Status408RequestTimeout ? HeartbeatRejection.BodyTooSlow : HeartbeatRejection.BodyCutOff;
        }
    }

    private static HeartbeatRejection? Parse(ReadOnlySequence<byte> body, PendingHeartbeat heartbeat)
    {
        if (body.IsSingleSegment) return HeartbeatRequest.Read(body.FirstSpan, heartbeat);
        var rented = ArrayPool<byte>.Shared.Rent((int)body.Length);
        try
        {
            body.CopyTo(rented);
            return HeartbeatRequest.Read(rented.AsSpan(0, (int)body.Length), heartbeat);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
