using System.Buffers.Binary;
using System.Globalization;

namespace Exemplar.Core.Ids;

/// <summary>
/// The id of a monitor, check, token or organization: 4 bytes of Unix seconds, then 8 random bytes,
/// written as 24 lower-case hex digits. Ids of one kind sort roughly by creation.
/// </summary>
public readonly struct EntityId : IEquatable<EntityId>, IComparable<EntityId>
{
    /// <summary>Length of the text form, in characters.</summary>
    public const int TextLength = 24;

    /// <summary>Length of the binary form, in bytes.</summary>
    public const int ByteLength = 12;

    private readonly uint _seconds;
    private readonly ulong _random;

    private EntityId(uint seconds, ulong random)
    {
        _seconds = seconds;
        _random = random;
    }

    /// <summary>The random half, as it is stored beside a moment that already tells the seconds.</summary>
    public ulong Random => _random;

    /// <summary>Makes the id of something that came to be at <paramref name="createdAt"/>.</summary>
    public static EntityId Create(DateTimeOffset createdAt, ulong random) =>
        new(unchecked((uint)createdAt.ToUnixTimeSeconds()), random);

    /// <summary>Reads the binary form. <paramref name="bytes"/> holds exactly <see cref="ByteLength"/> bytes.</summary>
    public static EntityId FromBytes(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[4..ByteLength]));

    /// <summary>Reads 24 hex digits of either case. False when the text is anything else.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out EntityId id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (utf8.Length != TextLength
            || Convert.FromHexString(utf8, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        id = FromBytes(bytes);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out EntityId)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out EntityId id)
    {
        id = default;
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (text.Length != TextLength
            || Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
            return false;
        id = FromBytes(bytes);
        return true;
    }

    /// <summary>Reads an id that this program wrote itself; anything else is a bug.</summary>
    /// <exception cref="FormatException">The text is not 24 hex digits.</exception>
    public static EntityId Parse(string text) =>
        TryParse(text.AsSpan(), out var id) ? id : throw new FormatException("An id has 24 hex digits.");

    /// <summary>Writes the binary form into the first <see cref="ByteLength"/> bytes.</summary>
    public void WriteBytes(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, _seconds);
        BinaryPrimitives.WriteUInt64BigEndian(destination[4..], _random);
    }

    /// <summary>The binary form in an array of its own.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        WriteBytes(bytes);
        return bytes;
    }

    /// <summary>Writes the text form as UTF-8 into the first <see cref="TextLength"/> bytes.</summary>
    public void WriteUtf8(Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        WriteBytes(bytes);
        Convert.TryToHexStringLower(bytes, destination, out _);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_seconds:x8}{_random:x16}");

    public bool Equals(EntityId other) => _seconds == other._seconds && _random == other._random;

    public override bool Equals(object? obj) => obj is EntityId other && Equals(other);

    // The random half alone is already uniformly distributed.
    public override int GetHashCode() => unchecked((int)_random ^ (int)(_random >> 32));

    public int CompareTo(EntityId other)
    {
        var bySeconds = _seconds.CompareTo(other._seconds);
        return bySeconds != 0 ? bySeconds : _random.CompareTo(other._random);
    }

    public static bool operator ==(EntityId left, EntityId right) => left.Equals(right);

    public static bool operator !=(EntityId left, EntityId right) => !left.Equals(right);
}
