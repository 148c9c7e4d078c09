using Exemplar.Core.Maintenance;
using Microsoft.JSInterop;

namespace Exemplar.Server.Console.Maintenance;

/// <summary>The clock and the zone of whoever looks at the page.</summary>
internal sealed class BrowserClock(IJSRuntime browser) : IAsyncDisposable
{
    private IJSObjectReference? _module;

    /// <summary>The IANA name of its zone.</summary>
    public async Task<string> ZoneAsync() => await (await ModuleAsync()).InvokeAsync<string>("zone");

    /// <summary>A moment that was typed there, in UTC; null where nothing was typed.</summary>
    public async Task<string?> MomentAsync(string text) => text.Length == 0 ? null : await (await ModuleAsync()).InvokeAsync<string>("moment", text);

    /// <summary>Moments as its fields for date and time take them.</summary>
    public async Task<string[]> FieldsAsync(params DateTimeOffset[] moments) =>
        await (await ModuleAsync()).InvokeAsync<string[]>("fields", (object)moments.Select(Moments.Text).ToArray());

    /// <summary>Runs of time in words.</summary>
    public async Task<string[]> WordsAsync(IEnumerable<Stretch> stretches) =>
        await (await ModuleAsync()).InvokeAsync<string[]>("words", (object)stretches.Select(s => new[] { Moments.Text(s.From), Moments.Text(s.To) }).ToArray());

    public async ValueTask DisposeAsync()
    {
        if (_module is null) return;
        try
        {
            await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and the module with it.
        }
    }

    private async Task<IJSObjectReference> ModuleAsync() => _module ??= await browser.InvokeAsync<IJSObjectReference>("import", "/maintenance.js");
}
