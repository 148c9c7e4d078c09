using System.Diagnostics;

namespace Exemplar.Testing;

/// <summary>Looks at the real thing again and again until it is as expected, or fails with what was waited for.</summary>
public static class Eventually
{
    /// <summary>Other work shares the machine: generous, and reached only by a failing test.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    /// <summary>The first value that is not null.</summary>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> look, ServerProcess? server = null) where T : class
    {
        var startedAt = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(startedAt) < Patience)
        {
            if (await look() is { } found) return found;
            await Task.Delay(Pause, TimeProvider.System);
        }
        throw new TimeoutException($"Waited {Patience} in vain: {what}.\n{server?.Log}");
    }

    public static Task TrueAsync(string what, Func<Task<bool>> look, ServerProcess? server = null) =>
        GetAsync(what, async () => await look() ? what : null, server);

    public static Task TrueAsync(string what, Func<bool> look, ServerProcess? server = null) =>
        TrueAsync(what, () => Task.FromResult(look()), server);

    /// <summary>Waits until the clock on the wall is past the moment.</summary>
    public static Task PastAsync(DateTimeOffset moment) =>
        TrueAsync($"the clock passes {moment:O}", () => TimeProvider.System.GetUtcNow() > moment);
}
