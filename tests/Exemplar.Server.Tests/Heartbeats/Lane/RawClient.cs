using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Exemplar.Server.Tests.Heartbeats.Lane;

/// <summary>A client that decides itself which bytes travel when.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private int _from;
    private int _to;

    private RawClient(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    public static async Task<RawClient> ConnectAsync(Uri server, int? receiveBuffer = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size) socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(IPAddress.Loopback, server.Port, TestContext.Current.CancellationToken);
        return new RawClient(socket);
    }

    public static string Beat(string token, string? monitorId, string headers = "") =>
        Request("POST /api/monitoring/heartbeat", token, $$$"""{"monitor_id":"{{{monitorId}}}","metadata":{"host":"a"}}""", headers);

    public static string Request(string line, string token, string body, string headers = "") =>
        $"{line} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {token}\r\nContent-Length: {body.Length}\r\n{headers}\r\n{body}";

    public async Task SendAsync(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        for (var sent = 0; sent < bytes.Length;)
            sent += await Socket.SendAsync(bytes.AsMemory(sent), TestContext.Current.CancellationToken);
    }

    /// <summary>Reads one answer; null at the end of the connection.</summary>
    public async Task<RawAnswer?> ReceiveAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (_from == _to && !await FillAsync()) return head.Length == 0 ? null : throw new EndOfStreamException(head.ToString());
            head.Append((char)_buffer[_from++]);
        }
        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).ToDictionary(l => l[..l.IndexOf(':', StringComparison.Ordinal)], l => l[(l.IndexOf(':', StringComparison.Ordinal) + 2)..], StringComparer.OrdinalIgnoreCase);
        var chunked = headers.GetValueOrDefault("Transfer-Encoding") == "chunked";
        var body = chunked ? await ChunksAsync() : await BytesAsync(int.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture));
        return new RawAnswer(int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers, body);
    }

    private async Task<string> ChunksAsync()
    {
        var body = new StringBuilder();
        while (true)
        {
            var size = new StringBuilder();
            while (!size.ToString().EndsWith("\r\n", StringComparison.Ordinal)) size.Append(await BytesAsync(1));
            var length = int.Parse(size.ToString().TrimEnd(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var chunk = await BytesAsync(length + 2);
            if (length == 0) return body.ToString();
            body.Append(chunk.AsSpan(0, length));
        }
    }

    private async Task<string> BytesAsync(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            if (_from == _to && !await FillAsync()) throw new EndOfStreamException();
            bytes[i] = _buffer[_from++];
        }
        return Encoding.Latin1.GetString(bytes);
    }

    public ValueTask DisposeAsync()
    {
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<bool> FillAsync()
    {
        _from = 0;
        _to = await Socket.ReceiveAsync(_buffer, TestContext.Current.CancellationToken);
        return _to > 0;
    }
}

internal sealed record RawAnswer(int Status, Dictionary<string, string> Headers, string Body);
