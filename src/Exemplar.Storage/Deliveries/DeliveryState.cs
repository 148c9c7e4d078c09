namespace Exemplar.Storage.Deliveries;

/// <summary>How a delivery stands. The numbers are stored.</summary>
public enum DeliveryState
{
    /// <summary>Waits for its first or its next attempt, or one runs.</summary>
    Pending = 0,

    /// <summary>The other side took it.</summary>
    Delivered = 1,

    /// <summary>The other side will not take it: the channel has to be changed.</summary>
    Refused = 2,

    /// <summary>It could not be delivered for a day.</summary>
    GivenUp = 3,

    /// <summary>Told in one message together with others.</summary>
    Folded = 4,
}

/// <summary>How one attempt ended. The numbers are stored.</summary>
public enum AttemptOutcome
{
    /// <summary>The other side took it.</summary>
    Delivered = 1,

    /// <summary>It will be tried again.</summary>
    Retry = 2,

    /// <summary>The other side refused it for good.</summary>
    Refused = 3,
}
