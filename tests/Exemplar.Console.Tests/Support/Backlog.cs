using System.Text;

namespace Exemplar.Console.Tests.Support;

/// <summary>Stands between a page and its server, and can keep back what the server says, which then comes in one piece, as from a busy server.</summary>
internal sealed class Backlog
{
    private readonly Lock _sync = new();
    private readonly List<byte> _kept = [];
    private IWebSocketRoute? _page;
    private bool _keeps;

    /// <summary>For the pages that are opened from now on.</summary>
    public static async Task<Backlog> BeforeAsync(IPage page)
    {
        var backlog = new Backlog();
        await page.RouteWebSocketAsync("**/_blazor?**", backlog.Connect);
        return backlog;
    }

    /// <summary>Keeps back what comes from now on.</summary>
    public void Keep()
    {
        lock (_sync) _keeps = true;
    }

    /// <summary>Lets the page have all that was kept back once <paramref name="last"/> is in it.</summary>
    public async Task ReleaseAfterAsync(string last)
    {
        for (var tries = 0; !Has(Encoding.UTF8.GetBytes(last)); tries++)
        {
            Assert.True(tries < TestBrowser.Patience / 20, $"The server did not say \"{last}\".");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
        lock (_sync)
        {
            _page!.Send([.. _kept]);
            _kept.Clear();
            _keeps = false;
        }
    }

    private bool Has(ReadOnlySpan<byte> text)
    {
        lock (_sync) return _kept.ToArray().AsSpan().IndexOf(text) >= 0;
    }

    private void Connect(IWebSocketRoute page)
    {
        _page = page;
        var server = page.ConnectToServer();
        page.OnMessage(frame => Pass(frame, server));
        server.OnMessage(frame =>
        {
            lock (_sync)
            {
                if (_keeps) _kept.AddRange(frame.Binary!);
                else Pass(frame, page);
            }
        });
    }

    private static void Pass(IWebSocketFrame frame, IWebSocketRoute to)
    {
        if (frame.Binary is { Length: > 0 } binary) to.Send(binary);
        else to.Send(frame.Text!);
    }
}
