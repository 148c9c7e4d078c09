using System.Net;
using System.Net.Sockets;

namespace Exemplar.Server.Channels.Outbound;

/// <summary>
/// Opens every connection that is made on behalf of users. It resolves a name once, judges what came, and connects to exactly
/// those addresses, so that a name which changes its mind between the two gains nothing.
/// </summary>
internal sealed class OutboundConnector(
    OutboundPolicy policy, OutboundLimits limits, TimeProvider clock, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null)
{
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve = resolve ?? Dns.GetHostAddressesAsync;

    /// <summary>Connects to one of the host's allowed addresses, trying one after the other.</summary>
    /// <exception cref="OutboundRefusedException">The policy allows none of its addresses.</exception>
    /// <exception cref="SocketException">The name is unknown, or no address could be reached.</exception>
    /// <exception cref="OperationCanceledException">It was given up; the caller limits the whole.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await AllowedAsync(host, cancellationToken);
        Exception? last = null;
        for (var i = 0; i < addresses.Count; i++)
        {
            using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var patience = new CancellationTokenSource(i < addresses.Count - 1 ? limits.OneAddress : limits.Connect, clock);
            await using var ends = patience.Token.UnsafeRegister(source => ((CancellationTokenSource)source!).Cancel(), attempt);
            try
            {
                return await ConnectAsync(new IPEndPoint(addresses[i], port), attempt.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                last = new SocketException((int)SocketError.TimedOut);
            }
            catch (SocketException exception)
            {
                last = exception;
            }
        }
        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    private async Task<IReadOnlyList<IPAddress>> AllowedAsync(string host, CancellationToken cancellationToken)
    {
        host = host.Trim('[', ']');
        var found = IPAddress.TryParse(host, out var literal) ? [literal] : await _resolve(host, cancellationToken);
        if (found.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        var allowed = new List<IPAddress>(found.Length);
        string? refusal = null;
        foreach (var address in found)
        {
            if (policy.Refusal(address) is not { } why) allowed.Add(address);
            else refusal ??= literal is null ? $"{host} resolves to {address}, which {why}" : $"{address} {why}";
        }
        return allowed.Count > 0 ? allowed : throw new OutboundRefusedException(refusal!);
    }

    private static async Task<Socket> ConnectAsync(IPEndPoint to, CancellationToken cancellationToken)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The policy allows no connection to where it should go.</summary>
internal sealed class OutboundRefusedException(string why)
    : Exception($"{why}. The operator can allow such addresses with {OutboundPolicy.Setting}.");
