using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Exemplar.Core.Tokens;

/// <summary>
/// SHA-256 of a token's text: all that is stored of it. Tokens carry 190 random bits, so a plain hash without salt or
/// stretching cannot be searched.
/// </summary>
public readonly record struct TokenHash
{
    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private TokenHash(ReadOnlySpan<byte> digest)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(digest);
        (_a, _b, _c, _d) = (words[0], words[1], words[2], words[3]);
    }

    /// <summary>The longest token text that is looked at, in characters.</summary>
    public const int LongestToken = 256;

    /// <summary>Hashes a token of at most <see cref="LongestToken"/> characters; false when it is longer or empty.</summary>
    public static bool TryCompute(ReadOnlySpan<char> token, out TokenHash hash)
    {
        hash = default;
        if (token.IsEmpty || token.Length > LongestToken) return false;
        Span<byte> utf8 = stackalloc byte[LongestToken * 3];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(token, utf8)], digest);
        hash = new TokenHash(digest);
        return true;
    }

    /// <summary>The 32 bytes as they are stored.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[SHA256.HashSizeInBytes];
        var words = MemoryMarshal.Cast<byte, ulong>(bytes.AsSpan());
        (words[0], words[1], words[2], words[3]) = (_a, _b, _c, _d);
        return bytes;
    }
}
