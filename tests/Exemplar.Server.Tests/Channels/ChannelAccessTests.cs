using Exemplar.Core.Tokens;

namespace Exemplar.Server.Tests.Channels;

/// <summary>Whose channels they are, and who may see and change them.</summary>
public sealed class ChannelAccessTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Path = "/api/monitoring/channels";

    [Fact]
    public async Task Another_organizations_channel_does_not_exist()
    {
        var (client, stranger) = (await server.NewOrganizationAsync(), await server.NewOrganizationAsync());
        var id = await NewAsync(client);

        Assert.Empty((await stranger.GetAsync(Path)).ShouldBe(200).Items);
        (await stranger.GetAsync($"{Path}/{id}")).ShouldFail(404, "channel_not_found");
        (await stranger.PatchAsync($"{Path}/{id}", new { name = "Mine" })).ShouldFail(404, "channel_not_found");
        (await stranger.PostAsync($"{Path}/{id}/test")).ShouldFail(404, "channel_not_found");
        (await stranger.DeleteAsync($"{Path}/{id}")).ShouldFail(404, "channel_not_found");
        Assert.Equal("Ours", (await client.GetAsync($"{Path}/{id}")).ShouldBe(200).Body.Text("name"));
    }

    [Theory]
    [InlineData(TokenScopes.Read)]
    [InlineData(TokenScopes.Read | TokenScopes.Write)]
    [InlineData(TokenScopes.Heartbeat)]
    public async Task Only_admins_see_and_change_them(TokenScopes scopes)
    {
        var client = await server.NewOrganizationAsync();
        var id = await NewAsync(client);
        var other = await client.WithAsync(scopes);

        (await other.GetAsync(Path)).ShouldFail(403, "insufficient_scope");
        (await other.GetAsync($"{Path}/{id}")).ShouldFail(403, "insufficient_scope");
        (await other.PatchAsync($"{Path}/{id}", new { name = "Mine" })).ShouldFail(403, "insufficient_scope");
        (await other.PostAsync($"{Path}/{id}/test")).ShouldFail(403, "insufficient_scope");
        (await other.DeleteAsync($"{Path}/{id}")).ShouldFail(403, "insufficient_scope");
    }

    private static async Task<string> NewAsync(ApiClient client) =>
        (await client.PostAsync(Path, new { kind = "webhook", name = "Ours", config = new { url = "https://example.com/hook" } })).ShouldBe(201).Body.Text("id")!;
}
