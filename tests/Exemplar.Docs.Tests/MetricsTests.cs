using System.Text.RegularExpressions;
using Exemplar.Docs.Tests.Support;

namespace Exemplar.Docs.Tests;

/// <summary>The table of metrics in docs/operations.md is what the server shows.</summary>
public sealed partial class MetricsTests(QuickStart quickStart)
{
    [Fact]
    public void Every_documented_counter_and_gauge_is_shown_by_a_fresh_server()
    {
        var documented = Documented().Where(metric => metric.Type != "histogram").ToList();
        Assert.NotEmpty(documented);
        Assert.Equal(documented.Order(), Shown(quickStart.FreshMetrics).Where(metric => metric.Type != "histogram").Order());
    }

    [Fact]
    public void A_counter_that_never_fired_is_zero()
    {
        var counters = Documented().Where(metric => metric.Type == "counter").ToList();
        Assert.NotEmpty(counters);
        Assert.All(counters, counter =>
            Assert.Matches($@"(?m)^{counter.Name}(\{{[^}}]*\}})? 0( \d+)?$", quickStart.FreshMetrics));
    }

    [Fact]
    public async Task Every_documented_metric_is_shown_after_a_heartbeat_and_a_miss_and_every_shown_one_is_documented()
    {
        var shown = Shown(await quickStart.Http.GetStringAsync("/metrics"));
        Assert.Contains("histogram", shown.Select(metric => metric.Type));
        Assert.Equal(Documented().Order(), shown.Order());
    }

    private static List<(string Name, string Type)> Documented() =>
    [
        .. Document.Read("docs/operations.md").Rows("Metrics").Select(row =>
        {
            var name = row[0].Trim('`');
            return (name, row[1].Contains("(histogram)", StringComparison.Ordinal) ? "histogram"
                : name.EndsWith("_total", StringComparison.Ordinal) ? "counter" : "gauge");
        }),
    ];

    private static List<(string Name, string Type)> Shown(string metrics) =>
        [.. TypeLine().Matches(metrics).Select(line => (line.Groups["name"].Value, line.Groups["type"].Value))];

    [GeneratedRegex("^# TYPE (?<name>exemplar_\\S+) (?<type>\\S+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex TypeLine();
}
