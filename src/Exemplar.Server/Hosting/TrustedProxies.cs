using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Exemplar.Server.Hosting;

/// <summary>
/// The proxies whose word about where a request comes from is taken: their X-Forwarded-For becomes its address, their
/// X-Forwarded-Proto its scheme. From everybody else both headers are noise.
/// </summary>
internal static class TrustedProxies
{
    /// <summary>Addresses and networks such as <c>10.0.0.5, 192.168.0.0/16</c>.</summary>
    /// <exception cref="FormatException">One of them is neither.</exception>
    public static IReadOnlyList<IPNetwork> Parse(string text) =>
    [
        .. text.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part =>
            IPAddress.TryParse(part, out var address)
                ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
                : IPNetwork.Parse(part)),
    ];

    /// <summary>Costs nothing when no proxy is trusted.</summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var proxies = app.Services.GetRequiredService<ServerSettings>().TrustedProxies;
        if (proxies.Count == 0) return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // From the right, as long as each hop is trusted: what a client wrote itself stands left of the first proxy's word.
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies) options.KnownIPNetworks.Add(proxy);
        app.UseForwardedHeaders(options);
    }
}
