using System.Text.Json;
using Exemplar.Core.Accounts;
using Exemplar.Core.Deliveries;
using Exemplar.Core.Ids;
using Exemplar.Server.Channels;
using Exemplar.Server.Console.Accounts;
using Exemplar.Server.Console.Monitors;
using Exemplar.Server.Deliveries;
using Exemplar.Server.Requests;
using Exemplar.Server.Routing;
using Exemplar.Storage.Audit;
using Exemplar.Storage.Channels;

namespace Exemplar.Server.Console.Channels;

/// <summary>
/// What admins do with channels, under the same rules as the API. Nobody else sees them: whoever can point one somewhere
/// reads every alert.
/// </summary>
internal sealed class ChannelActions(ActionGate gate, ChannelStore channels, ChannelFields reader, Sender sender)
{
    /// <summary>What everybody else is told.</summary>
    public const string NotAllowed = "Only admins and owners of your organization see and change channels.";

    private const string Gone = "This channel does not exist any more.";

    public Task<Outcome<StoredChannel>> CreateAsync(Dictionary<string, object?> form) => AsAdminAsync<StoredChannel>(async (by, now) =>
    {
        var fields = new JsonFields(JsonSerializer.SerializeToElement(form), nullIsAbsent: true);
        var id = ChannelStore.NewId(now);
        if (await reader.ReadNewAsync(fields, by.OrganizationNumber, id, CancellationToken.None) is not var (kind, channel))
            return new Outcome<StoredChannel>(null, fields.Errors);
        return await channels.CreateAsync(by, id, kind, channel, now, CancellationToken.None) is { } created
            ? new Outcome<StoredChannel>(created)
            : new Outcome<StoredChannel>(null, Refusal: $"An organization has at most {ChannelStore.MostChannels} channels.");
    });

    public Task<Outcome<StoredChannel>> EditAsync(EntityId id, Dictionary<string, object?> form) => AsAdminAsync<StoredChannel>(async (by, now) =>
    {
        if (await channels.FindAsync(by.OrganizationNumber, id, CancellationToken.None) is not { } stored) return new Outcome<StoredChannel>(null, Refusal: Gone);
        while (true)
        {
            var fields = new JsonFields(JsonSerializer.SerializeToElement(form), nullIsAbsent: false);
            if (await reader.ReadEditAsync(fields, stored, CancellationToken.None) is not { } change) return new Outcome<StoredChannel>(null, fields.Errors);
            var channel = await channels.UpdateAsync(by, id, change, now, CancellationToken.None);
            if (channel is not { ChangedMeanwhile: true }) return Found(channel);
            stored = channel;
        }
    });

    /// <summary>Tries once; the other side's true answer.</summary>
    public Task<Outcome<DeliveryOutcome>> TestAsync(EntityId id) => AsAdminAsync<DeliveryOutcome>(async (by, now) =>
        await channels.FindAsync(by.OrganizationNumber, id, CancellationToken.None) is { } channel
            ? new Outcome<DeliveryOutcome>(await sender.SendAsync(channel, TestAlert.At(now), CancellationToken.None))
            : new Outcome<DeliveryOutcome>(null, Refusal: Gone));

    public Task<Outcome<StoredChannel>> DeleteAsync(StoredChannel channel) => AsAdminAsync<StoredChannel>(async (by, now) =>
    {
        var removal = await channels.DeleteAsync(by, channel.Id, now, CancellationToken.None);
        return removal is { WasFound: true, IsDone: false } ? new Outcome<StoredChannel>(null, Refusal: InUse.Words(removal)) : Found(removal.IsDone ? channel : null);
    });

    private static Outcome<StoredChannel> Found(StoredChannel? channel) =>
        channel is null ? new Outcome<StoredChannel>(null, Refusal: Gone) : new Outcome<StoredChannel>(channel);

    private Task<Outcome<T>> AsAdminAsync<T>(Func<Actor, DateTimeOffset, Task<Outcome<T>>> act) where T : class =>
        gate.AsAsync(MemberRole.Admin, (_, by, now) => act(by, now), NotAllowed);
}
