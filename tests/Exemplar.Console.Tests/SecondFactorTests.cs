using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests;

/// <summary>Two-factor sign-in and passkeys, with codes computed beside the server and a virtual authenticator in the browser.</summary>
public sealed class SecondFactorTests
{
    [Fact]
    public async Task A_code_is_asked_for_taken_once_and_a_recovery_code_stands_in_for_it()
    {
        await using var visit = await Visit.StartSignedInAsync();
        var page = visit.Page;
        await page.GotoAsync("/settings/profile");
        await page.Locator("#totp-password").FillAsync(Visit.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        await Assertions.Expect(page.Locator(".qr svg")).ToBeVisibleAsync();
        await visit.ShouldBeAccessibleAsync("two-factor set-up");
        var key = (await page.Locator("code.key").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync("000000");
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The code is not right")).ToBeVisibleAsync();
        var first = Totp.Code(key);
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(first);
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        var codes = await page.Locator(".codes code").AllInnerTextsAsync();
        Assert.Equal(10, codes.Distinct().Count());
        await visit.ShouldBeAccessibleAsync("recovery codes");

        var other = await visit.NewBrowserAsync();
        await Visit.SignInAsync(other, Visit.Email, Visit.Password);
        await other.ArriveAsync("**/sign-in/code**");
        // The password alone opens nothing.
        await other.GotoAsync("/monitors");
        await other.ArriveAsync("**/sign-in?to=**");
        await other.GotoAsync("/sign-in/code");
        await SendCodeAsync(other, first);
        await Assertions.Expect(other.GetByRole(AriaRole.Alert).First).ToContainTextAsync("was used before");
        await SendCodeAsync(other, Totp.Code(key, stepsAhead: 1));
        await other.ArriveAsync("**/monitors");

        foreach (var (code, opens) in new[] { (codes[3].ToLowerInvariant(), true), (codes[3], false) })
        {
            var third = await visit.NewBrowserAsync();
            await Visit.SignInAsync(third, Visit.Email, Visit.Password);
            await third.ArriveAsync("**/sign-in/code**");
            await SendCodeAsync(third, code);
            if (opens) await third.ArriveAsync("**/monitors");
            else await Assertions.Expect(third.GetByRole(AriaRole.Alert).First).ToContainTextAsync("The code is wrong");
        }

        // Neither the secret nor a code stands in the database or the log as it is.
        var database = System.Text.Encoding.Latin1.GetString(await ReadDatabaseAsync(visit.Server)) + visit.Server.Log;
        Assert.DoesNotContain(key.ToUpperInvariant(), database, StringComparison.Ordinal);
        Assert.All(codes, code => Assert.DoesNotContain(code, database, StringComparison.Ordinal));

        await page.GotoAsync("/settings/profile");
        await Assertions.Expect(page.GetByText("9 of 10 recovery codes")).ToBeVisibleAsync();
        await page.Locator("#totp-password").FillAsync(Visit.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn off" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Two-factor sign-in is off")).ToBeVisibleAsync();
        Assert.Empty(visit.Errors);
        Assert.DoesNotContain("fail:", visit.Server.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_codes_lock_the_account()
    {
        await using var visit = await Visit.StartSignedInAsync();
        var page = visit.Page;
        await page.GotoAsync("/settings/profile");
        await page.Locator("#totp-password").FillAsync(Visit.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        var key = (await page.Locator("code.key").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        await page.GetByLabel("Code", new() { Exact = true }).FillAsync(Totp.Code(key));
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        await page.Locator(".codes").WaitForAsync();

        var other = await visit.NewBrowserAsync();
        await Visit.SignInAsync(other, Visit.Email, Visit.Password);
        await other.ArriveAsync("**/sign-in/code**");
        foreach (var wrong in new[] { "000001", "000002", "WRONG-CODE1", "WRONG-CODE2", "000003" })
        {
            await SendCodeAsync(other, wrong);
            await Assertions.Expect(other.GetByRole(AriaRole.Alert).First).ToContainTextAsync("The code is wrong");
        }
        await SendCodeAsync(other, Totp.Code(key, stepsAhead: 1));
        await Assertions.Expect(other.GetByRole(AriaRole.Alert).First).ToBeVisibleAsync();
        await other.GotoAsync("/monitors");
        await other.ArriveAsync("**/sign-in?to=**");
    }

    [Fact]
    public async Task A_passkey_is_added_signs_in_without_password_and_is_removed()
    {
        await using var visit = await Visit.StartAsync(("EXEMPLAR_ADMIN_EMAIL", Visit.Email), ("EXEMPLAR_ADMIN_PASSWORD", Visit.Password));
        // Browsers make passkeys for names only, and for plain http only on this machine.
        var page = await visit.NewBrowserAsync($"http://localhost:{visit.Server.Address.Port}/");
        var browser = await page.Context.NewCDPSessionAsync(page);
        await browser.SendAsync("WebAuthn.enable");
        await browser.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true,
                ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
        await Visit.SignInAsync(page, Visit.Email, Visit.Password);
        await page.ArriveAsync("**/monitors");
        await page.GotoAsync("/settings/profile");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Work laptop");
        await page.Locator("#passkey-password").FillAsync("not the password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-passkey-refusal]")).ToHaveTextAsync("The password is wrong.");
        await page.Locator("#passkey-password").FillAsync(Visit.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The passkey is added")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".plain-list").GetByText("Work laptop")).ToBeVisibleAsync();

        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/sign-in?to=/settings/profile");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await page.ArriveAsync("**/settings/profile");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the passkey Work laptop" }).ClickAsync();
        await Assertions.Expect(page.GetByText("The passkey is removed")).ToBeVisibleAsync();

        await page.Context.ClearCookiesAsync();
        await page.GotoAsync("/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Assertions.Expect(page.GetByText("This passkey cannot be used here")).ToBeVisibleAsync();
        Assert.Empty(visit.Errors);
        Assert.DoesNotContain("fail:", visit.Server.Log, StringComparison.Ordinal);
    }

    private static async Task SendCodeAsync(IPage page, string code)
    {
        await page.GetByLabel("Code").FillAsync(code);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    private static async Task<byte[]> ReadDatabaseAsync(ServerProcess server)
    {
        var bytes = new List<byte>();
        foreach (var file in Directory.GetFiles(server.DataFolder, "exemplar.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            bytes.AddRange(copy.ToArray());
        }
        return [.. bytes];
    }
}
