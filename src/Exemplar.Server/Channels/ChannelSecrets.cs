using System.Security.Cryptography;
using System.Text.Json;
using Exemplar.Core.Ids;
using Microsoft.AspNetCore.DataProtection;

namespace Exemplar.Server.Channels;

/// <summary>
/// Keeps configurations encrypted at rest, with the keys of the data folder. Each is bound to its channel: the bytes of one are
/// worthless in the row of another.
/// </summary>
internal sealed class ChannelSecrets(IDataProtectionProvider protection)
{
    private const string Purpose = "Exemplar.Channels.Config.v1";

    /// <summary>The whole configuration as bytes to be stored.</summary>
    public byte[] Seal(ChannelConfig config, EntityId channelId)
    {
        var clear = JsonSerializer.SerializeToUtf8Bytes(new Sealed(config.Values, config.AllPairs));
        try
        {
            return Protector(channelId).Protect(clear);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(clear);
        }
    }

    /// <summary>The configuration again; null when the keys that it was sealed with are gone, so that it has to be entered anew.</summary>
    public ChannelConfig? Open(byte[] bytes, EntityId channelId)
    {
        try
        {
            var clear = Protector(channelId).Unprotect(bytes);
            var read = JsonSerializer.Deserialize<Sealed>(clear)!;
            CryptographicOperations.ZeroMemory(clear);
            return new ChannelConfig(read.Values, read.Pairs);
        }
        catch (Exception exception) when (exception is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private IDataProtector Protector(EntityId channelId) => protection.CreateProtector(Purpose, channelId.ToString());

    private sealed record Sealed(
        IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Pairs);
}
