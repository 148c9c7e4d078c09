using System.Data.Common;
using Exemplar.Storage;
using Microsoft.AspNetCore.Components;

namespace Exemplar.Server.Console.Layout;

/// <summary>
/// A page that changes by itself: read again every second while somebody looks at it. What did not change is not sent.
/// A read that fails leaves what is on the page and says so; the next tick tries again.
/// </summary>
public abstract class Live : ComponentBase, IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _gone = new();

    // A dialog may end and ask for a fresh page after the page was left.
    private bool _isGone;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [CascadingParameter] private HttpContext? Http { get; set; }

    /// <summary>The moment of the latest read.</summary>
    protected DateTimeOffset Now { get; private set; }

    /// <summary>True while the database does not answer.</summary>
    protected bool IsStale { get; private set; }

    /// <summary>Reads what the page shows, as of <see cref="Now"/>.</summary>
    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Answers the request for the page with 404. As late as can be: a status that is set while the page is rendered makes the framework
    /// render another page in its place.
    /// </summary>
    protected void AnswerNotFound()
    {
        if (Http is not { Response: { HasStarted: false } response }) return;
        response.OnStarting(() =>
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    /// <summary>Reads at once.</summary>
    protected async Task RefreshAsync()
    {
        if (_isGone) return;
        try
        {
            Now = Clock.Moment();
            await ReadAsync(_gone.Token);
            IsStale = false;
        }
        catch (Exception exception) when (exception is StorageUnavailableException or DbException)
        {
            IsStale = true;
        }
        catch (Exception exception) when (_isGone && exception is OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone.
        }
    }

    protected override Task OnParametersSetAsync() => RefreshAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _ = WatchAsync();
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        _isGone = true;
        _gone.Cancel();
        _gone.Dispose();
    }

    private async Task WatchAsync()
    {
        var gone = _gone.Token;
        using var timer = new PeriodicTimer(Tick, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(gone))
                await InvokeAsync(async () =>
                {
                    await RefreshAsync();
                    StateHasChanged();
                });
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone.
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }
}
