using Exemplar.Server.Organizations;
using Exemplar.Storage.Organizations;
using Microsoft.Extensions.Logging;

namespace Exemplar.Server.Tests.Organizations;

public sealed class FirstOrganizationTests
{
    [Fact]
    public async Task The_admin_token_of_the_first_start_works_and_later_ones_change_nothing()
    {
        var token = ApiServer.RandomAdminToken();
        await using var server = new ApiServer { Settings = SettingsWith(token) };
        await server.InitializeAsync();
        var client = new ApiClient(server, 1, token);
        Assert.Equal("My organization", (await client.GetAsync("/api/organization")).ShouldBe(200).Body.Text("name"));
        var listed = (await client.GetAsync("/api/tokens")).ShouldBe(200);
        Assert.Equal(["admin"], listed.Items.Single().GetProperty("scopes").EnumerateArray().Select(s => s.GetString()!));
        Assert.DoesNotContain(token, listed.Text, StringComparison.Ordinal);

        var other = ApiServer.RandomAdminToken();
        await StartAsync(server, other);
        (await new ApiClient(server, 1, other).GetAsync("/api/organization")).ShouldFail(401, "invalid_token");
        (await client.GetAsync("/api/organization")).ShouldBe(200);
        Assert.DoesNotContain(server.Log.All, l => l.Text.Contains(token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_admin_token_that_looks_like_one_of_ours_with_a_typing_error_works_all_the_same()
    {
        var token = "eis_" + ApiServer.RandomAdminToken();
        await using var server = new ApiServer { Settings = SettingsWith(token) };
        await server.InitializeAsync();
        (await new ApiClient(server, 1, token).GetAsync("/api/organization")).ShouldBe(200);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("0123456789012345678901234567890")]
    [InlineData("01234567890123456789012345678901 with a space")]
    [InlineData("0123456789012345678901234567890ü")]
    public async Task A_token_that_cannot_be_used_stops_the_start_with_a_clear_message(string token)
    {
        await using var server = new ApiServer { Settings = SettingsWith(token) };
        var failure = await Assert.ThrowsAnyAsync<Exception>(async () => await server.InitializeAsync());
        Assert.Contains("EXEMPLAR_ADMIN_TOKEN must", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(token, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_organization_and_a_token_one_line_says_what_to_do()
    {
        await using var server = new ApiServer();
        await server.InitializeAsync();
        var line = Assert.Single(server.Log.All, l => l.Id.Id == 1602);
        Assert.Equal(LogLevel.Information, line.Level);
        Assert.Contains("EXEMPLAR_ADMIN_TOKEN", line.Text, StringComparison.Ordinal);
        await server.NewOrganizationAsync();
        await StartAsync(server, null);
        Assert.Single(server.Log.All, l => l.Id.Id == 1602);
    }

    private static ServerSettings SettingsWith(string? token) => new() { Urls = "", DataFolder = "", AdminToken = token };

    private static async Task StartAsync(ApiServer server, string? token)
    {
        using var logging = LoggerFactory.Create(l => l.AddProvider(server.Log));
        await new FirstOrganization(
                new OrganizationStore(server.Engine), SettingsWith(token), server.Clock, logging.CreateLogger<FirstOrganization>())
            .StartAsync(CancellationToken.None);
    }
}
