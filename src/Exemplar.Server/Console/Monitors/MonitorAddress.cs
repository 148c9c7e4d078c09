using Exemplar.Core.Monitors;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Console.Monitors;

/// <summary>The addresses of the console's pages on monitors; what is chosen on a page stands in its address.</summary>
internal static class MonitorAddress
{
    public static string List(string? part, MonitorStatus? status, string? tag, int after = 0)
    {
        var query = new List<string>();
        if (!string.IsNullOrWhiteSpace(part)) query.Add("q=" + Uri.EscapeDataString(part.Trim()));
        if (status is { } chosen) query.Add("status=" + Words<MonitorStatus>.Of(chosen));
        if (!string.IsNullOrEmpty(tag)) query.Add("tag=" + Uri.EscapeDataString(tag));
        if (after > 0) query.Add("after=" + after);
        return query.Count == 0 ? "/monitors" : "/monitors?" + string.Join('&', query);
    }
}
