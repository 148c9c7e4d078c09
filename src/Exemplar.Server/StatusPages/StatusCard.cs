using System.Buffers.Binary;
using System.IO.Compression;
using Exemplar.Core.Boards;

namespace Exemplar.Server.StatusPages;

/// <summary>
/// The picture that a link to a status page is shown with: the last 90 days of all services together, over a band in the colour of the
/// present state. It has no words, so it tells nothing that the page does not, and needs no font.
/// </summary>
internal static class StatusCard
{
    public const int Width = 1200;
    public const int Height = 630;

    private const int Left = 60;
    private const int BarStep = 12;
    private const int BarWidth = 9;
    private const int Middle = 290;
    private const int BandTop = 520;

    // Indexes of the palette.
    private const byte Background = 0, Calm = 1, Some = 2, Much = 3, Nothing = 4, State = 5;

    public static byte[] Write(StatusPageView page)
    {
        var picture = new byte[Width * Height];
        for (var day = 0; day < StatusPageView.Days; day++)
        {
            var (colour, height) = Shape(page.Services.Where(s => day < s.Days.Count).Select(s => s.Days[day]));
            Fill(picture, Left + (day * BarStep), Middle - (height / 2), BarWidth, height, colour);
        }
        Fill(picture, 0, BandTop, Width, Height - BandTop, State);
        return Png(picture, page.Status.Colour);
    }

    // As on the page: a downtime stands out by its height as well as by its colour; the worst service of the day counts.
    private static (byte Colour, int Height) Shape(IEnumerable<ServiceDay> days) => days.Select(d => d.Uptime.Ratio).Min() switch
    {
        null => (Nothing, 24),
        1 => (Calm, 150),
        >= 0.99 => (Some, 260),
        _ => (Much, 340),
    };

    private static void Fill(byte[] picture, int left, int top, int width, int height, byte colour)
    {
        for (var y = top; y < top + height; y++) picture.AsSpan((y * Width) + left, width).Fill(colour);
    }

    private static byte[] Png(byte[] picture, string stateColour)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]);
        Span<byte> head = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, Width);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], Height);
        // Eight bits, each an index of the palette.
        (head[8], head[9]) = (8, 3);
        Chunk(file, "IHDR"u8, head);
        Chunk(file, "PLTE"u8, [.. Colour("#0d1117"), .. Colour("#3fb68b"), .. Colour("#e3b341"), .. Colour("#f85149"), .. Colour("#2a323d"), .. Colour(stateColour)]);
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var y = 0; y < Height; y++)
            {
                zip.WriteByte(0);
                zip.Write(picture, y * Width, Width);
            }
        }
        Chunk(file, "IDAT"u8, packed.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(name);
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, name), content));
        file.Write(number);
    }

    // CRC-32 as PNG has it.
    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var next in bytes)
        {
            crc ^= next;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
        }
        return crc;
    }

    private static byte[] Colour(string hex) => Convert.FromHexString(hex.AsSpan(1));
}
