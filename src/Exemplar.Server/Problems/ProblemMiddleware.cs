using System.Diagnostics;
using Exemplar.Server.Hosting;
using Exemplar.Storage;
using Microsoft.AspNetCore.Connections;

namespace Exemplar.Server.Problems;

/// <summary>
/// The last word on everything that went wrong: an exception, or an error status that nobody gave a body, becomes a
/// problem. Unexpected exceptions are logged here and nowhere else.
/// </summary>
internal sealed partial class ProblemMiddleware(
    RequestDelegate next, StorageEngine engine, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ProblemMiddleware> logger)
{
    private readonly RepeatedLine _refusals = new();

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (ForBareStatus(context) is { } problem) await problem.ExecuteAsync(context);
        }
        catch (Exception exception) when (IsCutOff(context, exception))
        {
            Abandoned(exception.GetType().Name, context.Request.Path);
            // An empty answer would pass for a success.
            context.Abort();
        }
        catch (Exception exception)
        {
            await AnswerAsync(context, exception);
        }
    }

    private async Task AnswerAsync(HttpContext context, Exception exception)
    {
        var problem = For(context, exception);
        if (context.Response.HasStarted)
        {
            // Half an answer is out: only a broken connection can still say that it is not whole.
            context.Abort();
            return;
        }

        var allow = context.Response.Headers.Allow;
        context.Response.Clear();
        if (allow.Count > 0) context.Response.Headers.Allow = allow;
        await problem.ExecuteAsync(context);
    }

    private ProblemResult For(HttpContext context, Exception exception)
    {
        if (exception is BadHttpRequestException bad) return ForBadRequest(bad);
        if (engine.IsUnavailable(exception))
        {
            if (_refusals.MaySay(clock.GetUtcNow(), 1, out var count))
                StorageRefused(count, context.Request.Method, context.Request.Path, exception.GetBaseException().Message);
            return ProblemResult.StorageUnavailable();
        }

        var traceId = Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;
        Failed(exception, context.Request.Method, context.Request.Path, traceId);
        return new ProblemResult(ProblemKind.InternalError, "The server's log has the details under trace_id.") { TraceId = traceId };
    }

    /// <summary>
    /// The client is gone, or we are: a stop ends what does not end by itself in time. The connection may tell so before the
    /// request's token does, and what the request was using may be closed already.
    /// </summary>
    private bool IsCutOff(HttpContext context, Exception exception) =>
        context.RequestAborted.IsCancellationRequested
        || exception is ConnectionAbortedException or ConnectionResetException
        || (exception is OperationCanceledException or ObjectDisposedException && lifetime.ApplicationStopping.IsCancellationRequested);

    // Thrown by Kestrel while a body is read: too large, too slow, cut off, or badly framed.
    private static ProblemResult ForBadRequest(BadHttpRequestException exception) => exception.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new ProblemResult(ProblemKind.BodyTooLarge, exception.Message),
        StatusCodes.Status408RequestTimeout => new ProblemResult(ProblemKind.RequestTimeout, exception.Message),
        _ => new ProblemResult(ProblemKind.InvalidRequest, exception.Message),
    };

    private static ProblemResult? ForBareStatus(HttpContext context)
    {
        var response = context.Response;
        if (response.StatusCode < 400 || response.HasStarted || response.ContentType is not null || response.ContentLength > 0)
            return null;
        return response.StatusCode switch
        {
            StatusCodes.Status404NotFound => new ProblemResult(
                ProblemKind.NotFound, $"There is nothing at {context.Request.Path}."),
            StatusCodes.Status405MethodNotAllowed => new ProblemResult(
                ProblemKind.MethodNotAllowed, $"This address takes {response.Headers.Allow}."),
            _ => null,
        };
    }

    [LoggerMessage(1801, LogLevel.Error, "{Method} {Path} failed because of a fault in the server, trace id {TraceId}. Please report it.")]
    private partial void Failed(Exception exception, string method, string path, string traceId);

    [LoggerMessage(1802, LogLevel.Warning, "{Count} requests, the last {Method} {Path}, were answered with 503 because the database cannot be used. Check its disk space, its connection, and whether another program holds it. {Reason}")]
    private partial void StorageRefused(int count, string method, string path, string reason);

    [LoggerMessage(1803, LogLevel.Debug, "The client of {Path} went away, or the server stops ({Exception}).")]
    private partial void Abandoned(string exception, string path);
}
