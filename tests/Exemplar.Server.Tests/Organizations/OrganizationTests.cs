using Exemplar.Core.Tokens;

namespace Exemplar.Server.Tests.Organizations;

public sealed class OrganizationTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Path = "/api/organization";

    [Fact]
    public async Task An_organization_has_the_defaults_of_the_contract()
    {
        var client = await server.NewOrganizationAsync();
        var body = (await client.GetAsync(Path)).ShouldBe(200).Body;
        Assert.Equal("Acme", body.Text("name"));
        Assert.Equal((5, 1), (body.Number("default_expected_interval_minutes"), body.Number("default_grace_period_minutes")));
        Assert.Equal((90, 100_000), (body.Number("check_retention_days"), body.Number("check_retention_count")));
    }

    [Fact]
    public async Task A_patch_changes_the_given_fields_of_its_own_organization()
    {
        var (client, other) = (await server.NewOrganizationAsync(), await server.NewOrganizationAsync());
        var patched = (await client.PatchAsync(Path, new { name = "Umbrella", default_grace_period_minutes = 2.5, check_retention_days = 30, check_retention_count = 100 }))
            .ShouldBe(200);
        Assert.Equal("Umbrella", patched.Body.Text("name"));
        Assert.Equal((5, 2.5), (patched.Body.Number("default_expected_interval_minutes"), patched.Body.Number("default_grace_period_minutes")));
        Assert.Equal((30, 100), (patched.Body.Number("check_retention_days"), patched.Body.Number("check_retention_count")));
        Assert.Equal(patched.Text, (await client.GetAsync(Path)).Text);
        Assert.Equal("Acme", (await other.GetAsync(Path)).Body.Text("name"));
    }

    [Fact]
    public async Task Every_bad_field_is_named_at_once() =>
        (await (await server.NewOrganizationAsync()).PatchAsync(Path, """
            {"name": "", "default_expected_interval_minutes": null, "default_grace_period_minutes": 1e9, "check_retention_days": 1.5, "check_retention_count": 99}
            """)).ShouldFail(400, "invalid_request",
            "check_retention_count", "check_retention_days", "default_expected_interval_minutes", "default_grace_period_minutes", "name");

    [Fact]
    public async Task An_escape_that_is_no_character_is_a_fault_of_the_request() =>
        (await (await server.NewOrganizationAsync()).PatchAsync(Path, """{"default_alert_policy":{"remind_every_minutes":"\ud800"}}"""))
            .ShouldFail(400, "invalid_request", "default_alert_policy.remind_every_minutes");

    [Fact]
    public async Task Reading_needs_read_and_changing_needs_admin()
    {
        var client = await server.NewOrganizationAsync();
        (await (await client.WithAsync(TokenScopes.Heartbeat)).GetAsync(Path)).ShouldFail(403, "insufficient_scope");
        (await (await client.WithAsync(TokenScopes.Read)).GetAsync(Path)).ShouldBe(200);
        (await (await client.WithAsync(TokenScopes.Write)).PatchAsync(Path, new { name = "x" })).ShouldFail(403, "insufficient_scope");
    }
}
