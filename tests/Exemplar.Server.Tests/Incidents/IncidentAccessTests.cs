using Exemplar.Storage.Ids;
using Exemplar.Storage.Schema;

namespace Exemplar.Server.Tests.Incidents;

/// <summary>Whose incidents they are.</summary>
public sealed class IncidentAccessTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Path = "/api/monitoring/incidents";

    [Fact]
    public async Task Another_organizations_incident_does_not_exist()
    {
        var (client, stranger) = (await server.NewOrganizationAsync(), await server.NewOrganizationAsync());
        var id = await AddAsync(client.OrganizationNumber);

        Assert.Empty((await stranger.GetAsync(Path)).ShouldBe(200).Items);
        (await stranger.GetAsync($"{Path}/{id}")).ShouldFail(404, "incident_not_found");
        (await stranger.PostAsync($"{Path}/{id}/acknowledge")).ShouldFail(404, "incident_not_found");
        (await stranger.PostAsync($"{Path}/{id}/snooze", new { until = server.Clock.GetUtcNow().AddHours(1) })).ShouldFail(404, "incident_not_found");
        (await stranger.PostAsync($"{Path}/{id}/resolve")).ShouldFail(404, "incident_not_found");
        (await stranger.PostAsync($"{Path}/{id}/notes", new { text = "mine" })).ShouldFail(404, "incident_not_found");

        var untouched = (await client.GetAsync($"{Path}/{id}")).ShouldBe(200).Body;
        Assert.Equal((null, null, null), (untouched.Text("acknowledged_at"), untouched.Text("snoozed_until"), untouched.Text("resolved_at")));
        Assert.Empty(untouched.GetProperty("events").EnumerateArray());
    }

    private Task<string> AddAsync(int organization) => server.Engine.WriteAsync(async unit =>
    {
        var id = FreshId.At(server.Clock.GetUtcNow());
        unit.Db.Incidents.Add(new IncidentRow
        {
            Id = id.ToBytes(), OrganizationNumber = organization, Number = 1, Title = "Nightly backup is down", Cause = "silence",
            OpenedAtMs = server.Clock.GetUtcNow().ToUnixTimeMilliseconds(), Monitors = 1, StillDown = 1, SharedTags = [],
        });
        await unit.Db.SaveChangesAsync();
        return id.ToString();
    }, CancellationToken.None);
}
