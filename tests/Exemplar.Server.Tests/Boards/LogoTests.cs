using System.Net;
using System.Text;
using Exemplar.Core.Tokens;

namespace Exemplar.Server.Tests.Boards;

/// <summary>A board's logo through the API.</summary>
public sealed class LogoTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Boards = "/api/monitoring/boards";

    private static readonly byte[] Png = Convert.FromHexString("89504E470D0A1A0A0000000D4948445200000040000000200806000000");

    [Fact]
    public async Task It_is_set_read_replaced_and_removed()
    {
        var client = await server.NewOrganizationAsync();
        var path = await NewAsync(client);
        (await client.GetAsync(path)).ShouldFail(404, "not_found");
        (await PutAsync(client, path, Png, "text/plain")).ShouldBe(204);
        var read = await client.GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, "image/png"), (read.Status, read.Response.Content.Headers.ContentType?.ToString()));
        Assert.Equal(Png, await read.Response.Content.ReadAsByteArrayAsync());
        Assert.Equal("nosniff", read.Response.Headers.GetValues("X-Content-Type-Options").Single());
        (await client.DeleteAsync(path)).ShouldBe(204);
        (await client.DeleteAsync(path)).ShouldBe(204);
        (await client.GetAsync(path)).ShouldFail(404, "not_found");
    }

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")]
    [InlineData("GIF89a")]
    [InlineData("<html>")]
    [InlineData("")]
    public async Task What_is_no_image_or_can_carry_scripts_is_refused_whatever_it_is_called(string body)
    {
        var client = await server.NewOrganizationAsync();
        var path = await NewAsync(client);
        (await PutAsync(client, path, Encoding.UTF8.GetBytes(body), "image/png")).ShouldFail(400, "invalid_request", "logo");
        (await client.GetAsync(path)).ShouldFail(404, "not_found");
    }

    [Fact]
    public async Task Its_size_is_limited_in_bytes_and_in_pixels()
    {
        var client = await server.NewOrganizationAsync();
        var path = await NewAsync(client);
        (await PutAsync(client, path, [.. Png, .. new byte[256 * 1024]], "image/png")).ShouldFail(413, "body_too_large");
        using var endless = new StreamContent(new MemoryStream([.. Png, .. new byte[256 * 1024]]));
        endless.Headers.ContentLength = null;
        (await client.SendAsync(HttpMethod.Put, path, endless)).ShouldFail(413, "body_too_large");
        (await PutAsync(client, path, Convert.FromHexString("89504E470D0A1A0A0000000D4948445200010000000000200806000000"), "image/png")).ShouldFail(400, "invalid_request", "logo");
    }

    [Fact]
    public async Task Who_may_only_read_or_belongs_elsewhere_changes_nothing()
    {
        var client = await server.NewOrganizationAsync();
        var path = await NewAsync(client);
        (await PutAsync(await client.WithAsync(TokenScopes.Read), path, Png, "image/png")).ShouldFail(403, "insufficient_scope");
        var other = await server.NewOrganizationAsync();
        (await PutAsync(other, path, Png, "image/png")).ShouldFail(404, "board_not_found");
        (await other.DeleteAsync(path)).ShouldFail(404, "board_not_found");
        (await other.GetAsync(path)).ShouldFail(404, "board_not_found");
        (await client.GetAsync(path)).ShouldFail(404, "not_found");
    }

    private static async Task<string> NewAsync(ApiClient client) =>
        $"{Boards}/{(await client.PostAsync(Boards, new { name = "b", slug = "l" + Guid.NewGuid().ToString("N") })).ShouldBe(201).Body.Text("id")}/logo";

    private static Task<Answer> PutAsync(ApiClient client, string path, byte[] body, string type) =>
        client.SendAsync(HttpMethod.Put, path, new ByteArrayContent(body) { Headers = { ContentType = new(type) } });
}
