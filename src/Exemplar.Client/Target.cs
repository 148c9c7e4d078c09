using System.Reflection;

namespace Exemplar.Client;

/// <summary>Checked options: where heartbeats go, with which key, within which limits.</summary>
internal sealed class Target
{
    private static readonly string Version = ReadVersion();

    private Target(ExemplarOptions options, Uri baseUrl)
    {
        Key = options.ApiKey!;
        BaseUrl = baseUrl;
        Heartbeats = new Uri(baseUrl, "api/monitoring/heartbeat");
        TotalTimeout = options.TotalTimeout;
        AttemptTimeout = options.AttemptTimeout;
        MaxAttempts = options.MaxAttempts;
        ThrowOnError = options.ThrowOnError;
        UserAgent = options.UserAgentName + "/" + Version;
    }

    public string Key { get; }

    /// <summary>Ends with a slash.</summary>
    public Uri BaseUrl { get; }

    public Uri Heartbeats { get; }

    public TimeSpan TotalTimeout { get; }

    public TimeSpan AttemptTimeout { get; }

    public int MaxAttempts { get; }

    public bool ThrowOnError { get; }

    public string UserAgent { get; }

    /// <summary>Checks options.</summary>
    /// <exception cref="ArgumentException">Something is wrong with them; the message names all of it and never holds the key.</exception>
    public static Target Of(ExemplarOptions options)
    {
        var faults = new List<string>();
        if (KeyFault(options.ApiKey) is { } keyFault) faults.Add($"{nameof(options.ApiKey)} {keyFault}");
        var address = string.IsNullOrWhiteSpace(options.BaseUrl) ? Environment.GetEnvironmentVariable(ExemplarOptions.BaseUrlVariable) : options.BaseUrl;
        if (string.IsNullOrWhiteSpace(address)) address = ExemplarOptions.DefaultBaseUrl;
        var baseUrl = ReadBaseUrl(address!);
        if (baseUrl is null) faults.Add($"{nameof(options.BaseUrl)} must be an http or https address without user, query and fragment");
        // CancelAfter and Task.Delay take no more than this.
        var longest = TimeSpan.FromMilliseconds(int.MaxValue);
        if (options.TotalTimeout <= TimeSpan.Zero || options.TotalTimeout > longest) faults.Add($"{nameof(options.TotalTimeout)} must be above zero and below 24 days");
        if (options.AttemptTimeout <= TimeSpan.Zero || options.AttemptTimeout > longest) faults.Add($"{nameof(options.AttemptTimeout)} must be above zero and below 24 days");
        if (options.MaxAttempts <= 0) faults.Add($"{nameof(options.MaxAttempts)} must be above zero");
        return faults.Count == 0
            ? new Target(options, baseUrl!)
            : throw new ArgumentException("Exemplar cannot be set up: " + string.Join("; ", faults) + ".", nameof(options));
    }

    /// <summary>The address with a slash at its end; null when it is none that can be used.</summary>
    public static Uri? ReadBaseUrl(string text) =>
        Uri.TryCreate(text.Trim().TrimEnd('/') + "/", UriKind.Absolute, out var address)
        && (address.Scheme == "http" || address.Scheme == "https")
        && address.Host.Length > 0 && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0
            ? address
            : null;

    /// <summary>What is wrong with a key; null for nothing.</summary>
    public static string? KeyFault(string? key) =>
        string.IsNullOrWhiteSpace(key) ? "is missing"
        : key!.Any(character => character is < '!' or > '~') ? "has a character that fits into no header (a line break at its end?)"
        : null;

    /// <summary>A text of the server without the key, in one line.</summary>
    public string? Clean(string? text, int longest = 300) => text is null ? null : PlainText.Of(text.Replace(Key, "[key]"), longest);

    private static string ReadVersion()
    {
        var version = typeof(Target).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        var build = version.IndexOf('+');
        return build < 0 ? version : version.Substring(0, build);
    }
}
