using System.Text.RegularExpressions;
using Exemplar.Console.Tests.Support;
using Exemplar.Testing;

namespace Exemplar.Console.Tests.Forgeries;

/// <summary>Everything of the console that takes a POST, sent by hand: which those are is read from the code.</summary>
public sealed partial class ForgedFormTests
{
    [Fact]
    public async Task Nothing_takes_a_form_without_the_token_of_its_own_page()
    {
        await using var visit = await Visit.StartSharedAsync();
        var session = (await visit.Context.CookiesAsync()).Single(c => c.Name == "exemplar_session").Value;
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = visit.Server.Address };
        // The token of somebody who is not signed in, with its cookie: real, and not of this session.
        using var door = await http.GetAsync("/sign-in");
        var foreign = AntiforgeryToken().Match(await door.Content.ReadAsStringAsync()).Groups["token"].Value;
        var cookie = door.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("exemplar_form", StringComparison.Ordinal)).Split(';')[0];
        Assert.NotEmpty(foreign);

        var targets = Targets();
        Assert.True(targets.Count > 12, "The forms were not found.");
        foreach (var (path, handler) in targets)
        {
            await RefusedAsync(http, path, $"exemplar_session={session}", ("_handler", handler), ("organization", "1"), ("Input.Password", Visit.Password));
            // The doors themselves are for people without a session; for them that token is the right one.
            if (path.StartsWith("/settings", StringComparison.Ordinal) || path == "/sign-out" || path == "/passkeys/creation-options")
                await RefusedAsync(http, path, $"exemplar_session={session}; {cookie}", ("_handler", handler), ("__RequestVerificationToken", foreign), ("Input.Password", Visit.Password));
        }
        await visit.OpenAsync("/monitors");
        await Assertions.Expect(visit.Page.Locator(".who-email")).ToHaveTextAsync(Visit.Email);
    }

    private static async Task RefusedAsync(HttpClient http, string path, string cookies, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) };
        request.Headers.Add("Cookie", cookies);
        using var answer = await http.SendAsync(request);
        // The set-up page is gone for ever, and with it its form.
        Assert.True((int)answer.StatusCode == (path == "/setup" ? 404 : 400), $"{path} ({fields[0].Value}) answered {(int)answer.StatusCode}");
        Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var set) && set.Any(c => c.StartsWith("exemplar_session", StringComparison.Ordinal)));
    }

    private static List<(string Path, string Handler)> Targets()
    {
        var folder = Path.Combine(Repository.Root, "src/Exemplar.Server/Console");
        var posts = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Post().Matches(File.ReadAllText(file)).Select(m => (m.Groups["path"].Value, "")));
        var forms = Directory.GetFiles(folder, "*.razor", SearchOption.AllDirectories).SelectMany(file =>
        {
            var code = File.ReadAllText(file);
            // A card has no address of its own: all of them stand on the profile.
            var page = PageRoute().Match(code) is { Success: true } route ? route.Groups["route"].Value.Replace("{Code}", "nothing", StringComparison.Ordinal) : "/settings/profile";
            return FormName().Matches(code).Select(m => (page, m.Groups["name"].Value));
        });
        return [.. posts, .. forms];
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\"[^>]*value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex AntiforgeryToken();

    [GeneratedRegex("MapPost\\(\"(?<path>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Post();

    [GeneratedRegex("@formname=\"(?<name>[a-z-]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex FormName();

    [GeneratedRegex("^@page \"(?<route>[^\"]+)\"", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PageRoute();
}
