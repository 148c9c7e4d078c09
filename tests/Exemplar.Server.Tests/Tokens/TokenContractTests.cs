using Exemplar.Core.Tokens;

namespace Exemplar.Server.Tests.Tokens;

public sealed class TokenContractTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Path = "/api/tokens";

    [Fact]
    public async Task A_new_token_is_shown_once_and_works()
    {
        var client = await server.NewOrganizationAsync();
        var created = (await client.PostAsync(Path, new { name = "worker", scopes = new[] { "heartbeat", "read" } })).ShouldBe(201);
        var text = created.Body.Text("token")!;
        Assert.StartsWith("eis_", text, StringComparison.Ordinal);
        Assert.StartsWith(created.Body.Text("hint")!, text, StringComparison.Ordinal);
        Assert.Equal("no-store", created.Response.Headers.CacheControl?.ToString());
        Assert.True(created.Body.IsNull("expires_at") && created.Body.IsNull("last_used_at"));

        var listed = (await client.GetAsync(Path)).ShouldBe(200);
        Assert.DoesNotContain(text, listed.Text, StringComparison.Ordinal);
        var found = Assert.Single(listed.Items, t => t.Text("id") == created.Body.Text("id"));
        Assert.Equal(["heartbeat", "read"], found.GetProperty("scopes").EnumerateArray().Select(s => s.GetString()!));
        (await new ApiClient(server, client.OrganizationNumber, text).GetAsync("/api/organization")).ShouldBe(200);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once()
    {
        var client = await server.NewOrganizationAsync();
        var created = (await client.PostAsync(Path, new { name = "a", scopes = new[] { "read" } })).ShouldBe(201).Body;
        var revoked = new ApiClient(server, client.OrganizationNumber, created.Text("token")!);
        (await revoked.GetAsync("/api/organization")).ShouldBe(200);
        (await client.DeleteAsync($"{Path}/{created.Text("id")}")).ShouldBe(204);
        (await revoked.GetAsync("/api/organization")).ShouldFail(401, "invalid_token");
        (await client.DeleteAsync($"{Path}/{created.Text("id")}")).ShouldFail(404, "token_not_found");
        Assert.DoesNotContain((await client.GetAsync(Path)).Items, t => t.Text("id") == created.Text("id"));
    }

    [Fact]
    public async Task The_last_usable_admin_token_cannot_be_revoked()
    {
        var client = await server.NewOrganizationAsync();
        var own = (await client.GetAsync(Path)).Items.Single().Text("id");
        (await client.DeleteAsync($"{Path}/{own}")).ShouldFail(409, "last_admin_token");
        (await client.PostAsync(Path, new { name = "soon gone", scopes = new[] { "admin" }, expires_at = server.Clock.GetUtcNow().AddMinutes(1) })).ShouldBe(201);
        server.Clock.Advance(TimeSpan.FromMinutes(2));
        (await client.DeleteAsync($"{Path}/{own}")).ShouldFail(409, "last_admin_token");
        var next = (await client.PostAsync(Path, new { name = "next", scopes = new[] { "admin" } })).ShouldBe(201).Body;
        (await client.DeleteAsync($"{Path}/{own}")).ShouldBe(204);
        (await client.GetAsync(Path)).ShouldFail(401, "invalid_token");
        (await new ApiClient(server, client.OrganizationNumber, next.Text("token")!).GetAsync(Path)).ShouldBe(200);
    }

    [Fact]
    public async Task An_expired_token_is_refused_from_its_moment_on()
    {
        var client = await server.NewOrganizationAsync();
        var created = (await client.PostAsync(Path, new { name = "a", scopes = new[] { "read" }, expires_at = server.Clock.GetUtcNow().AddSeconds(10) })).ShouldBe(201).Body;
        var expiring = new ApiClient(server, client.OrganizationNumber, created.Text("token")!);
        server.Clock.Advance(TimeSpan.FromSeconds(9));
        (await expiring.GetAsync("/api/organization")).ShouldBe(200);
        server.Clock.Advance(TimeSpan.FromSeconds(1));
        (await expiring.GetAsync("/api/organization")).ShouldFail(401, "invalid_token");
    }

    [Fact]
    public async Task Another_organizations_token_does_not_exist()
    {
        var (mine, theirs) = (await server.NewOrganizationAsync(), await server.NewOrganizationAsync());
        var created = (await theirs.PostAsync(Path, new { name = "a", scopes = new[] { "read" } })).Body;
        (await mine.DeleteAsync($"{Path}/{created.Text("id")}")).ShouldFail(404, "token_not_found");
        (await mine.DeleteAsync($"{Path}/nonsense")).ShouldFail(404, "token_not_found");
        (await new ApiClient(server, 0, created.Text("token")!).GetAsync("/api/organization")).ShouldBe(200);
        Assert.Single((await mine.GetAsync(Path)).Items);
    }

    [Fact]
    public async Task Every_bad_field_is_named_at_once()
    {
        var client = await server.NewOrganizationAsync();
        (await client.PostAsync(Path, "{}")).ShouldFail(400, "invalid_request", "name", "scopes");
        (await client.PostAsync(Path, new { name = 1, scopes = "admin", expires_at = "2020-01-01T00:00:00Z" }))
            .ShouldFail(400, "invalid_request", "expires_at", "name", "scopes");
        (await client.PostAsync(Path, new { name = "a", scopes = Array.Empty<string>() })).ShouldFail(400, "invalid_request", "scopes");
        (await client.PostAsync(Path, new { name = "a", scopes = new[] { "root" } })).ShouldFail(400, "invalid_request", "scopes");
        (await client.PostAsync(Path, new { name = "a", scopes = new[] { "read" }, expires_at = "tomorrow" })).ShouldFail(400, "invalid_request", "expires_at");
    }

    [Fact]
    public async Task Tokens_are_listed_page_by_page()
    {
        var client = await server.NewOrganizationAsync();
        for (var i = 0; i < 4; i++) await client.PostAsync(Path, new { name = $"t{i}", scopes = new[] { "read" } });
        var first = (await client.GetAsync(Path + "?limit=3")).ShouldBe(200);
        var second = (await client.GetAsync($"{Path}?limit=3&cursor={first.NextCursor}")).ShouldBe(200);
        Assert.Equal(["test", "t0", "t1", "t2", "t3"], first.Items.Concat(second.Items).Select(t => t.Text("name")!));
        Assert.Null(second.NextCursor);
        (await client.GetAsync(Path + "?limit=x&cursor=bAAAAAE")).ShouldFail(400, "invalid_request", "cursor", "limit");
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("POST", "")]
    [InlineData("DELETE", "/69c3a0754e257b7d18094f9a")]
    public async Task Only_admins_see_tokens(string method, string path) =>
        (await (await (await server.NewOrganizationAsync()).WithAsync(TokenScopes.Write)).SendAsync(new HttpMethod(method), Path + path))
            .ShouldFail(403, "insufficient_scope");
}
