using System.Net;
using System.Net.Sockets;
using Exemplar.Faults.Tests.Support;

namespace Exemplar.Faults.Tests;

/// <summary>A start that cannot succeed says why in one line that names the setting, and ends.</summary>
public sealed class StartRefusalTests
{
    private const string Password = "s3cret-of-the-database";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Two_servers_on_one_data_folder_are_refused()
    {
        using var folder = new TemporaryFolder();
        await using var first = await ServerProcess.StartAsync(folder.Data);
        await AssertRefusedAsync(folder.Data, "EXEMPLAR_DATA", "another server");
        using var api = new Api(first);
        Assert.Equal("up", (await api.BeatAsync((await api.CreateAsync("job", TimeSpan.FromHours(1), TimeSpan.FromHours(1))).Id)).Status);
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Data, "not a folder", TestContext.Current.CancellationToken);
        await AssertRefusedAsync(folder.Data, "EXEMPLAR_DATA", folder.Data);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_is_refused() =>
        await AssertRefusedAsync("/proc/exemplar", "EXEMPLAR_DATA", "/proc/exemplar");

    [Fact]
    public async Task A_database_file_that_is_none_is_refused_and_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Data);
        var content = string.Concat(Enumerable.Repeat("this is no database ", 500));
        await File.WriteAllTextAsync(folder.Database, content, TestContext.Current.CancellationToken);
        await AssertRefusedAsync(folder.Data, "EXEMPLAR_DATA", "not a database");
        Assert.Equal(content, await File.ReadAllTextAsync(folder.Database, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_database_that_another_program_holds_is_refused()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await ServerProcess.StartAsync(folder.Data)) await server.KillAsync();
        using var holder = new DatabaseHolder(folder.Database);
        await AssertRefusedAsync(folder.Data, "EXEMPLAR_DATA", "another program");
    }

    [Theory]
    [InlineData("EXEMPLAR_DATABASE", "nonsense " + Password)]
    [InlineData("EXEMPLAR_DATABASE", "Host=127.0.0.1;Pasword=" + Password)]
    [InlineData("EXEMPLAR_DATABASE", "mysql://exemplar:" + Password + "@127.0.0.1/exemplar")]
    [InlineData("EXEMPLAR_DATABASE", "postgres://exemplar:" + Password + "@127.0.0.1:1/exemplar")]
    [InlineData("EXEMPLAR_DATABASE", "Host=127.0.0.1;Port=1;Username=exemplar;Database=exemplar;Password=" + Password)]
    [InlineData("EXEMPLAR_DATABASE", "Host=no-such-host.invalid;Username=exemplar;Database=exemplar;Password=" + Password)]
    [InlineData("EXEMPLAR_ADMIN_TOKEN", Password)]
    [InlineData("EXEMPLAR_ADMIN_TOKEN", Password + " with spaces and more than 32 characters")]
    [InlineData("EXEMPLAR_URLS", "nonsense")]
    [InlineData("EXEMPLAR_URLS", "http://127.0.0.1:99999")]
    [InlineData("EXEMPLAR_URLS", "http://192.0.2.1:8080")]
    [InlineData("EXEMPLAR_URLS", "ftp://127.0.0.1:0")]
    [InlineData("EXEMPLAR_RATE_LIMIT_PER_TOKEN", "many")]
    public async Task A_setting_that_cannot_be_used_is_named(string setting, string value)
    {
        using var folder = new TemporaryFolder();
        await AssertRefusedAsync(folder.Data, setting, setting, (setting, value));
    }

    [Fact]
    public async Task A_port_that_is_in_use_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        await AssertRefusedAsync(folder.Data, "EXEMPLAR_URLS", url, ("EXEMPLAR_URLS", url));
    }

    private static async Task AssertRefusedAsync(string data, string names, string says, params (string Setting, string Value)[] settings)
    {
        var environment = settings.ToDictionary(s => s.Setting, string? (s) => s.Value, StringComparer.Ordinal);
        await using var server = ServerProcess.Launch(data, new ServerOptions { Environment = environment });
        Assert.Equal(2, await server.ExitCodeAsync(Patience));
        var line = Assert.Single(server.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(names, line, StringComparison.Ordinal);
        Assert.Contains(says, line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("fail:", server.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(ServerProcess.AdminToken, server.Log, StringComparison.Ordinal);
    }
}
