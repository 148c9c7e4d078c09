using System.Text.Json;
using Exemplar.Core.Monitors;
using Exemplar.Core.Probes;
using Exemplar.Server.Channels.Outbound;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Probes;

/// <summary>
/// Reads a probe's configuration out of a request, merged into what the monitor has: a field that is left out keeps its value. Whoever
/// calls looks at the errors before using what was read.
/// </summary>
/// <param name="fields">The request.</param>
/// <param name="policy">Where probes may connect to.</param>
/// <param name="present">What the monitor has; null for a new one.</param>
internal sealed class ProbeFields(JsonFields fields, OutboundPolicy policy, ProbeConfiguration? present)
{
    // What the promise of a job is made of; a probe has none of it.
    private static readonly string[] OfHeartbeats = ["expected_interval_minutes", "grace_period_minutes", "starts"];

    public TimeSpan? Interval() => fields.Minutes("interval_minutes");

    /// <param name="kind">Of the monitor.</param>
    /// <param name="stored">The secrets that an endpoint has.</param>
    /// <param name="secrets">Those that it is to have; the very same where nothing changes them.</param>
    public ProbeConfiguration Read(MonitorKind kind, EndpointSecrets stored, out EndpointSecrets secrets)
    {
        foreach (var field in OfHeartbeats)
            if (fields.Has(field)) fields.Errors.Add(field, "is for heartbeat monitors; this kind has interval_minutes");
        secrets = stored;
        var timeout = fields.Integer("timeout_seconds", 1, ProbeConfiguration.LongestTimeoutSeconds) is { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : present?.Timeout ?? TimeSpan.FromSeconds(ProbeConfiguration.DefaultTimeoutSeconds);
        var failures = fields.Integer("failures_before_down", 1, ProbeConfiguration.MostFailures) ?? present?.FailuresBeforeDown ?? ProbeConfiguration.DefaultFailures;
        return kind switch
        {
            MonitorKind.Endpoint => ReadEndpoint(present as EndpointProbe, timeout, failures, ref secrets),
            MonitorKind.Ssl => ReadSsl(present as SslProbe, timeout, failures),
            _ => new IcmpProbe(
                Host((present as IcmpProbe)?.Host), fields.Integer("count", 1, IcmpProbe.MostCount) ?? (present as IcmpProbe)?.Count ?? IcmpProbe.DefaultCount,
                timeout, failures),
        };
    }

    private EndpointProbe ReadEndpoint(EndpointProbe? before, TimeSpan timeout, int failures, ref EndpointSecrets secrets)
    {
        var url = Url() ?? before?.Url ?? "";
        var method = Method() ?? before?.Method ?? EndpointProbe.DefaultMethod;
        secrets = secrets with { Headers = Headers(secrets.Headers), Body = Body(secrets.Body) };
        if (method == "HEAD" && secrets.Body is not null) fields.Errors.Add("body", "cannot be sent with HEAD");
        var status = ExpectedStatus.Success;
        if (fields.Line("expected_status", 1, 200) is { } text)
        {
            if (ExpectedStatus.Parse(text) is { } parsed) status = parsed;
            else fields.Errors.Add("expected_status", ExpectedStatus.Rule);
        }
        else if (before is not null) status = before.ExpectedStatus;
        return new EndpointProbe(
            url, method, [.. secrets.Headers.Keys], secrets.Body is not null, status, AssertionFields.Read(fields) ?? before?.Assertions ?? [], timeout, failures);
    }

    private SslProbe ReadSsl(SslProbe? before, TimeSpan timeout, int failures)
    {
        var host = Host(before?.Host);
        var port = fields.Integer("port", 1, 65_535) ?? before?.Port ?? SslProbe.DefaultPort;
        var warn = fields.Integer("warn_days", 1, SslProbe.MostDays) ?? before?.WarnDays ?? SslProbe.DefaultWarnDays;
        var fail = fields.Integer("fail_days", 0, SslProbe.MostDays) ?? before?.FailDays ?? SslProbe.DefaultFailDays;
        if (fail > warn)
            fields.Errors.Add(fields.Has("fail_days") ? "fail_days" : "warn_days", $"must leave fail_days ({fail}) at or below warn_days ({warn})");
        return new SslProbe(host, port, warn, fail, timeout, failures);
    }

    private string? Url()
    {
        if (present is null) fields.Require("url");
        if (fields.Line("url", 1, EndpointProbe.LongestUrl) is not { } url) return null;
        var fault = EndpointProbe.FaultOfUrl(url) ?? Refusal(new Uri(url).IdnHost);
        if (fault is not null) fields.Errors.Add("url", fault);
        return url;
    }

    private string Host(string? before)
    {
        if (present is null) fields.Require("host");
        if (fields.Line("host", 1, ProbeHost.Longest) is not { } host) return before ?? "";
        if ((ProbeHost.Fault(host) ?? Refusal(host)) is { } fault) fields.Errors.Add("host", fault);
        return host;
    }

    private string? Refusal(string host) => policy.RefusalOfHost(host) is { } refusal
        ? $"must be a public address: {host} {refusal}; the operator can allow it with {OutboundPolicy.Setting}"
        : null;

    private string? Method()
    {
        if (fields.Line("method", 1, 20) is not { } text) return null;
        var method = text.ToUpperInvariant();
        if (EndpointProbe.Methods.Contains(method, StringComparer.Ordinal)) return method;
        fields.Errors.Add("method", $"must be one of {string.Join(", ", EndpointProbe.Methods)}");
        return null;
    }

    // Null or nothing takes the body away.
    private string? Body(string? before)
    {
        if (!fields.Has("body")) return before;
        if (fields.IsNull("body")) return null;
        return fields.Lines("body", EndpointProbe.LongestBody) is { Length: > 0 } body ? body : null;
    }

    // Merged as RFC 7396 says: a pair that is left out stays, null or nothing takes it away.
    private Dictionary<string, string> Headers(IReadOnlyDictionary<string, string> before)
    {
        var headers = new Dictionary<string, string>(before, StringComparer.OrdinalIgnoreCase);
        if (!fields.Has("headers")) return headers;
        if (fields.IsNull("headers")) return new(StringComparer.OrdinalIgnoreCase);
        var given = fields.Element("headers");
        if (given.ValueKind != JsonValueKind.Object)
        {
            fields.Errors.Add("headers", "must be an object of strings");
            return headers;
        }
        foreach (var pair in given.EnumerateObject())
        {
            if (Decoded(pair) is not var (name, value)) fields.Errors.Add("headers", "must be an object of strings");
            else if (EndpointProbe.FaultOfHeaderName(name) is { } fault) fields.Errors.Add("headers", fault);
            else if (string.IsNullOrEmpty(value)) headers.Remove(name);
            // The value may be a secret and is not repeated.
            else if (EndpointProbe.FaultOfHeader(value) is { } wrong) fields.Errors.Add($"headers.{name}", wrong);
            else headers[name] = value;
        }
        if (headers.Count > EndpointProbe.MostHeaders) fields.Errors.Add("headers", $"must hold at most {EndpointProbe.MostHeaders} headers");
        return headers;
    }

    private static (string Name, string? Value)? Decoded(JsonProperty pair)
    {
        try
        {
            return pair.Value.ValueKind switch
            {
                JsonValueKind.String => (pair.Name, pair.Value.GetString()!.Trim()),
                JsonValueKind.Null => (pair.Name, null),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, such as "\ud800": valid JSON and yet no text.
            return null;
        }
    }
}
