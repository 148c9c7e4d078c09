using Exemplar.Core.Accounts;
using Exemplar.Core.Ids;
using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Console.Monitors;
using Exemplar.Server.Deliveries;
using Exemplar.Storage.Accounts;
using Exemplar.Storage.Deliveries;

namespace Exemplar.Server.Console.Deliveries;

/// <summary>What members do about deliveries.</summary>
internal sealed class DeliveryActions(ActionGate gate, DeliveryRecordStore deliveries, DeliveryWorker worker)
{
    /// <summary>Sends again what was refused or given up.</summary>
    public Task<Outcome<Member>> SendAgainAsync(EntityId id) => gate.AsAsync(MemberRole.Editor, async (member, by, now) =>
    {
        var result = await deliveries.SendAgainAsync(by, id, now, CancellationToken.None);
        if (result == SendAgainResult.Due) worker.Wake();
        return result switch
        {
            SendAgainResult.Due => new Outcome<Member>(member),
            SendAgainResult.ChannelRemoved => new Outcome<Member>(null, Refusal: "The channel was removed."),
            SendAgainResult.NotFailed => new Outcome<Member>(null, Refusal: "It was delivered, or is being tried already."),
            _ => new Outcome<Member>(null, Refusal: "This delivery is not kept any more."),
        };
    }, "Your role may look but not change anything. Ask an admin of your organization.");
}
