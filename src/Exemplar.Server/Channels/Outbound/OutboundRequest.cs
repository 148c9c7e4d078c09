using System.Text;
using System.Text.Json.Nodes;

namespace Exemplar.Server.Channels.Outbound;

/// <summary>A request to the outside, ready to be sent.</summary>
/// <param name="Method">GET, POST, …</param>
/// <param name="Address">An absolute http or https address; anything else ends as a refusal.</param>
internal sealed record OutboundRequest(HttpMethod Method, string Address)
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Null for none.</summary>
    public byte[]? Body { get; init; }

    /// <summary>With a body only.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>How much is read of the answer, in bytes; null for the ordinary limit.</summary>
    public int? MostBytes { get; init; }

    /// <summary>Nothing but the address.</summary>
    public static OutboundRequest Get(string address) => new(HttpMethod.Get, address);

    /// <summary>A JSON body. Everything beyond ASCII is escaped, so that no reader can misread it.</summary>
    public static OutboundRequest Json(string address, JsonObject body, HttpMethod? method = null) =>
        new(method ?? HttpMethod.Post, address) { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };

    /// <summary>A body as of a web form.</summary>
    public static OutboundRequest Form(string address, params (string Name, string Value)[] fields) => new(HttpMethod.Post, address)
    {
        Body = Encoding.ASCII.GetBytes(string.Join('&', fields.Select(f => $"{Uri.EscapeDataString(f.Name)}={Uri.EscapeDataString(f.Value)}"))),
        ContentType = "application/x-www-form-urlencoded",
    };

    public OutboundRequest With(string header, string value) => this with { Headers = [.. Headers, (header, value)] };

    // Headers and address may hold secrets.
    public override string ToString() => $"{Method} request";
}
