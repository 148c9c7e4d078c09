using System.Text.RegularExpressions;

namespace Exemplar.Console.Tests.Support;

/// <summary>
/// Waits until a page is at an address. Playwright's own WaitForURLAsync looks at the address first and listens for changes afterwards: a
/// change that comes between is lost and the wait has no end (microsoft/playwright-dotnet, issue 3364). Here the browser is asked again and again.
/// </summary>
internal static class Arrival
{
    /// <param name="page">The page.</param>
    /// <param name="address">The whole address, where * stands for anything but a slash and ** for anything.</param>
    /// <param name="timeout">How long it may take, in milliseconds.</param>
    public static Task ArriveAsync(this IPage page, string address, int timeout = TestBrowser.Patience)
    {
        var pattern = Regex.Escape(address).Replace(@"\*\*", ".*", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal);
        return page.ArriveAsync(new Regex($"^{pattern}$", RegexOptions.None, TimeSpan.FromSeconds(1)), timeout);
    }

    /// <inheritdoc cref="ArriveAsync(IPage, string, int)"/>
    public static async Task ArriveAsync(this IPage page, Regex address, int timeout = TestBrowser.Patience)
    {
        await Assertions.Expect(page).ToHaveURLAsync(address, new() { Timeout = timeout });
        await page.WaitForFunctionAsync("() => document.readyState === 'complete'");
    }
}
