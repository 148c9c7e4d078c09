using Exemplar.Core.Monitors;
using Exemplar.Server.Console.Monitors;

namespace Exemplar.Server.Tests.Console;

public sealed class MonitorFilterTests
{
    [Fact]
    public void A_severity_stands_in_the_address_and_is_read_back()
    {
        var filter = MonitorFilter.None with { Severity = Severity.Critical, Tag = "db" };

        Assert.Equal("/monitors?severity=critical&tag=db", filter.Address);
        Assert.Equal(filter, MonitorFilter.Read(null, null, null, "db", null, 1, "critical"));
        Assert.Equal(Severity.Critical, filter.ToSearch(0, 10).Severity);
        Assert.True((MonitorFilter.None with { Severity = Severity.Normal }).IsNarrow);
        Assert.Equal(MonitorFilter.None, MonitorFilter.Read(null, null, null, null, null, 1, "fatal"));
    }
}
