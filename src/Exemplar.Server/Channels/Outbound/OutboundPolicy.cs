using System.Net;
using System.Net.Sockets;

namespace Exemplar.Server.Channels.Outbound;

/// <summary>
/// Where the server may connect to on behalf of its users: the public internet, and what the operator has allowed. Without it,
/// everybody who may configure a channel could talk to the operator's own network. Decides on addresses, never on names.
/// </summary>
internal sealed class OutboundPolicy
{
    /// <summary>The setting that allows more.</summary>
    public const string Setting = "EXEMPLAR_ALLOW_PRIVATE_ADDRESSES";

    /// <summary>Public addresses only.</summary>
    public static readonly OutboundPolicy PublicOnly = new([], allowsAll: false);

    private readonly IReadOnlyList<IPNetwork> _allowed;
    private readonly bool _allowsAll;

    private OutboundPolicy(IReadOnlyList<IPNetwork> allowed, bool allowsAll) => (_allowed, _allowsAll) = (allowed, allowsAll);

    /// <summary>Reads the operator's list: networks or single addresses, separated by commas, or <c>all</c>.</summary>
    /// <exception cref="FormatException">It is none; the message goes on from the setting's name.</exception>
    public static OutboundPolicy Parse(string? allowed)
    {
        var parts = (allowed ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0) return PublicOnly;
        return parts is ["all"] ? new OutboundPolicy([], allowsAll: true) : new OutboundPolicy([.. parts.Select(Network)], allowsAll: false);
    }

    /// <summary>Why nothing may connect to an address, as the end of a sentence ("is a loopback address"); null when it may.</summary>
    public string? Refusal(IPAddress address)
    {
        if (_allowsAll) return null;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        // An IPv6 address with a scope compares as another address, and the networks know no scopes.
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0) address = new IPAddress(address.GetAddressBytes());
        if (_allowed.Any(network => network.Contains(address))) return null;
        if (AddressRanges.Word(address) is { } word) return "is " + word;
        foreach (var carried in AddressRanges.Carried(address))
        {
            if (Refusal(carried) is { } refusal) return $"leads to {carried}, which {refusal}";
        }
        return null;
    }

    /// <summary>
    /// The same for the host of an address as it is configured: what is refused whatever it resolves to. Null for all other
    /// names; what they resolve to is judged when a connection is made.
    /// </summary>
    public string? RefusalOfHost(string host)
    {
        host = host.Trim('[', ']').TrimEnd('.');
        if (IPAddress.TryParse(host, out var address)) return Refusal(address);
        var isLocal = host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        return isLocal ? Refusal(IPAddress.Loopback) : null;
    }

    private static IPNetwork Network(string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        if (IPAddress.TryParse(text, out var single)) return new IPNetwork(single, single.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        throw new FormatException(
            $"must be 'all' or networks such as 10.0.0.0/8 and fd00::/8, separated by commas; '{text}' is none.");
    }
}
