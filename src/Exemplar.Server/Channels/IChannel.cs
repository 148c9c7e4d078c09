using Exemplar.Core.Deliveries;
using Exemplar.Server.Requests;

namespace Exemplar.Server.Channels;

/// <summary>
/// A way to tell somebody. One class for each kind, in a folder of its own; they hold no state of a delivery and may be
/// called many times at once.
/// </summary>
internal interface IChannel
{
    /// <summary>The word of the API: <c>webhook</c>, <c>email</c>, <c>slack</c>.</summary>
    string Kind { get; }

    /// <summary>What people call it: "Microsoft Teams".</summary>
    string Title { get; }

    /// <summary>What has to be configured, in the order of the form. A field that is not named here is refused.</summary>
    IReadOnlyList<ChannelField> Fields { get; }

    /// <summary>
    /// True for channels that people read: a storm is folded into one message for them. Programs get every alert.
    /// </summary>
    bool IsReadByPeople { get; }

    /// <summary>
    /// True for services that open something with a downtime and close it with its end. They hear of the end also where people want
    /// no word of it: what nobody closes stays open for ever.
    /// </summary>
    bool KeepsTickets => false;

    /// <summary>Checks what the fields alone cannot tell. Errors are named <c>config.FIELD</c>.</summary>
    void Validate(ChannelConfig config, FieldErrors errors);

    /// <summary>
    /// Tries once. Everything the other side may do is an outcome; an exception is a fault of ours. The caller limits the
    /// time by the token: being cancelled throws <see cref="OperationCanceledException"/>.
    /// </summary>
    Task<DeliveryOutcome> SendAsync(ChannelConfig config, Alert alert, CancellationToken cancellationToken);
}
