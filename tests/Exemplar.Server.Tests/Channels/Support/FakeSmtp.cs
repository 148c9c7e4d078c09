using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Exemplar.Server.Tests.Channels.Support;

/// <summary>A mail server on a real socket: EHLO, STARTTLS, AUTH PLAIN, MAIL, RCPT, DATA, as RFC 5321 has them.</summary>
internal sealed class FakeSmtp : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly bool _startTls;
    private readonly bool _implicitTls;
    private readonly Func<string, string, string?> _reply;
    private readonly Task _accepting;

    /// <param name="security">none, starttls or tls.</param>
    /// <param name="reply">Given the verb and its line, another reply than the ordinary one; "" for silence, "-" to break off; null for the ordinary.</param>
    public FakeSmtp(string security, Func<string, string, string?>? reply = null)
    {
        (_startTls, _implicitTls) = (security == "starttls", security == "tls");
        _reply = reply ?? ((_, _) => null);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Every line of every client, as it came.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    public ConcurrentQueue<byte[]> Messages { get; } = new();

    public ConcurrentQueue<string> Recipients { get; } = new();

    /// <summary>Whether the last message came over TLS.</summary>
    public bool WasEncrypted { get; private set; }

    public MimeMessage Only => MimeMessage.Load(new MemoryStream(Assert.Single(Messages)));

    public async Task ArrivalAsync() => Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(20)), "Nobody came.");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
        _arrived.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            Stream stream = client.GetStream();
            if (_implicitTls) stream = await EncryptAsync(stream);
            await SayAsync(stream, _reply("CONNECT", "") ?? "220 mail.example.com ESMTP");
            while (await ReadLineAsync(stream) is { } line)
            {
                Lines.Enqueue(line);
                var verb = line.Split(' ')[0].ToUpperInvariant();
                if (_reply(verb, line) is { } other)
                {
                    if (verb == "DATA" && other.StartsWith('5') is false && other.StartsWith('4') is false) await SayAsync(stream, other);
                    else if (verb == "DATA")
                    {
                        await SayAsync(stream, "354 go on");
                        await ReadDataAsync(stream);
                        await SayAsync(stream, other);
                    }
                    else
                    {
                        await SayAsync(stream, other);
                    }
                    continue;
                }
                switch (verb)
                {
                    case "EHLO":
                        var encryption = _startTls && stream is not SslStream ? "250-STARTTLS\r\n" : "";
                        await SayAsync(stream, $"250-mail.example.com\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n{encryption}250 AUTH PLAIN");
                        break;
                    case "STARTTLS":
                        await SayAsync(stream, "220 go on");
                        stream = await EncryptAsync(stream);
                        break;
                    case "AUTH":
                        await SayAsync(stream, "235 welcome");
                        break;
                    case "RCPT":
                        Recipients.Enqueue(line);
                        await SayAsync(stream, "250 ok");
                        break;
                    case "DATA":
                        await SayAsync(stream, "354 go on");
                        var message = await ReadDataAsync(stream);
                        WasEncrypted = stream is SslStream;
                        Messages.Enqueue(message);
                        _arrived.Release();
                        await SayAsync(stream, "250 taken as 17");
                        break;
                    case "QUIT":
                        await SayAsync(stream, "221 bye");
                        return;
                    default:
                        await SayAsync(stream, "250 ok");
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
        {
        }
    }

    private async Task SayAsync(Stream stream, string reply)
    {
        if (reply is "" or "-") _arrived.Release();
        if (reply == "-") throw new IOException("broken off");
        if (reply == "") await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(reply + "\r\n"), _stop.Token);
    }

    private async Task<SslStream> EncryptAsync(Stream stream)
    {
        var encrypted = new SslStream(stream);
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = TestCertificate.Server }, _stop.Token);
        return encrypted;
    }

    private async Task<byte[]> ReadDataAsync(Stream stream)
    {
        var text = new StringBuilder();
        while (await ReadLineAsync(stream) is { } line and not ".") text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    // Byte by byte, so that nothing is read ahead of a change to TLS. Latin-1 keeps every byte.
    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, _stop.Token) == 1)
        {
            if (one[0] == '\n') return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }
        return null;
    }
}
