using Exemplar.Server.Channels;
using Exemplar.Server.Outages;
using Exemplar.Storage.Incidents;

namespace Exemplar.Server.Incidents;

/// <summary>What following up has to know beside what was read: which quiet times there are, and what the kinds of channel do.</summary>
internal sealed class FollowUpRules(OutageWatch watch, ChannelKinds kinds)
{
    public FollowUp Of(FollowUpBatch batch, DateTimeOffset now) => new(batch, now, watch.QuietTimes, kinds);
}
