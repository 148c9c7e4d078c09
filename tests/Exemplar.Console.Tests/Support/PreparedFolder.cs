using System.Net;
using System.Text.RegularExpressions;

namespace Exemplar.Console.Tests.Support;

/// <summary>
/// The data folder of a server that has its first organization and owner, made once and copied for every test that needs a server of its
/// own. The owner's session holds on every copy, because the keys are copied along.
/// </summary>
internal sealed partial class PreparedFolder
{
    private static readonly Lazy<Task<PreparedFolder>> Made = new(MakeAsync);

    private readonly string _folder;

    private PreparedFolder(string folder, string session) => (_folder, Session) = (folder, session);

    /// <summary>The session cookie of the owner.</summary>
    public string Session { get; }

    public static Task<PreparedFolder> GetAsync() => Made.Value;

    public static async Task EndAsync()
    {
        if (Made.IsValueCreated) Directory.Delete((await Made.Value)._folder, recursive: true);
    }

    /// <summary>A copy of the test's own.</summary>
    public string Copy()
    {
        var copy = Directory.CreateTempSubdirectory("exemplar-console-").FullName;
        foreach (var folder in Directory.GetDirectories(_folder, "*", SearchOption.AllDirectories)) Directory.CreateDirectory(folder.Replace(_folder, copy, StringComparison.Ordinal));
        foreach (var file in Directory.GetFiles(_folder, "*", SearchOption.AllDirectories)) File.Copy(file, file.Replace(_folder, copy, StringComparison.Ordinal));
        return copy;
    }

    /// <summary>Sends a form of a page as its browser would, and returns the session that comes back.</summary>
    public static async Task<string> PostAsync(Uri server, string page, string action, string? session, params (string Name, string Value)[] fields)
    {
        var cookies = new CookieContainer();
        if (session is not null) cookies.Add(server, new System.Net.Cookie("exemplar_session", session));
        using var http = new HttpClient(new HttpClientHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = server };
        var token = Token().Match(await http.GetStringAsync(page)).Groups["token"].Value;
        using var form = new FormUrlEncodedContent(fields.Append(("__RequestVerificationToken", token)).Select(f => KeyValuePair.Create(f.Item1, f.Item2)));
        using var answer = await http.PostAsync(action, form);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return cookies.GetCookies(server)["exemplar_session"]?.Value ?? throw new InvalidOperationException("No session came back.");
    }

    private static async Task<PreparedFolder> MakeAsync()
    {
        var folder = Directory.CreateTempSubdirectory("exemplar-console-").FullName;
        var server = await ServerProcess.StartOnAsync(folder, ("EXEMPLAR_ADMIN_EMAIL", Visit.Email), ("EXEMPLAR_ADMIN_PASSWORD", Visit.Password));
        var session = await PostAsync(server.Address, "/sign-in", "/sign-in", null, ("_handler", "sign-in"), ("Input.Email", Visit.Email), ("Input.Password", Visit.Password));
        await server.StopAsync();
        return new PreparedFolder(folder, session);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Token();
}
