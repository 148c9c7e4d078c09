using Exemplar.Core.Tokens;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Heartbeats;
using Microsoft.Extensions.ObjectPool;

namespace Exemplar.Server.Heartbeats;

/// <summary>
/// <c>POST /api/monitoring/heartbeat</c>, the hot path: token, body, batch, answer. Everything on it is pooled or on the
/// stack, and nothing is asked of the database but the commit that all heartbeats of the moment share.
/// </summary>
internal sealed class HeartbeatEndpoint(TokenGate tokens, HeartbeatIntake intake, ObjectPool<PendingHeartbeat> pool)
{
    public async Task HandleAsync(HttpContext context)
    {
        var verdict = await tokens.CheckAsync(context, TokenScopes.Heartbeat);
        if (!verdict.IsAllowed)
        {
            await verdict.ToProblem(TokenScopes.Heartbeat).ExecuteAsync(context);
            return;
        }

        var heartbeat = pool.Get();
        heartbeat.OrganizationNumber = verdict.Token.OrganizationNumber;
        var rejection = await HeartbeatReader.ReadAsync(context, heartbeat) ?? await StoreAsync(heartbeat);
        if (rejection is null) Answer(context.Response, heartbeat);
        // Not in a finally: after an exception the writer may still hold it, and a lost one costs only its memory.
        pool.Return(heartbeat);
        if (rejection is not null) await rejection.ToProblem().ExecuteAsync(context);
    }

    private async ValueTask<HeartbeatRejection?> StoreAsync(PendingHeartbeat heartbeat)
    {
        switch (intake.TryAccept(heartbeat))
        {
            case Acceptance.Refused: return HeartbeatRejection.StorageUnavailable;
            case Acceptance.OccurredTooLongAgo: return HeartbeatRejection.OccurredTooLongAgo;
            case Acceptance.OccurredInFuture: return HeartbeatRejection.OccurredInFuture;
        }

        if (!await heartbeat.Wait()) return HeartbeatRejection.StorageUnavailable;
        return heartbeat.Outcome switch
        {
            HeartbeatOutcome.Stored => null,
            HeartbeatOutcome.NotAHeartbeatMonitor => HeartbeatRejection.NotAHeartbeatMonitor,
            _ => HeartbeatRejection.MonitorNotFound,
        };
    }

    private static void Answer(HttpResponse response, PendingHeartbeat heartbeat)
    {
        var length = HeartbeatAnswer.Write(heartbeat, response.BodyWriter.GetSpan(HeartbeatAnswer.LargestLength));
        response.ContentType = "application/json";
        response.ContentLength = length;
        response.BodyWriter.Advance(length);
        // No flush: the server sends headers and body together at the end of the request.
    }
}
