using System.Globalization;
using Exemplar.Core.Monitors;
using Exemplar.Core.Probes;
using Exemplar.Server.Console.Channels;
using Exemplar.Server.Console.Schedules;

namespace Exemplar.Server.Console.Probes;

/// <summary>One condition as it is typed.</summary>
public sealed class AssertionRow
{
    public string On { get; set; } = "body";

    public string Name { get; set; } = "";

    public string Comparison { get; set; } = "contains";

    public string Value { get; set; } = "";
}

/// <summary>
/// What somebody typed about a probe, as the dialog holds it. The values of headers and the body never get in here, only that there are
/// some.
/// </summary>
public sealed class ProbeForm
{
    public string Interval { get; set; } = TimeWords.Exact(ProbeConfiguration.DefaultInterval);

    public string Timeout { get; set; } = Number(ProbeConfiguration.DefaultTimeoutSeconds);

    public string Failures { get; set; } = Number(ProbeConfiguration.DefaultFailures);

    public string Url { get; set; } = "";

    public string Method { get; set; } = EndpointProbe.DefaultMethod;

    public List<PairRow> Headers { get; } = [];

    public string Body { get; set; } = "";

    /// <summary>Whether a body is there that stays unless another one is typed.</summary>
    public bool HasBody { get; private set; }

    public bool RemovesBody { get; set; }

    public string ExpectedStatus { get; set; } = Core.Probes.ExpectedStatus.Success.Text;

    public List<AssertionRow> Assertions { get; } = [];

    public string Host { get; set; } = "";

    public string Port { get; set; } = Number(SslProbe.DefaultPort);

    public string WarnDays { get; set; } = Number(SslProbe.DefaultWarnDays);

    public string FailDays { get; set; } = Number(SslProbe.DefaultFailDays);

    public string Count { get; set; } = Number(IcmpProbe.DefaultCount);

    /// <param name="monitor">Whose probe it is.</param>
    /// <param name="isCopy">Whether another monitor is to be made like it: secrets do not go along.</param>
    public static ProbeForm Of(MonitorDefinition monitor, bool isCopy)
    {
        var form = new ProbeForm { Interval = TimeWords.Exact(monitor.Schedule.Interval) };
        if (monitor.Probe is not { } probe) return form;
        (form.Timeout, form.Failures) = (Number((int)probe.Timeout.TotalSeconds), Number(probe.FailuresBeforeDown));
        switch (probe)
        {
            case EndpointProbe endpoint:
                (form.Url, form.Method, form.ExpectedStatus) = (endpoint.Url, endpoint.Method, endpoint.ExpectedStatus.Text);
                form.HasBody = endpoint.HasBody && !isCopy;
                form.Headers.AddRange(endpoint.HeaderNames.Select(name => new PairRow { Name = name, IsStored = !isCopy }));
                form.Assertions.AddRange(endpoint.Assertions.Select(a => new AssertionRow
                {
                    On = Spelling.Of(a.On), Name = a.Name ?? "", Comparison = Spelling.Of(a.Comparison), Value = a.Value,
                }));
                break;
            case SslProbe ssl:
                (form.Host, form.Port, form.WarnDays, form.FailDays) = (ssl.Host, Number(ssl.Port), Number(ssl.WarnDays), Number(ssl.FailDays));
                break;
            case IcmpProbe icmp:
                (form.Host, form.Count) = (icmp.Host, Number(icmp.Count));
                break;
        }
        return form;
    }

    /// <summary>Adds the fields as the API names them.</summary>
    public void AddTo(Dictionary<string, object?> fields, MonitorKind kind)
    {
        fields["interval_minutes"] = string.IsNullOrWhiteSpace(Interval) ? null : TimeWords.Minutes(Interval) ?? (object)Interval;
        (fields["timeout_seconds"], fields["failures_before_down"]) = (Typed(Timeout), Typed(Failures));
        switch (kind)
        {
            case MonitorKind.Endpoint:
                (fields["url"], fields["method"], fields["expected_status"]) = (Url, Method, ExpectedStatus);
                fields["headers"] = HeaderFields();
                if (Body.Length > 0 || RemovesBody) fields["body"] = Body;
                fields["assertions"] = Assertions.Select(a => new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["on"] = a.On, ["name"] = a.Name.Length == 0 ? null : a.Name, ["comparison"] = a.Comparison, ["value"] = a.Value,
                }).ToList();
                break;
            case MonitorKind.Ssl:
                (fields["host"], fields["port"], fields["warn_days"], fields["fail_days"]) = (Host, Typed(Port), Typed(WarnDays), Typed(FailDays));
                break;
            default:
                (fields["host"], fields["count"]) = (Host, Typed(Count));
                break;
        }
    }

    private Dictionary<string, string?> HeaderFields()
    {
        var pairs = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var row in Headers)
        {
            if (row.IsRemoved) pairs[row.Name] = null;
            else if (row.Value.Length > 0) pairs[row.Name.Trim()] = row.Value;
        }
        return pairs;
    }

    // What is no number goes on as it was typed, so that the rules of the API say what is wrong with it.
    private static object? Typed(string text) => string.IsNullOrWhiteSpace(text)
        ? null
        : int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : text;

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
