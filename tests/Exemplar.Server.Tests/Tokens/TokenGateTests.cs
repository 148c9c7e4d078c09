using System.Net.Http.Headers;
using Exemplar.Core.Tokens;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Tokens;

public sealed class TokenGateTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Path = "/api/organization";

    [Fact]
    public async Task Both_headers_are_taken()
    {
        var client = await server.NewOrganizationAsync();
        foreach (var header in new[] { "Bearer " + client.Token, "bearer  " + client.Token, "BEARER " + client.Token })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Path);
            request.Headers.TryAddWithoutValidation("Authorization", header);
            (await Answer.ReadAsync(await server.Http.SendAsync(request))).ShouldBe(200);
        }
        (await client.GetAsync(Path)).ShouldBe(200);
    }

    [Fact]
    public async Task No_token_is_another_answer_than_a_wrong_one()
    {
        using var basic = new HttpRequestMessage(HttpMethod.Get, Path);
        basic.Headers.Authorization = new AuthenticationHeaderValue("Basic", "YTpi");
        (await Answer.ReadAsync(await server.Http.SendAsync(basic))).ShouldFail(401, "missing_token");
        var missing = (await new ApiClient(server, 0, "").GetAsync(Path)).ShouldFail(401, "missing_token");
        Assert.Equal("Bearer", missing.Response.Headers.WwwAuthenticate.ToString());
        (await new ApiClient(server, 0, "wrong").GetAsync(Path)).ShouldFail(401, "invalid_token");
        (await new ApiClient(server, 0, new string('x', 5000)).GetAsync(Path)).ShouldFail(401, "invalid_token");
        (await new ApiClient(server, 0, TokenText.Create(new byte[TokenText.EntropyBytes])).GetAsync(Path)).ShouldFail(401, "invalid_token");

        var client = await server.NewOrganizationAsync();
        using var twice = new HttpRequestMessage(HttpMethod.Get, Path);
        twice.Headers.Add("X-API-Key", [client.Token, client.Token]);
        (await Answer.ReadAsync(await server.Http.SendAsync(twice))).ShouldFail(401, "invalid_token");
    }

    [Fact]
    public async Task A_known_token_is_judged_without_waiting_and_without_allocating()
    {
        var client = await server.NewOrganizationAsync();
        var context = Request(client.Token);
        var gate = server.Services.GetRequiredService<TokenGate>();
        Assert.True((await gate.CheckAsync(context, TokenScopes.Heartbeat)).IsAllowed);

        var allCompleted = true;
        long Measure(int times)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < times; i++)
            {
                var verdict = gate.CheckAsync(context, TokenScopes.Heartbeat);
                allCompleted &= verdict.IsCompletedSuccessfully;
                allCompleted &= verdict.GetAwaiter().GetResult().IsAllowed;
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Measure(100);
        Assert.InRange(Measure(1_000), 0, 1_000);
        Assert.True(allCompleted);
    }

    [Fact]
    public async Task A_token_that_another_node_revoked_is_refused_after_half_a_minute()
    {
        var client = await server.NewOrganizationAsync();
        var text = await server.NewTokenAsync(client.OrganizationNumber, TokenScopes.Read);
        var other = new ApiClient(server, client.OrganizationNumber, text);
        (await other.GetAsync(Path)).ShouldBe(200);
        TokenHash.TryCompute(text, out var hash);
        var tokens = new TokenStore(server.Engine);
        var token = (await tokens.FindAsync(hash, default))!;
        Assert.Equal(TokenRevocation.Revoked, await tokens.RevokeAsync(ApiServer.Test(client.OrganizationNumber), token.Id, server.Clock.GetUtcNow(), default));

        (await other.GetAsync(Path)).ShouldBe(200);
        server.Clock.Advance(TokenCache.FreshFor);
        (await other.GetAsync(Path)).ShouldFail(401, "invalid_token");
    }

    [Fact]
    public async Task What_was_read_before_a_revocation_is_not_remembered_after_it()
    {
        var client = await server.NewOrganizationAsync();
        TokenHash.TryCompute(client.Token, out var hash);
        var token = (await new TokenStore(server.Engine).FindAsync(hash, default))!;
        var cache = new TokenCache(server.Clock);
        var before = cache.Revocations;
        cache.Forget(token.Id);
        cache.Remember(client.Token, token, before);
        Assert.Null(cache.Find(client.Token));
        cache.Remember(client.Token, token, cache.Revocations);
        Assert.NotNull(cache.Find(client.Token));
    }

    [Fact]
    public void A_flood_of_tokens_does_not_fill_the_memory()
    {
        var cache = new TokenCache(server.Clock);
        TokenHash first = default;
        for (var i = 0; i < 30_000; i++)
        {
            TokenHash.TryCompute($"flood {i}", out var hash);
            if (i == 0) first = hash;
            cache.RememberUnknown(hash);
            Assert.True(cache.IsUnknown(hash));
        }
        Assert.False(cache.IsUnknown(first));
    }

    [Fact]
    public async Task The_last_use_is_written_behind_and_at_most_once_a_minute()
    {
        var client = await server.NewOrganizationAsync();
        var worker = server.Services.GetRequiredService<TokenUseWorker>();
        var firstUse = server.Clock.GetUtcNow();
        (await client.GetAsync(Path)).ShouldBe(200);
        Assert.Null(await LastUsedAsync(client));
        await worker.WriteAsync(default);
        Assert.Equal(firstUse, await LastUsedAsync(client));

        server.Clock.Advance(TimeSpan.FromSeconds(59));
        (await client.GetAsync(Path)).ShouldBe(200);
        await worker.WriteAsync(default);
        Assert.Equal(firstUse, await LastUsedAsync(client));

        server.Clock.Advance(TimeSpan.FromSeconds(1));
        (await client.GetAsync(Path)).ShouldBe(200);
        await worker.WriteAsync(default);
        Assert.Equal(server.Clock.GetUtcNow(), await LastUsedAsync(client));
    }

    private async Task<DateTimeOffset?> LastUsedAsync(ApiClient client)
    {
        await using var db = server.Engine.Read();
        var ms = await db.Tokens.Where(t => t.OrganizationNumber == client.OrganizationNumber).Select(t => t.LastUsedAtMs).SingleAsync();
        return ms is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
    }

    private static DefaultHttpContext Request(string token)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["X-API-Key"] = token;
        return context;
    }
}
