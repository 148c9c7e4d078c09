using System.Globalization;

namespace Exemplar.Bench.Servers;

/// <summary>What a server says at <c>/metrics</c>, read once.</summary>
internal sealed class PrometheusText(string text)
{
    public static async Task<PrometheusText> ReadAsync(HttpClient http) => new(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));

    /// <summary>The sum over all labels of a counter or gauge; 0 while it has never been counted.</summary>
    public double Sum(string name) => Samples(name).Sum(s => s.Value);

    /// <summary>
    /// A quantile of a histogram: the bounds of the bucket it lies in. Null when the histogram is empty.
    /// </summary>
    /// <param name="name">The histogram's name, without <c>_bucket</c>.</param>
    /// <param name="quantile">0 to 1.</param>
    public (double Above, double UpTo)? Quantile(string name, double quantile)
    {
        var buckets = Samples(name + "_bucket")
            .Select(s => (UpTo: Bound(s.Labels), Count: s.Value))
            .OrderBy(b => b.UpTo).ToList();
        if (buckets.Count == 0 || buckets[^1].Count == 0) return null;
        var wanted = quantile * buckets[^1].Count;
        var above = 0.0;
        foreach (var (upTo, count) in buckets)
        {
            if (count >= wanted) return (above, upTo);
            above = upTo;
        }
        return null;
    }

    private IEnumerable<(string Labels, double Value)> Samples(string name)
    {
        foreach (var line in text.Split('\n'))
        {
            if (!line.StartsWith(name, StringComparison.Ordinal) || line.Length == name.Length) continue;
            var rest = line[name.Length..];
            if (rest[0] is not ('{' or ' ')) continue;
            var labelsEnd = rest[0] == '{' ? rest.LastIndexOf('}') + 1 : 0;
            var value = rest[labelsEnd..].Trim().Split(' ')[0];
            yield return (rest[..labelsEnd], double.Parse(value, CultureInfo.InvariantCulture));
        }
    }

    private static double Bound(string labels)
    {
        const string Le = "le=\"";
        var start = labels.IndexOf(Le, StringComparison.Ordinal) + Le.Length;
        var bound = labels[start..labels.IndexOf('"', start)];
        return bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture);
    }
}
