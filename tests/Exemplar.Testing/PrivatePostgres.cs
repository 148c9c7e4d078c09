using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Exemplar.Testing;

/// <summary>
/// A PostgreSQL server of one's own: made from the machine's binaries in a temporary folder, reachable on a loopback port,
/// gone with this object. A shell watches over it; when the process that started it dies, however it dies, the shell's
/// input ends, and the shell stops the server and removes the folder.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private const string UserName = "exemplar";

    // umask: the folder's content is nobody else's business. The first trap keeps a Ctrl-C from ending the shell before
    // its work is done, the second also cleans up after a failed start.
    private const string Script =
        """
        umask 077
        trap '' INT TERM HUP
        bin=$1; port=$2; shift 2
        dir=$(mktemp -d /tmp/exemplar-postgres-XXXXXX) || exit 1
        trap 'rm -rf "$dir"' EXIT
        cd "$dir"
        "$bin/initdb" -D "$dir/data" -U exemplar -A trust -E UTF8 --no-locale --no-sync >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
        "$bin/pg_ctl" start -w -t 60 -s -D "$dir/data" -l "$dir/log" -o "-h 127.0.0.1 -p $port -k $dir $*" >/dev/null || { cat "$dir/log" >&2; exit 1; }
        echo "$dir"
        cat >/dev/null
        "$bin/pg_ctl" stop -w -t 60 -s -m fast -D "$dir/data" >/dev/null 2>&1
        """;

    private readonly Process _shell;
    private readonly string _binaries;
    private readonly int _port;

    private PrivatePostgres(Process shell, string binaries, int port, string folder)
    {
        _shell = shell;
        _binaries = binaries;
        _port = port;
        Folder = folder;
    }

    /// <summary>Where the server keeps its data, its log and its socket.</summary>
    public string Folder { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="settings">Settings beside PostgreSQL's own defaults, such as <c>("shared_buffers", "1GB")</c>.</param>
    /// <exception cref="InvalidOperationException">There are no binaries, or the server did not start; the message says why.</exception>
    public static async Task<PrivatePostgres> StartAsync(params (string Name, string Value)[] settings)
    {
        var binaries = FindBinaries();
        // Between choosing a free port and using it somebody else may take it.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await StartAsync(binaries, FreePort(), settings);
            }
            catch (InvalidOperationException exception) when (attempt < 3 && exception.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
            }
        }
    }

    /// <summary>Makes an empty database.</summary>
    /// <returns>Its connection string, as <c>Host=…</c>.</returns>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        using var process = Start(
            Path.Combine(_binaries, "createdb"), "-h", "127.0.0.1", "-p", _port.ToString(CultureInfo.InvariantCulture), "-U", UserName, name);
        process.StandardInput.Close();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException("createdb failed: " + error);
        return ConnectionString(name);
    }

    /// <summary>How to reach a database of this server.</summary>
    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username={UserName};Database={database}");

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }

    private static async Task<PrivatePostgres> StartAsync(string binaries, int port, (string Name, string Value)[] settings)
    {
        string[] command =
        [
            "setsid", .. AsServerUser(), "/bin/sh", "-c", Script, "exemplar-postgres", binaries, port.ToString(CultureInfo.InvariantCulture),
            .. settings.Select(s => $"-c {s.Name}={s.Value}"),
        ];
        var shell = Start(command[0], command[1..]);
        if (await shell.StandardOutput.ReadLineAsync() is { } folder) return new PrivatePostgres(shell, binaries, port, folder);

        var error = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();
        shell.Dispose();
        throw new InvalidOperationException("A private PostgreSQL could not be started: " + error);
    }

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started.");
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static string[] AsServerUser()
    {
        if (!string.Equals(Environment.UserName, "root", StringComparison.Ordinal)) return [];
        var hasPostgres = File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal));
        return ["runuser", "-u", hasPostgres ? "postgres" : "nobody", "--"];
    }

    private static string FindBinaries()
    {
        const string Debian = "/usr/lib/postgresql";
        var packaged = Directory.Exists(Debian)
            ? Directory.EnumerateDirectories(Debian)
                .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin"))
            : [];
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] needed = ["initdb", "pg_ctl", "createdb"];
        return packaged.Concat(onPath).FirstOrDefault(folder => needed.All(name => File.Exists(Path.Combine(folder, name))))
            ?? throw new InvalidOperationException(
                "No PostgreSQL binaries were found in /usr/lib/postgresql/*/bin or on the PATH. Install Debian's package 'postgresql'.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
