using Microsoft.Extensions.Time.Testing;

namespace Exemplar.Storage.Tests;

public sealed class WakeSignalTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _clock = new();
    private readonly WakeSignal _signal = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_waits_is_woken_at_once()
    {
        var waiting = _signal.WaitAsync(Long, _clock, Stop);
        Assert.False(waiting.IsCompleted);
        _signal.Set();
        Assert.True(await waiting);
    }

    [Fact]
    public async Task A_signal_that_nobody_waits_for_is_kept_and_several_are_one()
    {
        _signal.Set();
        _signal.Set();
        Assert.True(await _signal.WaitAsync(Long, _clock, Stop));
        Assert.False(_signal.WaitAsync(Long, _clock, Stop).IsCompleted);
    }

    [Fact]
    public async Task Without_a_signal_the_time_ends_the_wait_and_the_next_signal_is_heard()
    {
        var waiting = _signal.WaitAsync(Long, _clock, Stop);
        _clock.Advance(Long);
        Assert.False(await waiting);

        var next = _signal.WaitAsync(Long, _clock, Stop);
        _signal.Set();
        Assert.True(await next);
    }

    [Fact]
    public async Task A_wait_that_is_given_up_ends_and_keeps_the_signal_for_the_next()
    {
        using var stopping = new CancellationTokenSource();
        var waiting = _signal.WaitAsync(Long, _clock, stopping.Token);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        _signal.Set();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _signal.WaitAsync(Long, _clock, stopping.Token));
        Assert.True(await _signal.WaitAsync(Long, _clock, Stop));
    }

    [Fact]
    public async Task No_change_is_slept_over_however_many_set_it_meanwhile()
    {
        const int changes = 20_000;
        var committed = 0;
        var setting = Task.Run(
            () =>
            {
                for (var i = 1; i <= changes; i++)
                {
                    Volatile.Write(ref committed, i);
                    _signal.Set();
                }
            }, Stop);

        // The clock stands still: whoever sleeps over the last change waits for ever.
        for (var seen = 0; seen < changes; seen = Volatile.Read(ref committed)) await _signal.WaitAsync(Long, _clock, Stop).WaitAsync(Long, Stop);
        await setting;
    }
}
