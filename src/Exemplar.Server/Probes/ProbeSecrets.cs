using System.Security.Cryptography;
using System.Text.Json;
using Exemplar.Core.Ids;
using Microsoft.AspNetCore.DataProtection;

namespace Exemplar.Server.Probes;

/// <summary>
/// Keeps headers and bodies of probes encrypted at rest, with the keys of the data folder. Each is bound to its monitor: the bytes of
/// one are worthless in the row of another.
/// </summary>
internal sealed class ProbeSecrets(IDataProtectionProvider protection)
{
    private const string Purpose = "Exemplar.Probes.Endpoint.v1";

    /// <summary>As bytes to be stored; null when there is nothing to store.</summary>
    public byte[]? Seal(EndpointSecrets secrets, EntityId monitorId)
    {
        if (secrets.IsEmpty) return null;
        var clear = JsonSerializer.SerializeToUtf8Bytes(secrets);
        try
        {
            return Protector(monitorId).Protect(clear);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    /// <summary>What was sealed; null when the keys that it was sealed with are gone, so that it has to be entered anew.</summary>
    public EndpointSecrets? Open(byte[] bytes, EntityId monitorId)
    {
        try
        {
            var clear = Protector(monitorId).Unprotect(bytes);
            var read = JsonSerializer.Deserialize<EndpointSecrets>(clear)!;
            CryptographicOperations.ZeroMemory(clear);
            return read with { Headers = new Dictionary<string, string>(read.Headers, StringComparer.OrdinalIgnoreCase) };
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private IDataProtector Protector(EntityId monitorId) => protection.CreateProtector(Purpose, monitorId.ToString());
}
