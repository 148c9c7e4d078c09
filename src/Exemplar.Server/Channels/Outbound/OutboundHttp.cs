using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
using Exemplar.Core.Deliveries;

namespace Exemplar.Server.Channels.Outbound;

/// <summary>
/// Sends HTTP requests on behalf of users: under the outbound policy, without proxies, cookies and redirects, within limits, and
/// with an outcome for everything that the other side may do.
/// </summary>
internal sealed class OutboundHttp : IDisposable
{
    /// <summary>Longer than this nobody can make us wait, in Retry-After.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    // The framework keeps them apart, and takes each in its place only.
    private static readonly HashSet<string> ContentHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Allow", "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Location", "Content-MD5", "Content-Range", "Expires", "Last-Modified",
    };

    private readonly OutboundLimits _limits;
    private readonly TimeProvider _clock;
    private readonly HttpMessageInvoker _http;

    public OutboundHttp(OutboundConnector connector, OutboundLimits limits, OutboundTrust trust, TimeProvider clock)
    {
        _limits = limits;
        _clock = clock;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = limits.Connect,
            // A name may move to another address; and a connection that nobody uses is dropped before the other side does it.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
            MaxConnectionsPerServer = limits.ConnectionsPerHost,
            MaxResponseHeadersLength = 32,
            MaxResponseDrainSize = limits.BodyBytes,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust.ChainPolicy() },
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            ConnectCallback = async (context, cancellationToken) => new System.Net.Sockets.NetworkStream(
                await connector.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken), ownsSocket: true),
        });
    }

    /// <summary>Sends once. Only being cancelled throws.</summary>
    /// <param name="request">What to send.</param>
    /// <param name="mask">Takes the secrets out of the outcome.</param>
    /// <param name="cancellationToken">The caller's limit of time.</param>
    public async Task<OutboundAnswer> SendAsync(OutboundRequest request, SecretMask mask, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(request.Address, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return Failed(new DeliveryOutcome.Refused("The address is no http or https address."));
        using var limit = new CancellationTokenSource(_limits.Answer, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var message = Message(request, address);
            using var response = await _http.SendAsync(message, both.Token);
            return await ReadAsync(response, mask, request.MostBytes ?? _limits.BodyBytes, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(new DeliveryOutcome.Retry(limit.IsCancellationRequested
                ? $"{mask.Clean(address.Host)} did not answer within {_limits.Answer.TotalSeconds:0.#} s."
                : $"No connection to {mask.Clean(address.Host)} within {_limits.Connect.TotalSeconds:0.#} s."));
        }
        catch (Exception exception) when (exception is not OperationCanceledException && OutboundFault.For(exception, address.Host) is { } fault)
        {
            // Being cancelled can show as a broken connection.
            cancellationToken.ThrowIfCancellationRequested();
            return Failed(fault is DeliveryOutcome.Refused
                ? new DeliveryOutcome.Refused(mask.Clean(fault.Detail))
                : new DeliveryOutcome.Retry(mask.Clean(fault.Detail)));
        }
    }

    public void Dispose() => _http.Dispose();

    private static OutboundAnswer Failed(DeliveryOutcome outcome) => new(0, "", outcome);

    private static HttpRequestMessage Message(OutboundRequest request, Uri address)
    {
        var message = new HttpRequestMessage(request.Method, address)
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("Exemplar", "1"));
        foreach (var (name, value) in request.Headers)
        {
            HttpHeaders? headers = ContentHeaders.Contains(name) ? message.Content?.Headers : message.Headers;
            headers?.Remove(name);
            // No value can end its line: what comes from users is checked where it is configured, and once more here.
            headers?.TryAddWithoutValidation(name, PlainText.Line(value));
        }
        return message;
    }

    private async Task<OutboundAnswer> ReadAsync(HttpResponseMessage response, SecretMask mask, int mostBytes, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var (body, wasCut) = await BodyAsync(response, mostBytes, cancellationToken);
        var detail = status is >= 300 and < 400 && response.Headers.Location is { } to
            ? $"HTTP {status}: redirects to {(to.IsAbsoluteUri ? to.GetLeftPart(UriPartial.Authority) : "another path")}; redirects are not followed, configure the final address."
            : $"HTTP {status}" + (body.Length > 0 ? $": {body}" : response.ReasonPhrase is { Length: > 0 } reason ? $" {reason}" : "");
        return new OutboundAnswer(status, body, OutboundAnswer.Classify(status, mask.Clean(detail, wasCut), After(response.Headers.RetryAfter)))
        {
            Headers = response.Headers.GroupBy(header => header.Key.ToLowerInvariant(), StringComparer.Ordinal)
                .ToDictionary(same => same.Key, same => string.Join(", ", same.SelectMany(header => header.Value)), StringComparer.Ordinal),
        };
    }

    // The status says whether it was taken; a body that does not come only leaves the detail short.
    private async Task<(string Body, bool WasCut)> BodyAsync(HttpResponseMessage response, int mostBytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[mostBytes];
        var length = 0;
        using var limit = new CancellationTokenSource(_limits.Body, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(both.Token);
            while (length < buffer.Length)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(length), both.Token);
                if (read == 0) return (Encoding.UTF8.GetString(buffer, 0, length), false);
                length += read;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
        }
        return (Encoding.UTF8.GetString(buffer, 0, length), true);
    }

    private TimeSpan? After(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date is { } date ? date - _clock.GetUtcNow() : null);
        return wait is not { } positive || positive <= TimeSpan.Zero ? null : positive < LongestWait ? positive : LongestWait;
    }

    /// <summary>Reads a number of seconds, as some services name their wait; null when it is none.</summary>
    public static TimeSpan? Seconds(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 1e6
            ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds))
            : null;
}
