using System.Text.Json;
using System.Text.Json.Nodes;
using Exemplar.Core.Monitors;
using Exemplar.Core.Probes;

namespace Exemplar.Storage.Probes;

/// <summary>
/// A probe's configuration as the column <c>monitors.probe</c> holds it: JSON with its version, in words that do not change when the
/// code does. Headers and body are not in it.
/// </summary>
internal static class ProbeColumn
{
    private const int Version = 1;

    public static string? Write(ProbeConfiguration? probe)
    {
        if (probe is null) return null;
        var json = new JsonObject { ["v"] = Version, ["timeout_ms"] = (long)probe.Timeout.TotalMilliseconds, ["failures"] = probe.FailuresBeforeDown };
        switch (probe)
        {
            case EndpointProbe endpoint:
                json["url"] = endpoint.Url;
                json["method"] = endpoint.Method;
                json["headers"] = new JsonArray([.. endpoint.HeaderNames.Select(name => (JsonNode)name)]);
                json["has_body"] = endpoint.HasBody;
                json["status"] = endpoint.ExpectedStatus.Text;
                json["assertions"] = new JsonArray([.. endpoint.Assertions.Select(WriteAssertion)]);
                break;
            case SslProbe ssl:
                (json["host"], json["port"], json["warn_days"], json["fail_days"]) = (ssl.Host, ssl.Port, ssl.WarnDays, ssl.FailDays);
                break;
            case IcmpProbe icmp:
                (json["host"], json["count"]) = (icmp.Host, icmp.Count);
                break;
        }
        return json.ToJsonString();
    }

    /// <exception cref="JsonException">It was written by a newer version of Exemplar, or by nobody.</exception>
    public static ProbeConfiguration? Read(MonitorKind kind, string? column)
    {
        if (column is null || kind == MonitorKind.Heartbeat) return null;
        using var document = JsonDocument.Parse(column);
        var json = document.RootElement;
        if (json.GetProperty("v").GetInt32() != Version) throw new JsonException("The configuration of a probe is of a version that is not known.");
        var (timeout, failures) = (TimeSpan.FromMilliseconds(json.GetProperty("timeout_ms").GetInt64()), json.GetProperty("failures").GetInt32());
        return kind switch
        {
            MonitorKind.Endpoint => new EndpointProbe(
                Text(json, "url"), Text(json, "method"), [.. json.GetProperty("headers").EnumerateArray().Select(h => h.GetString()!)],
                json.GetProperty("has_body").GetBoolean(), ExpectedStatus.Parse(Text(json, "status")) ?? ExpectedStatus.Success,
                [.. json.GetProperty("assertions").EnumerateArray().Select(ReadAssertion)], timeout, failures),
            MonitorKind.Ssl => new SslProbe(Text(json, "host"), Number(json, "port"), Number(json, "warn_days"), Number(json, "fail_days"), timeout, failures),
            _ => new IcmpProbe(Text(json, "host"), Number(json, "count"), timeout, failures),
        };
    }

    private static JsonNode WriteAssertion(Assertion assertion) => new JsonObject
    {
        ["on"] = (int)assertion.On, ["name"] = assertion.Name, ["comparison"] = (int)assertion.Comparison, ["value"] = assertion.Value,
    };

    private static Assertion ReadAssertion(JsonElement json) => new(
        (AssertionSubject)Number(json, "on"), json.GetProperty("name").GetString(), (AssertionComparison)Number(json, "comparison"), Text(json, "value"));

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
