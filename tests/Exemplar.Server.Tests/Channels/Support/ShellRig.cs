using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Exemplar.Server.Tests.Channels.Support;

/// <summary>A real script, which tells the test over a socket what it was given.</summary>
internal sealed class ShellRig : ChannelRig
{
    private const string Script = """
        #!/bin/bash
        exec 3<>"/dev/tcp/127.0.0.1/$1"
        given="$(env; cat)"
        printf '%s\n' "$given" >&3
        # The secret first: of what is said only the beginning is kept.
        said="$API_PASSWORD $given"
        case "$2" in
          Take) ;;
          TakeAndRepeat) printf '%s' "$said" ;;
          Busy) exit 75 ;;
          Fault) printf '%s' "$said" >&2; exit 1 ;;
          Reset) kill -9 $$ ;;
          Hang) sleep 1000 3>&- & echo "child $!" >&3; exec 3>&-; wait ;;
          Unauthorized) printf '%s' "$said"; exit 77 ;;
          NotFound) exit 127 ;;
          BadRequest) exit 64 ;;
        esac
        """;

    private readonly string _script = Path.Combine(Path.GetTempPath(), $"exemplar-{Guid.NewGuid():N}.sh");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _received = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly Task _accepting;

    private ShellRig()
    {
        File.WriteAllText(_script, Script);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public override JsonObject Config => new()
    {
        ["command"] = _script,
        ["arguments"] = $"{((IPEndPoint)_listener.LocalEndpoint).Port}\n{Behaviour}",
        ["environment"] = new JsonObject { ["API_PASSWORD"] = Mark },
    };

    public override string Received => string.Join('\n', _received);

    public static ShellRig Start() => new();

    public override async Task ArrivalAsync() => Assert.True(await _arrived.WaitAsync(TimeSpan.FromSeconds(20)), "Nothing was run.");

    public override async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        File.Delete(_script);
        _arrived.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream());
                _received.Enqueue(await reader.ReadToEndAsync());
                _arrived.Release();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
        }
    }
}
