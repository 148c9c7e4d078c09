using System.CommandLine;

namespace Exemplar.Cli.Settings;

/// <summary>The options that every command has.</summary>
internal static class SharedOptions
{
    public static readonly Option<string?> ApiKey = new("--api-key")
    {
        Description = "The API access token. Others on this machine can read it in the list of processes: prefer EXEMPLAR_API_KEY or the configuration file.",
        Recursive = true, HelpName = "KEY",
    };

    public static readonly Option<string?> BaseUrl = new("--base-url")
    {
        Description = "The address of the server; else EXEMPLAR_BASE_URL, else the configuration file.", Recursive = true, HelpName = "URL",
    };

    public static readonly Option<string?> Config = new("--config")
    {
        Description = "The configuration file; else ~/.config/exemplar/config.yaml.", Recursive = true, HelpName = "FILE",
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Write JSON.", Recursive = true };

    public static IEnumerable<Option> All => [ApiKey, BaseUrl, Config, Json];
}
