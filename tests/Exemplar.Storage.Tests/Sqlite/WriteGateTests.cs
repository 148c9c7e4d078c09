using Exemplar.Storage.Sqlite;

namespace Exemplar.Storage.Tests.Sqlite;

public sealed class WriteGateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Who_comes_back_at_once_does_not_pass_by_a_thread_that_waits()
    {
        var gate = new WriteGate();
        var held = await gate.EnterAsync(TestContext.Current.CancellationToken);
        using var entered = new ManualResetEventSlim();
        using var mayLeave = new ManualResetEventSlim();
        var thread = Task.Factory.StartNew(() =>
        {
            using var pass = gate.Enter();
            entered.Set();
            mayLeave.Wait(Patience);
        }, TaskCreationOptions.LongRunning);
        Assert.True(SpinWait.SpinUntil(() => gate.Waiting == 1, Patience));

        held.Dispose();
        var again = gate.EnterAsync(TestContext.Current.CancellationToken).AsTask();

        Assert.True(entered.Wait(Patience));
        Assert.False(again.IsCompleted);
        mayLeave.Set();
        (await again.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken)).Dispose();
        await thread;
    }

    [Fact]
    public async Task The_gate_goes_to_those_who_wait_in_the_order_of_their_coming()
    {
        var gate = new WriteGate();
        var held = await gate.EnterAsync(TestContext.Current.CancellationToken);
        var order = new List<int>();
        var waiters = Enumerable.Range(0, 5).Select(async i =>
        {
            using var pass = await gate.EnterAsync(TestContext.Current.CancellationToken);
            order.Add(i);
        }).ToList();

        held.Dispose();
        await Task.WhenAll(waiters).WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal([0, 1, 2, 3, 4], order);
    }

    [Fact]
    public async Task Who_gave_up_waiting_does_not_keep_the_gate()
    {
        var gate = new WriteGate();
        var held = await gate.EnterAsync(TestContext.Current.CancellationToken);
        using var giveUp = new CancellationTokenSource();
        var first = gate.EnterAsync(giveUp.Token).AsTask();
        var second = gate.EnterAsync(TestContext.Current.CancellationToken).AsTask();

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        held.Dispose();

        (await second.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken)).Dispose();
        (await gate.EnterAsync(TestContext.Current.CancellationToken)).Dispose();
    }

    [Fact]
    public async Task Who_waits_while_another_is_refused_is_refused_too()
    {
        var gate = new WriteGate();
        var held = await gate.EnterAsync(TestContext.Current.CancellationToken);
        var waiting = gate.EnterAsync(TestContext.Current.CancellationToken).AsTask();

        gate.Refused();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => waiting);

        var after = gate.EnterAsync(TestContext.Current.CancellationToken).AsTask();
        held.Dispose();
        (await after.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken)).Dispose();
    }
}
