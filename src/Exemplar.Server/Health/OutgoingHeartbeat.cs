using System.Text;
using System.Text.Json.Nodes;
using Exemplar.Core.Ids;
using Exemplar.Server.Channels.Outbound;

namespace Exemplar.Server.Health;

/// <summary>The heartbeat that this server sends elsewhere: whoever watches it hears when this whole machine is gone.</summary>
/// <param name="Address">Where to; it may hold a secret.</param>
/// <param name="Method">GET or POST.</param>
/// <param name="Every">The time between two.</param>
/// <param name="Monitor">The monitor of another Exemplar; null for any other address.</param>
internal sealed record OutgoingHeartbeat(string Address, HttpMethod Method, TimeSpan Every, OutgoingMonitor? Monitor)
{
    private const string Path = "/api/monitoring/heartbeat";

    /// <summary>The address with the path of the contract, where another Exemplar is named by its root.</summary>
    public static string AddressOf(string address) =>
        address.TrimEnd('/').EndsWith(Path, StringComparison.Ordinal) ? address.TrimEnd('/') : address.TrimEnd('/') + Path;

    /// <summary>Takes out of an answer whatever nobody may read in the log.</summary>
    public SecretMask Mask() => SecretMask.OfAddress(Address, Monitor?.Token ?? "");

    /// <param name="server">Which server speaks.</param>
    public OutboundRequest Request(string server)
    {
        if (Monitor is not { } monitor) return new OutboundRequest(Method, Address) { Body = Method == HttpMethod.Post ? [] : null, ContentType = "text/plain" };
        var body = new JsonObject { ["monitor_id"] = monitor.Id.ToString(), ["metadata"] = new JsonObject { ["hostname"] = server } };
        return new OutboundRequest(HttpMethod.Post, Address) { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) }.With("X-API-Key", monitor.Token);
    }

    // Address and token may be secrets.
    public override string ToString() => $"{Method} every {Every}";
}

/// <summary>A monitor of another Exemplar.</summary>
/// <param name="Id">Its id there.</param>
/// <param name="Token">A token there that may send heartbeats.</param>
internal sealed record OutgoingMonitor(EntityId Id, string Token)
{
    public override string ToString() => Id.ToString();
}
