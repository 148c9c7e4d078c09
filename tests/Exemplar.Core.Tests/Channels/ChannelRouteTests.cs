using Exemplar.Core.Channels;
using Exemplar.Core.Ids;

namespace Exemplar.Core.Tests.Channels;

public sealed class ChannelRouteTests
{
    private static readonly EntityId One = EntityId.Create(DateTimeOffset.UnixEpoch, 1);
    private static readonly EntityId Two = EntityId.Create(DateTimeOffset.UnixEpoch, 2);

    [Theory]
    [InlineData(true, "", false, true)]
    [InlineData(false, "", false, false)]
    [InlineData(false, "db,web", false, true)]
    [InlineData(false, "DB", false, false)]
    [InlineData(false, "", true, true)]
    public void A_channel_tells_of_all_monitors_or_of_those_that_it_names_by_tag_or_by_id(bool all, string tags, bool named, bool takes)
    {
        var route = new ChannelRoute(1, all, tags.Split(',', StringSplitOptions.RemoveEmptyEntries), named ? [Two, One] : [Two]);

        Assert.Equal(takes, route.Takes(One, ["db"]));
    }
}
