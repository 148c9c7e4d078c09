namespace Exemplar.Client;

/// <summary>How heartbeats are sent.</summary>
public sealed class ExemplarOptions
{
    /// <summary>The variable that names the base address when <see cref="BaseUrl"/> does not.</summary>
    public const string BaseUrlVariable = "EXEMPLAR_BASE_URL";

    /// <summary>The variable that holds the key for <see cref="Monitor"/>, and by convention for every program.</summary>
    public const string ApiKeyVariable = "EXEMPLAR_API_KEY";

    /// <summary>The base address when nothing names another.</summary>
    public const string DefaultBaseUrl = "https://production-api.exemplar.dev";

    /// <summary>An API access token with the scope <c>heartbeat</c>. Needed. It is sent to the base address and shown nowhere.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The address of the server, <c>http</c> or <c>https</c>. Left out: <c>EXEMPLAR_BASE_URL</c>, else the documented one.</summary>
#pragma warning disable CA1056 // Settings and environment variables are texts; what is no address is named in an error of ours.
    public string? BaseUrl { get; set; }
#pragma warning restore CA1056

    /// <summary>The longest that a heartbeat may take with all its attempts and waits. 10 seconds.</summary>
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest that one attempt may take, the answer's body included. 5 seconds.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a heartbeat is tried. 5.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>Whether a failure throws an <see cref="ExemplarException"/> instead of only being the result. False.</summary>
    public bool ThrowOnError { get; set; }

    /// <summary>The first part of the user agent.</summary>
    internal string UserAgentName { get; set; } = "exemplar-dotnet";
}
