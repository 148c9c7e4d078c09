using System.Text.Json.Nodes;
using Exemplar.Cli.Tests.Support;

namespace Exemplar.Cli.Tests;

/// <summary>Flags win over the environment, the environment over the file.</summary>
public sealed class ConfigurationTests(InstalledTool tool)
{
    private const string Nowhere = "http://127.0.0.1:9/";

    private string File => $"api_key: {ServerProcess.AdminToken}\nbase_url: {tool.Server.Address}\n";

    [Fact]
    public async Task The_file_is_enough()
    {
        using var user = new User(tool, "", null);
        user.Configure(File);
        var run = await user.RunAsync("monitors", "list", "--json");
        Assert.Equal((0, ""), (run.Code, run.Errors));
        Assert.NotNull(JsonNode.Parse(run.Output)!["items"]);
    }

    [Fact]
    public async Task The_folder_of_xdg_config_home_is_respected_and_a_named_file_wins()
    {
        using var user = new User(tool, "", null);
        var folder = Path.Combine(user.Home, "xdg");
        Directory.CreateDirectory(Path.Combine(folder, "exemplar"));
        await System.IO.File.WriteAllTextAsync(Path.Combine(folder, "exemplar", "config.yaml"), File);
        System.IO.File.SetUnixFileMode(Path.Combine(folder, "exemplar", "config.yaml"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        user.Environment["XDG_CONFIG_HOME"] = folder;
        Assert.Equal(0, (await user.RunAsync("tokens", "list")).Code);

        user.Configure(File);
        user.Environment["XDG_CONFIG_HOME"] = "/nowhere";
        Assert.Equal(2, (await user.RunAsync("tokens", "list")).Code);
        Assert.Equal(0, (await user.RunAsync("tokens", "list", "--config", Path.Combine(user.Home, ".config", "exemplar", "config.yaml"))).Code);
        Assert.Equal(2, (await user.RunAsync("tokens", "list", "--config", "/nowhere/config.yaml")).Code);
    }

    [Fact]
    public async Task The_environment_wins_over_the_file_and_a_flag_over_both()
    {
        using var user = new User(tool);
        user.Configure($"api_key: not-the-key\nbase_url: {Nowhere}\n");
        Assert.Equal(0, (await user.RunAsync("tokens", "list")).Code);
        Assert.Equal(1, (await user.RunAsync("tokens", "list", "--api-key", "not-the-key")).Code);
        user.Environment["EXEMPLAR_BASE_URL"] = Nowhere;
        Assert.Equal(1, (await user.RunAsync("tokens", "list")).Code);
        Assert.Equal(0, (await user.RunAsync("tokens", "list", "--base-url", tool.Server.Address.ToString())).Code);
    }

    [Fact]
    public async Task A_file_that_others_can_read_is_used_with_a_warning()
    {
        using var user = new User(tool, "", null);
        user.Configure(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        var run = await user.RunAsync("tokens", "list");
        Assert.Equal(0, run.Code);
        Assert.Contains("chmod 600", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(ServerProcess.AdminToken, run.Errors + run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api_key: [secret-of-mine\n", "is no YAML")]
    [InlineData("- secret-of-mine\n", "must be a mapping")]
    [InlineData("api_keys: secret-of-mine\n", "unknown name, 'api_keys'")]
    [InlineData("api_key: {a: secret-of-mine}\n", "'api_key' must be a text")]
    [InlineData("", "There is no API access token")]
    [InlineData("# nothing yet\n", "There is no API access token")]
    public async Task A_file_that_cannot_be_used_is_named_and_never_quoted(string yaml, string expected)
    {
        using var user = new User(tool, "", null);
        user.Configure(yaml);
        var run = await user.RunAsync("tokens", "list");
        Assert.Equal(2, run.Code);
        Assert.Contains(expected, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-mine", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Errors, StringComparison.Ordinal);
    }
}
