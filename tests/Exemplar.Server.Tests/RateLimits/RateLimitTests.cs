using System.Net;
using Exemplar.Core.Tokens;
using Exemplar.Server.RateLimits;

namespace Exemplar.Server.Tests.RateLimits;

public sealed class RateLimitTests
{
    [Fact]
    public async Task A_token_that_sends_too_much_is_told_when_to_come_again_and_others_are_not()
    {
        await using var server = new ApiServer { Settings = Limits(perToken: 1, perAddress: 0) };
        await server.InitializeAsync();
        var client = await server.NewOrganizationAsync();
        var other = await client.WithAsync(TokenScopes.Read);
        var limited = await FirstRefusalAsync(client);
        limited.ShouldFail(429, "rate_limited");
        Assert.InRange(limited.Response.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        (await other.GetAsync("/api/organization")).ShouldBe(200);
    }

    [Fact]
    public async Task An_address_that_sends_too_much_is_turned_away_before_its_token_is_looked_at()
    {
        await using var server = new ApiServer { Settings = Limits(perToken: 0, perAddress: 1) };
        await server.InitializeAsync();
        var limited = await FirstRefusalAsync(new ApiClient(server, 0, ""));
        limited.ShouldFail(429, "rate_limited");
        Assert.NotNull(limited.Response.Headers.RetryAfter);
    }

    [Fact]
    public async Task This_machine_is_not_limited_unless_the_settings_say_so()
    {
        await using var server = new ApiServer { Settings = Limits(perToken: 1, perAddress: 1) with { RateLimitLoopback = false } };
        await server.InitializeAsync();
        var client = await server.NewOrganizationAsync();
        for (var i = 0; i < 30; i++) (await client.GetAsync("/api/organization")).ShouldBe(200);
    }

    [Fact]
    public void Addresses_of_one_customer_share_a_counter()
    {
        Assert.Equal(Counter("2001:db8:1:2::1"), Counter("2001:db8:1:2:ffff::9"));
        Assert.NotEqual(Counter("2001:db8:1:2::1"), Counter("2001:db8:1:3::1"));
        Assert.Equal(Counter("192.0.2.1"), Counter("::ffff:192.0.2.1"));
        Assert.InRange(Counter("192.0.2.1"), 0, 65_535);
        var counters = Enumerable.Range(0, 100).Select(i => Counter($"192.0.2.{i}")).Distinct().Count();
        Assert.InRange(counters, 95, 100);
    }

    private static int Counter(string address) => RequestLimits.Counter(IPAddress.Parse(address));

    private static async Task<Answer> FirstRefusalAsync(ApiClient client)
    {
        // The burst is five requests; the bucket refills while we are sending, so a few more may get through.
        for (var i = 0; i < 100; i++)
            if (await client.GetAsync("/api/organization") is { Status: HttpStatusCode.TooManyRequests } refused) return refused;
        throw new InvalidOperationException("A hundred requests in a row were let through.");
    }

    private static ServerSettings Limits(int perToken, int perAddress) => new()
    {
        Urls = "", DataFolder = "", RateLimitPerToken = perToken, RateLimitPerAddress = perAddress, RateLimitLoopback = true,
    };
}
