using System.Net.Http;
using System.Net.Http.Headers;

namespace Exemplar.Client;

/// <summary>What one attempt came to.</summary>
/// <param name="Result">As if it were the only attempt.</param>
/// <param name="IsWorthAnother">Whether another attempt may heal it.</param>
/// <param name="RetryAfter">How long the server asked to wait.</param>
internal sealed record AttemptOutcome(HeartbeatResult Result, bool IsWorthAnother, TimeSpan? RetryAfter = null);

/// <summary>One request and its answer within a limit of time, whatever happens.</summary>
internal static class HeartbeatAttempt
{
    /// <summary>The code of an attempt that took too long.</summary>
    public const string TimedOut = "timeout";

    private static readonly MediaTypeWithQualityHeaderValue Json = new("application/json");

    /// <summary>Sends once.</summary>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled; a limit of ours is an outcome instead.</exception>
    public static async Task<AttemptOutcome> SendAsync(
        HttpClient http, Target target, byte[] body, TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timeout = clock.CancelAfter(limit);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = Request(target, body);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            var status = (int)response.StatusCode;
            var result = Answer.Read(status, await ReadAsync(response, either.Token).ConfigureAwait(false), target);
            return new AttemptOutcome(result, Answer.IsRetried(status), RetryWait.Read(RetryAfter(response), clock.GetUtcNow()));
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception exception)
        {
            return Fault(exception, timeout.IsCancellationRequested, target, limit);
        }
    }

    private static HttpRequestMessage Request(Target target, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, target.Heartbeats) { Content = content };
        request.Headers.Accept.Add(Json);
        request.Headers.TryAddWithoutValidation("User-Agent", target.UserAgent);
        request.Headers.TryAddWithoutValidation("X-API-Key", target.Key);
        return request;
    }

    /// <summary>The body; null when it is longer than any answer of ours.</summary>
    private static async Task<byte[]?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // Some streams of older frameworks hear of a cancellation only in this way.
        using var end = cancellationToken.Register(static answer => ((HttpResponseMessage)answer!).Dispose(), response);
#pragma warning disable CA2016, CA1835 // netstandard2.0 has only these.
        using var stream = await response.Content.ReadAsStreamAsync().ConfigureAwait(false);
        var buffer = new byte[Answer.MaxBytes + 1];
        var length = 0;
        while (length < buffer.Length)
        {
            var count = await stream.ReadAsync(buffer, length, buffer.Length - length, cancellationToken).ConfigureAwait(false);
            if (count == 0) break;
            length += count;
        }
#pragma warning restore CA2016, CA1835
        if (length > Answer.MaxBytes) return null;
        Array.Resize(ref buffer, length);
        return buffer;
    }

    private static string? RetryAfter(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Retry-After", out var values) ? values.FirstOrDefault() : null;

    private static AttemptOutcome Fault(Exception exception, bool timedOut, Target target, TimeSpan limit)
    {
        if (CertificateRejectedException.IsIn(exception))
            return new AttemptOutcome(Failure("certificate_rejected", "The server's certificate is not trusted for this address.", exception, target), false);
        if (timedOut || IsTimeout(exception))
            return new AttemptOutcome(Failure(TimedOut, $"The server did not answer within {limit.TotalSeconds:0.###} s.", null, target), true);
        return new AttemptOutcome(Failure("connection_failed", "The server could not be reached.", exception, target), true);
    }

    private static bool IsTimeout(Exception exception) =>
        exception is OperationCanceledException or TimeoutException || (exception.InnerException is { } inner && IsTimeout(inner));

    private static HeartbeatResult Failure(string code, string sentence, Exception? cause, Target target) => new()
    {
        Code = code,
        // Systems end their messages with a full stop or without; here it is one sentence after another.
        Error = cause is null ? sentence : $"{sentence} {target.Clean(Innermost(cause).Message)!.TrimEnd('.', ' ')}.",
    };

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;
}
