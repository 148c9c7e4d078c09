using System.Net;

namespace Exemplar.Server.Channels.Outbound;

/// <summary>The networks that are not the public internet, after the special-purpose registries of the IANA.</summary>
internal static class AddressRanges
{
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly (IPNetwork Network, string Word)[] Ranges =
    [
        .. Named("a cloud metadata address", "169.254.169.254/32", "169.254.170.2/32", "168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32",
            "fd00:ec2::254/128", "fd20:ce::254/128"),
        .. Named("an unspecified address", "0.0.0.0/8", "::/128"),
        .. Named("a loopback address", "127.0.0.0/8", "::1/128"),
        .. Named("a private address", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        .. Named("a shared address of a carrier", "100.64.0.0/10"),
        .. Named("a link-local address", "169.254.0.0/16", "fe80::/10"),
        .. Named("a unique local address", "fc00::/7", "fec0::/10"),
        .. Named("a documentation address", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
        .. Named("a benchmarking address", "198.18.0.0/15", "2001:2::/48"),
        .. Named("a multicast address", "224.0.0.0/4", "ff00::/8"),
        .. Named("a reserved address", "192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4", "64:ff9b:1::/48", "2001:10::/28", "2001:20::/28"),
    ];

    /// <summary>What kind of address it is when it is no public one; null when it is public.</summary>
    public static string? Word(IPAddress address)
    {
        foreach (var (network, word) in Ranges)
        {
            if (network.Contains(address)) return word;
        }
        return address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 && !GlobalUnicast.Contains(address) && !IsTranslated(address)
            ? "a reserved address"
            : null;
    }

    /// <summary>The IPv4 addresses that an IPv6 address leads to: through a mapping, a translator or a tunnel.</summary>
    public static IEnumerable<IPAddress> Carried(IPAddress address)
    {
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6) yield break;
        var bytes = address.GetAddressBytes();
        if (address.IsIPv4MappedToIPv6 || IsTranslated(address)) yield return new IPAddress(bytes.AsSpan(12, 4));
        else if (bytes is [0x20, 0x02, ..]) yield return new IPAddress(bytes.AsSpan(2, 4));
        else if (bytes is [0x20, 0x01, 0, 0, ..])
        {
            // Teredo: the server in the clear, the client with all bits turned over.
            yield return new IPAddress(bytes.AsSpan(4, 4));
            yield return new IPAddress([(byte)~bytes[12], (byte)~bytes[13], (byte)~bytes[14], (byte)~bytes[15]]);
        }
        else if (bytes is [_, _, _, _, _, _, _, _, 0 or 2, 0, 0x5e, 0xfe, ..])
        {
            yield return new IPAddress(bytes.AsSpan(12, 4));
        }
    }

    // NAT64: 64:ff9b::/96.
    private static bool IsTranslated(IPAddress address) => address.GetAddressBytes() is [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, _, _, _, _];

    private static IEnumerable<(IPNetwork, string)> Named(string word, params string[] networks) =>
        networks.Select(network => (IPNetwork.Parse(network), word));
}
