using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Exemplar.Server.Heartbeats.Lane;

/// <summary>What the first bytes of a connection, or those after an answer, are.</summary>
internal enum LaneReading
{
    /// <summary>A heartbeat, whole and plain.</summary>
    Heartbeat,

    /// <summary>It may become one when more arrives.</summary>
    Incomplete,

    /// <summary>Anything else, broken requests included: Kestrel reads it from its first byte on.</summary>
    Foreign,
}

/// <summary>
/// Recognizes a heartbeat of the common kind in bytes that nobody has consumed. It never refuses and never repairs: what it
/// does not know for certain to be read by Kestrel in the same way is <see cref="LaneReading.Foreign"/>.
/// </summary>
internal readonly ref struct LaneRequest
{
    private const int MostHeaders = 40;

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> HostBytes =
        SearchValues.Create("-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private LaneRequest(ReadOnlySpan<byte> token, ReadOnlySpan<byte> body, int length)
    {
        Token = token;
        Body = body;
        Length = length;
    }

    /// <summary>The token's text; empty when none was sent.</summary>
    public ReadOnlySpan<byte> Token { get; }

    public ReadOnlySpan<byte> Body { get; }

    /// <summary>Bytes of the whole request.</summary>
    public int Length { get; }

    private static ReadOnlySpan<byte> RequestLine => "POST /api/monitoring/heartbeat HTTP/1.1\r\n"u8;

    public static LaneReading Read(ReadOnlySpan<byte> bytes, out LaneRequest request)
    {
        request = default;
        if (!bytes.StartsWith(RequestLine)) return RequestLine.StartsWith(bytes) ? LaneReading.Incomplete : LaneReading.Foreign;

        var headers = new Headers();
        var at = RequestLine.Length;
        for (var count = 0; ; count++)
        {
            var length = bytes[at..].IndexOf("\r\n"u8);
            if (length < 0) return LaneReading.Incomplete;
            var line = bytes.Slice(at, length);
            at += length + 2;
            if (length == 0) break;
            if (count == MostHeaders || !headers.TryAdd(line)) return LaneReading.Foreign;
        }

        if (!headers.IsPlain) return LaneReading.Foreign;
        if (bytes.Length - at < headers.BodyLength) return LaneReading.Incomplete;
        request = new LaneRequest(headers.Token, bytes.Slice(at, headers.BodyLength), at + headers.BodyLength);
        return LaneReading.Heartbeat;
    }

    private ref struct Headers()
    {
        private ReadOnlySpan<byte> _key = default;
        private ReadOnlySpan<byte> _bearer = default;
        private bool _hasHost;
        private bool _hasKey;
        private bool _hasAuthorization;

        public int BodyLength { get; private set; } = -1;

        /// <summary>The key goes before the bearer, as at the gate.</summary>
        public readonly ReadOnlySpan<byte> Token => _key.IsEmpty ? _bearer : _key;

        public readonly bool IsPlain => _hasHost && BodyLength > 0;

        /// <summary>Takes a header line; false when it may change how the request is to be read, or is not plain.</summary>
        public bool TryAdd(ReadOnlySpan<byte> line)
        {
            var colon = line.IndexOf((byte)':');
            if (colon <= 0) return false;
            var name = line[..colon];
            var value = line[(colon + 1)..].Trim((byte)' ');
            if (name.ContainsAnyExcept(NameBytes) || value.ContainsAnyExceptInRange((byte)' ', (byte)'~')) return false;
            switch (name.Length)
            {
                case 2 when Is(name, "te"u8): return false;
                case 4 when Is(name, "host"u8): return TryAddHost(value);
                case 6 when Is(name, "expect"u8): return false;
                case 7 when Is(name, "upgrade"u8) || Is(name, "trailer"u8): return false;
                case 9 when Is(name, "x-api-key"u8): return TryAddKey(value);
                case 10 when Is(name, "connection"u8): return Is(value, "keep-alive"u8);
                case 13 when Is(name, "authorization"u8): return TryAddAuthorization(value);
                case 14 when Is(name, "content-length"u8): return TryAddLength(value);
                case 16 when Is(name, "content-encoding"u8): return false;
                case 17 when Is(name, "transfer-encoding"u8): return false;
                default: return true;
            }
        }

        private bool TryAddHost(ReadOnlySpan<byte> value)
        {
            var colon = value.IndexOf((byte)':');
            var name = colon < 0 ? value : value[..colon];
            if (_hasHost || name.IsEmpty || name.ContainsAnyExcept(HostBytes)) return false;
            if (colon >= 0 && (value.Length - colon is < 2 or > 6 || value[(colon + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))) return false;
            return _hasHost = true;
        }

        private bool TryAddKey(ReadOnlySpan<byte> value)
        {
            if (_hasKey) return false;
            _key = value;
            return _hasKey = true;
        }

        private bool TryAddAuthorization(ReadOnlySpan<byte> value)
        {
            if (_hasAuthorization || value.Length < 7 || !Is(value[..7], "bearer "u8)) return false;
            _bearer = value[7..].Trim((byte)' ');
            return _hasAuthorization = true;
        }

        private bool TryAddLength(ReadOnlySpan<byte> value)
        {
            // Digits and nothing else: no sign, no list, no leading zero.
            if (BodyLength >= 0 || value.Length is < 1 or > 5 || value.ContainsAnyExceptInRange((byte)'0', (byte)'9') || value[0] == '0') return false;
            if (!Utf8Parser.TryParse(value, out int length, out _)) return false;
            BodyLength = length;
            return true;
        }

        private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(text, word);
    }
}
