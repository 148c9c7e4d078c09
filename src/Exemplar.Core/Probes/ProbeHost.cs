namespace Exemplar.Core.Probes;

/// <summary>A host that can be asked for: a name or an address, without scheme, port or path.</summary>
public static class ProbeHost
{
    /// <summary>The most characters that a name in the domain name system has.</summary>
    public const int Longest = 253;

    /// <summary>What is wrong with it, going on from the field's name; null when nothing is.</summary>
    public static string? Fault(string host)
    {
        if (host.Length > Longest) return $"must have at most {Longest} characters";
        // In brackets it would be the host of an address; here it stands for itself.
        return !host.StartsWith('[') && Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? null
            : "must be a host name or an address, without https:// and without a port";
    }
}
