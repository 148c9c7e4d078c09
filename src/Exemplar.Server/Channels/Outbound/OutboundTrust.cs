using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Exemplar.Server.Channels.Outbound;

/// <summary>Whose certificates are believed: the system's authorities, and those that are named here.</summary>
/// <param name="Roots">Further authorities; null for none.</param>
internal sealed record OutboundTrust(X509Certificate2Collection? Roots = null)
{
    /// <summary>For TLS of the framework; null for what the system says.</summary>
    public X509ChainPolicy? ChainPolicy()
    {
        if (Roots is null) return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(Roots);
        return policy;
    }

    /// <summary>The same for a library that asks.</summary>
    public bool Accepts(X509Certificate? certificate, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || ChainPolicy() is not { } policy || certificate is not X509Certificate2 leaf) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy = policy;
        return chain.Build(leaf);
    }
}
