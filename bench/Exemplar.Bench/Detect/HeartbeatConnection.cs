using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Exemplar.Bench.Seeding;
using Exemplar.Core.Ids;

namespace Exemplar.Bench.Detect;

/// <summary>One keep-alive connection that sends one heartbeat at a time. The request is made once; only the id changes.</summary>
internal sealed class HeartbeatConnection : IDisposable
{
    private static readonly byte[] EndOfHeaders = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] ContentLength = "Content-Length: "u8.ToArray();

    private readonly IPEndPoint _address;
    private readonly byte[] _request;
    private readonly int _idAt;
    private readonly byte[] _answer = new byte[8_192];
    private Socket? _socket;

    public HeartbeatConnection(Uri server, string token)
    {
        _address = new IPEndPoint(IPAddress.Parse(server.Host), server.Port);
        if (!IPAddress.IsLoopback(_address.Address)) throw new BenchException("The load is sent to loopback addresses only.");
        var placeholder = new string('0', EntityId.TextLength);
        var body = $$$"""{"monitor_id":"{{{placeholder}}}","metadata":{"hostname":"worker-01"}}""";
        var request = $"POST /api/monitoring/heartbeat HTTP/1.1\r\nHost: {server.Authority}\r\nX-API-Key: {token}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        _request = Encoding.ASCII.GetBytes(request);
        _idAt = request.IndexOf(placeholder, StringComparison.Ordinal);
    }

    /// <summary>Sends a heartbeat; the status of the answer.</summary>
    /// <exception cref="SocketException">No answer came, and whether the beat was stored is not known.</exception>
    public async ValueTask<int> BeatAsync(int number, CancellationToken cancellationToken)
    {
        SeededMonitor.IdOf(number).WriteUtf8(_request.AsSpan(_idAt));
        try
        {
            if (_socket is null)
            {
                _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await _socket.ConnectAsync(_address, cancellationToken);
            }
            var sent = 0;
            while (sent < _request.Length) sent += await _socket.SendAsync(_request.AsMemory(sent), cancellationToken);
            return await ReadStatusAsync(_socket, cancellationToken);
        }
        catch
        {
            // An answer may still be on its way: this connection cannot be used for another request.
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private async ValueTask<int> ReadStatusAsync(Socket socket, CancellationToken cancellationToken)
    {
        for (var length = 0; ;)
        {
            var read = await socket.ReceiveAsync(_answer.AsMemory(length), cancellationToken);
            if (read == 0) throw new SocketException((int)SocketError.ConnectionReset);
            length += read;
            if (TryReadStatus(_answer.AsSpan(0, length), out var status)) return status;
            if (length == _answer.Length) throw new SocketException((int)SocketError.MessageSize);
        }
    }

    private static bool TryReadStatus(ReadOnlySpan<byte> answer, out int status)
    {
        status = 0;
        var headers = answer.IndexOf(EndOfHeaders);
        if (headers < 0 || !Utf8Parser.TryParse(answer["HTTP/1.1 ".Length..], out status, out _)) return false;
        var at = answer[..headers].IndexOf(ContentLength);
        // Every answer of this endpoint tells its length; without one, the connection is not used again.
        if (at < 0 || !Utf8Parser.TryParse(answer[(at + ContentLength.Length)..], out int length, out _))
            throw new SocketException((int)SocketError.OperationNotSupported);
        return answer.Length >= headers + EndOfHeaders.Length + length;
    }
}
