namespace Exemplar.Core.Probes;

/// <summary>
/// A request over HTTP and what its answer must be. The values of the headers and the body may hold secrets: here stands only that
/// there are some.
/// </summary>
/// <param name="Url">An http or https address without user or password, at most <see cref="LongestUrl"/> characters.</param>
/// <param name="Method">One of <see cref="Methods"/>.</param>
/// <param name="HeaderNames">The headers that are sent, in the order given, at most <see cref="MostHeaders"/>.</param>
/// <param name="HasBody">Whether a body is sent.</param>
/// <param name="ExpectedStatus">Which answers are good.</param>
/// <param name="Assertions">What else must hold, at most <see cref="MostAssertions"/>.</param>
/// <param name="Timeout">See the base.</param>
/// <param name="FailuresBeforeDown">See the base.</param>
public sealed record EndpointProbe(
    string Url, string Method, IReadOnlyList<string> HeaderNames, bool HasBody, ExpectedStatus ExpectedStatus, IReadOnlyList<Assertion> Assertions,
    TimeSpan Timeout, int FailuresBeforeDown) : ProbeConfiguration(Timeout, FailuresBeforeDown)
{
    public const int LongestUrl = 2_000;
    public const int MostHeaders = 30;
    public const int LongestHeaderName = 100;
    public const int LongestHeader = 4_000;
    public const int LongestBody = 16 * 1024;
    public const int MostAssertions = 20;
    public const string DefaultMethod = "GET";

    /// <summary>What may be asked with; all of HTTP that monitoring needs.</summary>
    public static readonly IReadOnlyList<string> Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    // They follow from the request itself; one that is set by hand breaks it or reaches another host than the one that was checked.
    private static readonly string[] OwnHeaders =
        ["Host", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "TE", "Trailer", "Expect", "Proxy-Connection"];

    /// <summary>What is wrong with an address, going on from the field's name; null when nothing is.</summary>
    public static string? FaultOfUrl(string url)
    {
        if (url.Length > LongestUrl) return $"must have at most {LongestUrl} characters";
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
            return "must be an http or https address such as https://example.com/health";
        return address.UserInfo.Length > 0 ? "must not hold a user or a password; use a header" : null;
    }

    /// <summary>What is wrong with the name of a header; null when nothing is.</summary>
    public static string? FaultOfHeaderName(string name)
    {
        if (name.Length is < 1 or > LongestHeaderName || !name.All(IsTokenCharacter)) return $"must hold header names of 1 to {LongestHeaderName} letters, digits and hyphens";
        return OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase) ? $"must not set {name}; it follows from the request" : null;
    }

    /// <summary>What is wrong with the value of a header; null when nothing is.</summary>
    public static string? FaultOfHeader(string value)
    {
        if (value.Length > LongestHeader) return $"must hold values of at most {LongestHeader} characters";
        return value.All(c => c is >= ' ' and <= '~') ? null : "must hold values of printable ASCII characters";
    }

    private static bool IsTokenCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal);
}
