using System.Buffers.Binary;
using System.Buffers.Text;

namespace Exemplar.Storage.Postgres;

/// <summary>Where a page of history ended: the last check given out. What arrives later never shifts what lies before it.</summary>
internal readonly record struct CheckCursor(long AtMs, long Random)
{
    private const byte Version = 2;
    private const int ByteLength = 17;

    public string ToText()
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], AtMs);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], Random);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool TryParse(string text, out CheckCursor cursor)
    {
        cursor = default;
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (text.Length > 64 || !Base64Url.IsValid(text, out var length) || length != ByteLength
            || !Base64Url.TryDecodeFromChars(text, bytes, out _) || bytes[0] != Version)
            return false;
        cursor = new CheckCursor(BinaryPrimitives.ReadInt64BigEndian(bytes[1..]), BinaryPrimitives.ReadInt64BigEndian(bytes[9..]));
        return true;
    }
}
