using System.Net;
using System.Text.RegularExpressions;

namespace Exemplar.Bench.Pages;

/// <summary>Somebody who signed in and opens pages one after the other, as a browser fetches them first.</summary>
internal sealed partial class PageVisitor : IDisposable
{
    public const string Email = "bench@example.org";
    public const string Password = "a password for the bench";

    private readonly HttpClient _http;

    private PageVisitor(Uri address) => _http = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() }) { BaseAddress = address };

    /// <exception cref="BenchException">The server refused.</exception>
    public static async Task<PageVisitor> SignInAsync(Uri address)
    {
        var visitor = new PageVisitor(address);
        var page = await visitor._http.GetStringAsync("/sign-in");
        // The first form is that of the password; another one, with fields of the same names, is for passkeys.
        var fields = HiddenField().Matches(page[..page.IndexOf("</form>", StringComparison.Ordinal)]).ToDictionary(m => m.Groups["name"].Value, m => WebUtility.HtmlDecode(m.Groups["value"].Value), StringComparer.Ordinal);
        fields["Input.Email"] = Email;
        fields["Input.Password"] = Password;
        using var answer = await visitor._http.PostAsync("/sign-in", new FormUrlEncodedContent(fields));
        return answer.RequestMessage!.RequestUri!.AbsolutePath == "/monitors" ? visitor : throw new BenchException("The console did not let the bench sign in.");
    }

    /// <summary>From the request to the last byte, in microseconds, and the page.</summary>
    /// <exception cref="BenchException">The answer was no page.</exception>
    public async Task<(int Microseconds, string Page)> OpenAsync(string address)
    {
        var startedAt = TimeProvider.System.GetTimestamp();
        using var answer = await _http.GetAsync(address);
        var page = await answer.Content.ReadAsStringAsync();
        var took = TimeProvider.System.GetElapsedTime(startedAt);
        return answer.StatusCode == HttpStatusCode.OK
            ? ((int)took.TotalMicroseconds, page)
            : throw new BenchException($"{address} was answered with {(int)answer.StatusCode}.");
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("<input type=\"hidden\" name=\"(?<name>[^\"]+)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HiddenField();
}
