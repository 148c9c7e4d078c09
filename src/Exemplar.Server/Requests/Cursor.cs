using System.Buffers.Binary;
using System.Buffers.Text;

namespace Exemplar.Server.Requests;

/// <summary>Hides the number after which a page of one list goes on. The mark keeps the cursor of one list out of another.</summary>
internal readonly record struct Cursor(byte Mark)
{
    public static readonly Cursor OfMonitors = new((byte)'m');
    public static readonly Cursor OfBoards = new((byte)'b');
    public static readonly Cursor OfTokens = new((byte)'t');
    public static readonly Cursor OfIncidents = new((byte)'i');
    public static readonly Cursor OfMaintenance = new((byte)'w');
    public static readonly Cursor OfChannels = new((byte)'c');
    public static readonly Cursor OfRoutes = new((byte)'r');
    public static readonly Cursor OfRotations = new((byte)'o');
    public static readonly Cursor OfDeliveries = new((byte)'d');

    private const int ByteLength = 5;

    /// <summary>The text for the next page; null when there is none.</summary>
    public string? Write(int? after)
    {
        if (after is not { } number) return null;
        Span<byte> bytes = stackalloc byte[ByteLength];
        bytes[0] = Mark;
        BinaryPrimitives.WriteInt32BigEndian(bytes[1..], number);
        return Base64Url.EncodeToString(bytes);
    }

    public bool TryRead(string text, out int after)
    {
        after = 0;
        Span<byte> bytes = stackalloc byte[ByteLength];
        // Decoding ignores white space, so the length of the text is checked first.
        if (text.Length != 7 || !Base64Url.IsValid(text, out var length) || length != ByteLength
            || !Base64Url.TryDecodeFromChars(text, bytes, out _) || bytes[0] != Mark)
            return false;
        after = BinaryPrimitives.ReadInt32BigEndian(bytes[1..]);
        return after >= 0;
    }
}
