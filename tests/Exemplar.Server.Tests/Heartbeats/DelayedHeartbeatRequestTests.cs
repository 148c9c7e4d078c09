using System.Text;

namespace Exemplar.Server.Tests.Heartbeats;

public sealed class DelayedHeartbeatRequestTests(ApiServer server) : IClassFixture<ApiServer>
{
    [Theory]
    [InlineData(@"2026-11-23T05:00:00.000Z", 200)]
    [InlineData(@"2026-11-23T06:00:00.0000000+01:00", 200)]
    [InlineData(@"2026-11-23T06:00:00.0000000\u002B01:00", 200)]
    [InlineData(@"2026-11-23T05:00:00\u005A", 200)]
    [InlineData(@"2026-11-23T05:00:00", 400)]
    [InlineData(@"2026-11-23T05:00:00\u002E5", 400)]
    [InlineData(@"2026-11-23T05:00:00\ud800", 400)]
    public async Task A_moment_is_read_however_its_plus_is_written_and_needs_an_offset(string moment, int status)
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        var body = $$"""{"monitor_id":"{{monitor.Text("id")}}","occurred_at":"{{moment}}"}""";

        (await client.PostAsync("/api/monitoring/heartbeat", Encoding.UTF8.GetBytes(body))).ShouldBe(status);
    }
}
