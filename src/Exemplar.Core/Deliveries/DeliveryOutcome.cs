namespace Exemplar.Core.Deliveries;

/// <summary>How one attempt to deliver an alert ended. The text is shown to people: it never holds a secret.</summary>
public abstract record DeliveryOutcome
{
    private DeliveryOutcome(string detail) => Detail = detail;

    /// <summary>What the other side answered, or why it could not; one line, at most 500 characters.</summary>
    public string Detail { get; }

    /// <summary>The other side took it.</summary>
    public sealed record Delivered(string Answer) : DeliveryOutcome(Answer);

    /// <summary>It may work later: a connection fault, a timeout, 408, 425, 429, 5xx.</summary>
    /// <param name="Reason">What happened.</param>
    /// <param name="After">Not before so long, when the other side said so.</param>
    public sealed record Retry(string Reason, TimeSpan? After = null) : DeliveryOutcome(Reason);

    /// <summary>It cannot work until somebody changes the channel: a wrong key, an address that does not exist, 4xx.</summary>
    public sealed record Refused(string Reason) : DeliveryOutcome(Reason);
}
