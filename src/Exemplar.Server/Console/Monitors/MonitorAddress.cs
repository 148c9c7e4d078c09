using Exemplar.Core.Monitors;

namespace Exemplar.Server.Console.Monitors;

/// <summary>The addresses of the console's pages on monitors.</summary>
internal static class MonitorAddress
{
    public static string List(string? part, MonitorStatus? status, string? tag) =>
        new MonitorFilter(string.IsNullOrWhiteSpace(part) ? null : part.Trim(), status, Tag: string.IsNullOrEmpty(tag) ? null : tag).Address;
}
