using System.IO.Hashing;
using System.Text;

namespace Exemplar.Core.Tokens;

/// <summary>
/// The text of an API access token: <c>eis_</c>, 32 random characters of base 62 (190 bits), and 6 characters of
/// CRC-32 over what stands before. The checksum lets scanners and this server tell a typing error from a token
/// without asking the database; it protects nothing.
/// </summary>
public static class TokenText
{
    /// <summary>What every token that this server makes starts with.</summary>
    public const string Prefix = "eis_";

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int RandomLength = 32;
    private const int ChecksumLength = 6;

    /// <summary>Random bytes that <see cref="Create"/> needs.</summary>
    public const int EntropyBytes = 64;

    /// <summary>Makes a token out of <see cref="EntropyBytes"/> cryptographically random bytes.</summary>
    /// <exception cref="ArgumentException">Too few bytes.</exception>
    public static string Create(ReadOnlySpan<byte> entropy)
    {
        var text = new StringBuilder(Prefix, Prefix.Length + RandomLength + ChecksumLength);
        foreach (var value in entropy)
        {
            // Values from 248 on are passed over: taking them modulo 62 would favour the first characters.
            if (value >= 248) continue;
            text.Append(Alphabet[value % 62]);
            if (text.Length == Prefix.Length + RandomLength) return text.Append(Checksum(text.ToString())).ToString();
        }
        throw new ArgumentException("Not enough random bytes for a token.", nameof(entropy));
    }

    /// <summary>True when the text has this server's prefix.</summary>
    public static bool HasPrefix(ReadOnlySpan<char> token) => token.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>True when prefix, length and checksum are right.</summary>
    public static bool IsWellFormed(string token)
    {
        const int Length = 4 + RandomLength + ChecksumLength;
        return token.Length == Length && HasPrefix(token)
            && token.AsSpan(Length - ChecksumLength).SequenceEqual(Checksum(token[..(Length - ChecksumLength)]));
    }

    private static string Checksum(string text)
    {
        var crc = Crc32.HashToUInt32(Encoding.UTF8.GetBytes(text));
        Span<char> digits = stackalloc char[ChecksumLength];
        for (var i = ChecksumLength - 1; i >= 0; i--, crc /= 62) digits[i] = Alphabet[(int)(crc % 62)];
        return new string(digits);
    }
}
