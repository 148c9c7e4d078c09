using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Exemplar.Faults.Tests.Support;

/// <summary>A socket on which anything can be sent, HTTP or not.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Socket _socket;

    private RawConnection(Socket socket) => _socket = socket;

    public static async Task<RawConnection> OpenAsync(ServerProcess server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        return new RawConnection(socket);
    }

    /// <summary>The head of a heartbeat request, up to its empty line.</summary>
    public static string HeartbeatHead(params string[] headers) => string.Join("\r\n",
        [
            "POST /api/monitoring/heartbeat HTTP/1.1", "Host: localhost", "X-API-Key: " + ServerProcess.AdminToken,
            "Connection: close", .. headers, "", "",
        ]);

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes)..];
    }

    /// <summary>Sends as long as the server listens.</summary>
    public async Task SendEndlesslyAsync(ReadOnlyMemory<byte> chunk)
    {
        try
        {
            while (true) await SendAsync(chunk);
        }
        catch (SocketException)
        {
            // The server has had enough.
        }
    }

    /// <summary>Nothing more will be sent; the answer can still come.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads until the server closes the connection.</summary>
    public async Task<RawAnswer> AnswerAsync()
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        var bytes = new List<byte>();
        var buffer = new byte[16 * 1024];
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory(), patience.Token) is var count && count > 0)
                bytes.AddRange(buffer.AsSpan(0, count));
        }
        catch (SocketException)
        {
            // Closed the hard way, as by a server that was sent more than it wanted to read.
        }
        return RawAnswer.Parse(Encoding.UTF8.GetString([.. bytes]));
    }

    public void Dispose() => _socket.Dispose();
}

/// <summary>What came back before the connection was closed.</summary>
/// <param name="Status">The HTTP status; 0 when there was no answer.</param>
/// <param name="Head">Status line and headers.</param>
/// <param name="Body">The rest.</param>
internal sealed record RawAnswer(int Status, string Head, string Body)
{
    /// <summary>The stable code of a problem; empty when the body is none.</summary>
    public string Code => Head.Contains("application/problem+json", StringComparison.OrdinalIgnoreCase)
        ? JsonDocument.Parse(Body).RootElement.GetProperty("code").GetString()!
        : "";

    public static RawAnswer Parse(string text)
    {
        if (text.Length == 0) return new RawAnswer(0, "", "");
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.True(end > 0 && text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), "No HTTP answer: " + text);
        var (head, body) = (text[..end], text[(end + 4)..]);
        if (head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)) body = Unchunk(body);
        return new RawAnswer(int.Parse(text.AsSpan(9, 3)), head, body);
    }

    private static string Unchunk(string chunked)
    {
        var body = new StringBuilder();
        while (chunked.IndexOf("\r\n", StringComparison.Ordinal) is var end && end > 0)
        {
            var length = Convert.ToInt32(chunked[..end], 16);
            if (length == 0) break;
            body.Append(chunked, end + 2, length);
            chunked = chunked[(end + 2 + length + 2)..];
        }
        return body.ToString();
    }
}
