using System.CommandLine;
using Exemplar.Cli.Output;
using Exemplar.Cli.Spool;
using Exemplar.Client;

namespace Exemplar.Cli.Settings;

/// <summary>Where the server is and which key opens it: from the flags, else the environment, else the configuration file.</summary>
internal sealed class Connection
{
    private const string KeyVariable = "EXEMPLAR_API_KEY";

    private Connection(ExemplarOptions options, Uri baseUrl) => (Options, BaseUrl) = (options, baseUrl);

    /// <summary>For a client.</summary>
    public ExemplarOptions Options { get; }

    /// <summary>Ends with a slash.</summary>
    public Uri BaseUrl { get; }

    /// <summary>Where heartbeats wait for this server.</summary>
    public SpoolFolders Spools(TimeProvider clock) => new(BaseUrl, Options.ApiKey!, clock);

    /// <summary>Reads it and says on stderr what is wrong; null when it cannot be used.</summary>
    public static Connection? Read(ParseResult parsed)
    {
        var (key, address) = (Given(parsed.GetValue(SharedOptions.ApiKey), KeyVariable), Given(parsed.GetValue(SharedOptions.BaseUrl), ExemplarOptions.BaseUrlVariable));
        var named = parsed.GetValue(SharedOptions.Config);
        var file = key is null || address is null || named is not null ? ConfigFile.Read(named) : ConfigFile.Absent;
        foreach (var warning in file.Warnings) Terminal.Complain(warning);

        var faults = new List<string>(file.Faults);
        key ??= file.ApiKey;
        address ??= file.BaseUrl ?? ExemplarOptions.DefaultBaseUrl;
        var baseUrl = Target.ReadBaseUrl(address);
        if (string.IsNullOrWhiteSpace(key)) faults.Add($"There is no API access token. Set {KeyVariable}, or api_key in {named ?? ConfigFile.DefaultPath}.");
        else if (Target.KeyFault(key) is { } fault) faults.Add("The API access token " + fault + ".");
        if (baseUrl is null) faults.Add("The base address must be an http or https address without user, query and fragment.");
        foreach (var fault in faults) Terminal.Complain(fault);
        return faults.Count == 0 ? new Connection(new ExemplarOptions { ApiKey = key, BaseUrl = baseUrl!.ToString(), UserAgentName = "exemplar-cli" }, baseUrl) : null;
    }

    private static string? Given(string? flag, string variable) =>
        flag ?? (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null);
}
