namespace Exemplar.Server.Deliveries;

/// <summary>
/// How many messages the readers of a channel are sent: a few at once, then one every few seconds. What is due meanwhile
/// waits and is told in one message. Used by the lane of its channel alone.
/// </summary>
internal sealed class MessageBudget
{
    /// <summary>So many messages may be sent at once.</summary>
    public const int AtOnce = 5;

    /// <summary>The time after which one more may be sent.</summary>
    public static readonly TimeSpan RefillEvery = TimeSpan.FromSeconds(6);

    private double _left = AtOnce;
    private DateTimeOffset? _countedAt;

    /// <summary>Whole messages that may be sent now.</summary>
    public int Left(DateTimeOffset now)
    {
        if (_countedAt is { } at && now > at) _left = Math.Min(AtOnce, _left + (now - at) / RefillEvery);
        _countedAt = now;
        return (int)_left;
    }

    public void Spend(int messages) => _left -= messages;

    /// <summary>How long until one message may be sent.</summary>
    public TimeSpan Wait => _left >= 1 ? TimeSpan.Zero : RefillEvery * (1 - _left);
}
