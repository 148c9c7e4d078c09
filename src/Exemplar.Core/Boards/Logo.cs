using System.Buffers.Binary;

namespace Exemplar.Core.Boards;

/// <summary>
/// An image that somebody uploaded. What it is follows from its first bytes, never from its name or from what the browser said.
/// SVG is not among them: it is a document that can carry scripts.
/// </summary>
/// <param name="ContentType">What to serve it as.</param>
/// <param name="Bytes">The file.</param>
public sealed record Logo(string ContentType, byte[] Bytes)
{
    /// <summary>What a logo can be.</summary>
    public static readonly IReadOnlyList<string> ContentTypes = ["image/png", "image/jpeg", "image/webp"];

    /// <summary>Reads an upload. On failure <paramref name="fault"/> goes on from "the logo".</summary>
    public static Logo? Read(byte[] bytes, out string fault)
    {
        fault = $"must have at most {BoardLimits.LargestLogo / 1024} KiB";
        if (bytes.Length > BoardLimits.LargestLogo) return null;
        fault = "must be a PNG, JPEG or WebP image";
        var (type, size) = Kind(bytes);
        if (type is null) return null;
        fault = $"must be at most {BoardLimits.WidestLogo} pixels wide and high";
        return size is { Width: > 0 and <= BoardLimits.WidestLogo, Height: > 0 and <= BoardLimits.WidestLogo } ? new Logo(type, bytes) : null;
    }

    private static (string? Type, (int Width, int Height)? Size) Kind(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a])) return ("image/png", Png(file));
        if (file.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff])) return ("image/jpeg", Jpeg(file));
        if (file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8)) return ("image/webp", WebP(file));
        return default;
    }

    private static (int, int)? Png(ReadOnlySpan<byte> file)
    {
        if (file.Length < 24 || !file[12..].StartsWith("IHDR"u8)) return null;
        return (BinaryPrimitives.ReadInt32BigEndian(file[16..]), BinaryPrimitives.ReadInt32BigEndian(file[20..]));
    }

    // The size stands in the first "start of frame", behind any number of other segments.
    private static (int, int)? Jpeg(ReadOnlySpan<byte> file)
    {
        for (var at = 2; at + 9 < file.Length && file[at] == 0xff;)
        {
            var marker = file[at + 1];
            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
                return (BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }
        return null;
    }

    private static (int, int)? WebP(ReadOnlySpan<byte> file)
    {
        if (file.Length < 30) return null;
        var chunk = file[12..];
        if (chunk.StartsWith("VP8X"u8)) return (1 + UInt24(file[24..]), 1 + UInt24(file[27..]));
        if (chunk.StartsWith("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(file[21..]);
            return (1 + (int)(bits & 0x3fff), 1 + (int)((bits >> 14) & 0x3fff));
        }
        return chunk.StartsWith("VP8 "u8)
            ? (BinaryPrimitives.ReadUInt16LittleEndian(file[26..]) & 0x3fff, BinaryPrimitives.ReadUInt16LittleEndian(file[28..]) & 0x3fff)
            : null;
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
