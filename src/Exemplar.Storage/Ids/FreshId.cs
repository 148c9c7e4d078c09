using System.Buffers.Binary;
using System.Security.Cryptography;
using Exemplar.Core.Ids;

namespace Exemplar.Storage.Ids;

/// <summary>Ids that nobody can guess, for what is named in addresses and tokens.</summary>
public static class FreshId
{
    /// <summary>The id of something that comes to be at <paramref name="now"/>.</summary>
    public static EntityId At(DateTimeOffset now)
    {
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        return EntityId.Create(now, BinaryPrimitives.ReadUInt64BigEndian(random));
    }
}
