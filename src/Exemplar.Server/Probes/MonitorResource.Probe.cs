using System.Text.Json.Serialization;
using Exemplar.Core.Probes;
using Exemplar.Server.Probes;

namespace Exemplar.Server.Monitors;

/// <summary>What a monitor has that is probed. Left out where the kind has no such field.</summary>
internal sealed partial record MonitorResource
{
    /// <summary>How often it is probed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? IntervalMinutes { get; init; }

    /// <summary>How long one attempt may take.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TimeoutSeconds { get; init; }

    /// <summary>So many failures in a row make it down.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? FailuresBeforeDown { get; init; }

    /// <summary>endpoint: what is asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Url { get; init; }

    /// <summary>endpoint</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Method { get; init; }

    /// <summary>endpoint: the names of the headers that are sent. Their values are secret and never come back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? HeadersSet { get; init; }

    /// <summary>endpoint: whether a body is sent. It is secret and never comes back.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? BodySet { get; init; }

    /// <summary>endpoint: which answers are good.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ExpectedStatus { get; init; }

    /// <summary>endpoint: what else must hold of the answer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AssertionResource>? Assertions { get; init; }

    /// <summary>ssl and icmp</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Host { get; init; }

    /// <summary>ssl</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Port { get; init; }

    /// <summary>ssl: so many days before its end a certificate is a warning.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? WarnDays { get; init; }

    /// <summary>ssl: so many days before its end it is a failure.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? FailDays { get; init; }

    /// <summary>icmp: how many requests are sent each time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Count { get; init; }

    private MonitorResource With(TimeSpan interval, ProbeConfiguration? probe)
    {
        if (probe is null) return this;
        var common = this with
        {
            ExpectedIntervalMinutes = null, GracePeriodMinutes = null, Starts = null,
            IntervalMinutes = Minutes(interval), TimeoutSeconds = (int)probe.Timeout.TotalSeconds, FailuresBeforeDown = probe.FailuresBeforeDown,
        };
        return probe switch
        {
            EndpointProbe e => common with
            {
                Url = e.Url, Method = e.Method, HeadersSet = e.HeaderNames, BodySet = e.HasBody, ExpectedStatus = e.ExpectedStatus.Text,
                Assertions = [.. e.Assertions.Select(AssertionResource.Of)],
            },
            SslProbe s => common with { Host = s.Host, Port = s.Port, WarnDays = s.WarnDays, FailDays = s.FailDays },
            IcmpProbe i => common with { Host = i.Host, Count = i.Count },
            _ => common,
        };
    }
}

// Only for the documentation: ProbeFields reads it field by field.
internal sealed partial record MonitorCreation
{
    /// <summary>endpoint, ssl and icmp: how often it is probed, 1 second (0.0167) to 400 days. Left out: 1.</summary>
    public double? IntervalMinutes { get; init; }

    /// <summary>endpoint, ssl and icmp: 1 to 60. Left out: 10.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>endpoint, ssl and icmp: so many failures in a row make it down, 1 to 10. Left out: 1.</summary>
    public int? FailuresBeforeDown { get; init; }

    /// <summary>endpoint: an http or https address.</summary>
    public string? Url { get; init; }

    /// <summary>endpoint: GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS. Left out: GET.</summary>
    public string? Method { get; init; }

    /// <summary>endpoint: up to 30. Kept encrypted; the values never come back.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>endpoint: up to 16384 characters. Kept encrypted; it never comes back.</summary>
    public string? Body { get; init; }

    /// <summary>endpoint: statuses and ranges such as "200-299, 304". Left out: 200-299.</summary>
    public string? ExpectedStatus { get; init; }

    /// <summary>endpoint: up to 20.</summary>
    public IReadOnlyList<AssertionResource>? Assertions { get; init; }

    /// <summary>ssl and icmp: a host name or an address.</summary>
    public string? Host { get; init; }

    /// <summary>ssl: 1 to 65535. Left out: 443.</summary>
    public int? Port { get; init; }

    /// <summary>ssl: 1 to 365. Left out: 21.</summary>
    public int? WarnDays { get; init; }

    /// <summary>ssl: 0 to warn_days. Left out: 7.</summary>
    public int? FailDays { get; init; }

    /// <summary>icmp: 1 to 10. Left out: 3.</summary>
    public int? Count { get; init; }
}

// Only for the documentation: ProbeFields reads it field by field.
internal sealed partial record MonitorEdit
{
    /// <summary>endpoint, ssl and icmp</summary>
    public double? IntervalMinutes { get; init; }

    /// <summary>endpoint, ssl and icmp</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>endpoint, ssl and icmp</summary>
    public int? FailuresBeforeDown { get; init; }

    /// <summary>endpoint</summary>
    public string? Url { get; init; }

    /// <summary>endpoint</summary>
    public string? Method { get; init; }

    /// <summary>endpoint: merged into those that there are; null in place of a value takes a header away, null in place of the object all of them.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>endpoint: null takes it away.</summary>
    public string? Body { get; init; }

    /// <summary>endpoint</summary>
    public string? ExpectedStatus { get; init; }

    /// <summary>endpoint: replaces all of them.</summary>
    public IReadOnlyList<AssertionResource>? Assertions { get; init; }

    /// <summary>ssl and icmp</summary>
    public string? Host { get; init; }

    /// <summary>ssl</summary>
    public int? Port { get; init; }

    /// <summary>ssl</summary>
    public int? WarnDays { get; init; }

    /// <summary>ssl</summary>
    public int? FailDays { get; init; }

    /// <summary>icmp</summary>
    public int? Count { get; init; }
}
