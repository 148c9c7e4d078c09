namespace Exemplar.Client;

/// <summary>Waits and limits on the injected clock, spelled alike for every framework.</summary>
internal static class Timing
{
#if NETSTANDARD2_0
    public static Task WaitAsync(this TimeProvider clock, TimeSpan delay, CancellationToken cancellationToken) => clock.Delay(delay, cancellationToken);

    public static CancellationTokenSource CancelAfter(this TimeProvider clock, TimeSpan delay) => clock.CreateCancellationTokenSource(delay);
#else
    public static Task WaitAsync(this TimeProvider clock, TimeSpan delay, CancellationToken cancellationToken) => Task.Delay(delay, clock, cancellationToken);

    public static CancellationTokenSource CancelAfter(this TimeProvider clock, TimeSpan delay) => new(delay, clock);
#endif
}
