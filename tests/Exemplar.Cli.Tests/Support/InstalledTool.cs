using System.Diagnostics;
using System.Runtime.InteropServices;
using Exemplar.Cli.Tests.Support;

[assembly: AssemblyFixture(typeof(InstalledTool))]

namespace Exemplar.Cli.Tests.Support;

/// <summary>The command, installed as a tool from its package, and a real server, once for all tests.</summary>
public sealed class InstalledTool : IAsyncLifetime
{
    private readonly PackedFiles _files = new();
    private readonly TemporaryFolder _folder = new();
    private ServerProcess? _server;

    /// <summary>The folder with the command.</summary>
    public string Folder { get; private set; } = "";

    /// <summary>The name of this machine's platform.</summary>
    public static string Platform { get; } = "linux-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>The folder with the command as a single file.</summary>
    public string Published => Path.Combine(_folder.Path, "published");

    /// <summary>The folder with the packages.</summary>
    public string Feed => _files.Feed;

    /// <summary>What the build said when it made the single file.</summary>
    public string PublishOutput => _files.PublishOutput;

    public ServerProcess Server => _server!;

    public Api Api { get; private set; } = default!;

    public FaultServer Faults { get; private set; } = default!;

    public async ValueTask InitializeAsync()
    {
        // Published for this machine's platform it is also the single file; packed from the same build.
        await Task.WhenAll(_files.PackAsync("src/Exemplar.Cli"), _files.PackForAsync("src/Exemplar.Cli", Platform, Published));
        Folder = await _files.InstallToolAsync("Exemplar.Cli");
        _server = await ServerProcess.StartAsync(_folder.Data);
        Api = new Api(_server);
        Faults = await FaultServer.StartAsync();
    }

    /// <summary>The package for platforms that have none of their own.</summary>
    public Task<string> PackForAnyAsync() => _files.PackForAsync("src/Exemplar.Cli", "any");

    public async ValueTask DisposeAsync()
    {
        Api?.Dispose();
        Faults?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        _folder.Dispose();
        _files.Dispose();
    }
}

/// <summary>A user with a home of their own, who runs the command. Nothing of the machine's own settings is seen.</summary>
internal sealed class User : IDisposable
{
    private readonly InstalledTool _tool;
    private readonly TemporaryFolder _home = new();

    public User(InstalledTool tool, string? baseUrl = null, string? key = ServerProcess.AdminToken)
    {
        _tool = tool;
        Environment["HOME"] = Home;
        Environment["XDG_CONFIG_HOME"] = Environment["XDG_STATE_HOME"] = "";
        Environment["EXEMPLAR_BASE_URL"] = baseUrl ?? tool.Server.Address.ToString();
        Environment["EXEMPLAR_API_KEY"] = key ?? "";
        // The tool is started by its runtime, which the home does not hold.
        Environment["DOTNET_CLI_HOME"] = Home;
    }

    public string Home => _home.Path;

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public string Command => Path.Combine(_tool.Folder, "exemplar");

    /// <summary>The files of the spool, as they wait.</summary>
    public string[] Spool => Directory.Exists(SpoolFolder) ? Directory.GetFiles(SpoolFolder, "*.json", SearchOption.AllDirectories) : [];

    public string SpoolFolder => Path.Combine(Home, ".local", "state", "exemplar", "spool");

    public Task<Run> RunAsync(params string[] arguments) => Programs.RunAsync(Home, Environment, Command, arguments);

    /// <summary>A line of the shell, with the command on its path.</summary>
    public Task<Run> ShellAsync(string script)
    {
        Environment["PATH"] = _tool.Folder + ":" + System.Environment.GetEnvironmentVariable("PATH");
        return Programs.RunAsync(Home, Environment, "bash", "-c", script);
    }

    /// <summary>Starts the command and waits for nothing.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Command, arguments)
        {
            WorkingDirectory = Home, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in Environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Writes the configuration file.</summary>
    public void Configure(string yaml, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var file = Path.Combine(Home, ".config", "exemplar", "config.yaml");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, yaml);
        File.SetUnixFileMode(file, mode);
    }

    public void Dispose() => _home.Dispose();
}
