using System.Buffers.Binary;
using System.Buffers.Text;

namespace Exemplar.Storage.Sqlite;

/// <summary>
/// Where a page of history ended: the next heartbeat of the chain, and the other check before which to go on. Both
/// only ever lead to older rows, so checks that arrive meanwhile shift nothing.
/// </summary>
internal readonly record struct HistoryCursor(long ChainSeq, long OtherAtMs, long OtherRandom)
{
    private const byte Version = 1;
    private const int ByteLength = 25;

    public string ToText()
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], ChainSeq);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], OtherAtMs);
        BinaryPrimitives.WriteInt64BigEndian(bytes[17..], OtherRandom);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryParse(string text, out HistoryCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (text.Length > 64 || !Base64Url.IsValid(text, out var length) || length != ByteLength
            || !Base64Url.TryDecodeFromChars(text, bytes, out _) || bytes[0] != Version)
            return false;
        cursor = new HistoryCursor(
            BinaryPrimitives.ReadInt64BigEndian(bytes[1..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[9..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[17..]));
        return true;
    }
}
