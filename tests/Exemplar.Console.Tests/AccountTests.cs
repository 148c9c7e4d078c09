using System.Text.RegularExpressions;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>Passwords, sign-ins everywhere, other sites, and the operator's way back in.</summary>
public sealed partial class AccountTests
{
    [Fact]
    public async Task Signing_out_everywhere_ends_a_page_that_is_open_and_another_password_ends_the_old_one()
    {
        await using var visit = await Visit.StartSignedInAsync();
        var page = visit.Page;
        var other = await visit.NewBrowserAsync();
        await Visit.SignInAsync(other, Visit.Email, Visit.Password);
        await other.ArriveAsync("**/monitors");
        await visit.LiveAsync(other);

        await page.GotoAsync("/settings/profile");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out everywhere else" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Every other sign-in has ended")).ToBeVisibleAsync();
        await other.ArriveAsync("**/sign-in?to=**", timeout: 20_000);

        await page.GetByLabel("Present password").FillAsync("not the password");
        await page.GetByLabel("New password", new() { Exact = true }).FillAsync("another long password");
        await page.GetByLabel("New password again").FillAsync("another long password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The password is wrong")).ToBeVisibleAsync();
        await page.GetByLabel("Present password").FillAsync(Visit.Password);
        await page.GetByLabel("New password", new() { Exact = true }).FillAsync("another long password");
        await page.GetByLabel("New password again").FillAsync("another long password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The password is changed")).ToBeVisibleAsync();
        await visit.OpenAsync("/monitors");

        await Visit.SignInAsync(other, Visit.Email, Visit.Password);
        await Assertions.Expect(other.GetByRole(AriaRole.Alert).First).ToContainTextAsync("E-mail or password is wrong");
        await Visit.SignInAsync(other, Visit.Email, "another long password");
        await other.ArriveAsync("**/monitors");
        Assert.DoesNotContain("another long password", visit.Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_of_another_site_changes_nothing()
    {
        await using var visit = await Visit.StartSignedInAsync();
        var page = visit.Page;
        var cookies = string.Join("; ", (await visit.Context.CookiesAsync()).Select(c => $"{c.Name}={c.Value}"));
        using var http = new HttpClient(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = visit.Server.Address };
        // As if the browser sent the cookies along with whatever another site makes up: it lacks the token of a form.
        foreach (var (path, form) in new[]
        {
            ("/sign-out", "to=/"),
            ("/settings/profile", "_handler=sign-out-everywhere"),
            ("/settings/profile", $"_handler=password&Input.Password={Uri.EscapeDataString(Visit.Password)}&Input.New=hijacked+password&Input.Again=hijacked+password"),
            ("/settings/profile/organization", "organization=1"),
            ("/passkeys/creation-options", $"Input.Password={Uri.EscapeDataString(Visit.Password)}"),
            ("/passkeys/request-options", "x=y"),
            ("/sign-in", $"_handler=sign-in&Input.Email={Visit.Email}&Input.Password={Uri.EscapeDataString(Visit.Password)}"),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(form, null, "application/x-www-form-urlencoded") };
            request.Headers.Add("Cookie", cookies);
            request.Headers.Add("Origin", "https://evil.example");
            using var answer = await http.SendAsync(request);
            Assert.True(answer.StatusCode == System.Net.HttpStatusCode.BadRequest, $"{path} answered {answer.StatusCode}");
            Assert.False(answer.Headers.TryGetValues("Set-Cookie", out var set) && set.Any(c => c.StartsWith("exemplar_session", StringComparison.Ordinal)));
        }

        // And in a real browser.
        var elsewhere = $"http://localhost:{visit.Server.Address.Port}/elsewhere";
        await page.RouteAsync(elsewhere, route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = $"<form method=post action='{visit.Server.Address}sign-out'><input name=to value=/></form><script>document.forms[0].submit()</script>",
        }));
        var answered = await page.RunAndWaitForResponseAsync(() => page.GotoAsync(elsewhere), response => response.Url.EndsWith("/sign-out", StringComparison.Ordinal));
        Assert.Equal(400, answered.Status);
        await visit.OpenAsync("/monitors");
        await Assertions.Expect(page.Locator(".who-email")).ToHaveTextAsync(Visit.Email);
    }

    [Fact]
    public async Task Pages_behind_the_sign_in_show_nothing_without_one_and_lead_to_no_other_site()
    {
        await using var visit = await Visit.StartAsync(("EXEMPLAR_ADMIN_EMAIL", Visit.Email), ("EXEMPLAR_ADMIN_PASSWORD", Visit.Password));
        foreach (var path in new[] { "organization", "members", "tokens", "audit", "profile" })
        {
            await visit.Page.GotoAsync($"/settings/{path}");
            await visit.Page.ArriveAsync("**/sign-in?to=**");
        }
        await visit.Page.GotoAsync("/sign-in?to=//evil.example/");
        await visit.Page.GetByLabel("E-mail").FillAsync(Visit.Email);
        await visit.Page.GetByLabel("Password").FillAsync(Visit.Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await visit.Page.ArriveAsync($"{visit.Server.Address}monitors");
    }

    [Fact]
    public async Task The_operator_gives_an_owner_who_is_locked_out_a_new_password()
    {
        await using var visit = await Visit.StartSignedInAsync();
        await Database.RunAsync(visit.Server, "UPDATE accounts SET is_two_factor = 1, totp_secret = 'lost', failed_sign_ins = 5, locked_until_ms = 99999999999999");
        var data = visit.Server.DataFolder;
        var (refused, why) = await ServerProcess.RunAsync(data, "--reset-password", Visit.Email);
        Assert.Equal(2, refused);
        Assert.Contains("is another server running on it?", why, StringComparison.Ordinal);
        await visit.Server.StopAsync();

        Assert.Equal(2, (await ServerProcess.RunAsync(data, "--reset-password", "nobody@example.org")).ExitCode);
        var (done, output) = await ServerProcess.RunAsync(data, "--reset-password", "ADA@example.org");
        Assert.Equal(0, done);
        var password = NewPassword().Match(output).Groups["password"].Value;
        Assert.Equal(20, password.Length);

        await using var again = await ServerProcess.StartOnAsync(data);
        var page = await visit.NewBrowserAsync(again.Address.ToString());
        await Visit.SignInAsync(page, Visit.Email, Visit.Password);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync("E-mail or password is wrong");
        await Visit.SignInAsync(page, Visit.Email, password);
        await page.ArriveAsync("**/monitors");
        await page.GotoAsync("/settings/audit");
        await Assertions.Expect(page.Locator(".audit-entry").First).ToContainTextAsync("Account reset");
        Assert.DoesNotContain(password, again.Log, StringComparison.Ordinal);
    }

    [GeneratedRegex("The new password is (?<password>[a-z0-9]+)\\.", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex NewPassword();
}
