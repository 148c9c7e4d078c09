using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Exemplar.Server.Tests.Problems;

public sealed class BadBodyTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Path = ApiClient.Monitors;

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("{\"kind\":\"heartbeat\",\"name\":\"a\"")]
    [InlineData("{\"kind\":\"heartbeat\",\"name\":\"a\"}}")]
    [InlineData("{'kind':'heartbeat'}")]
    [InlineData("{\"name\":\"a\",}")]
    [InlineData("{\"name\":NaN}")]
    [InlineData("{\"kind\":\"heartbeat\",\"name\":\"a\",\"name\":\"b\"}")]
    [InlineData("{\"kind\":\"heartbeat\",\"name\":\"a\",\"n\\u0061me\":\"b\"}")]
    [InlineData("{\"x\":{\"a\":1,\"a\":2}}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("kind=heartbeat&name=a")]
    public async Task What_is_not_json_is_said_to_be_not_json(string body) =>
        (await (await server.NewOrganizationAsync()).PostAsync(Path, Encoding.UTF8.GetBytes(body))).ShouldFail(400, "invalid_json");

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"text\"")]
    [InlineData("17")]
    public async Task Json_that_is_no_object_is_refused(string body) =>
        (await (await server.NewOrganizationAsync()).PostAsync(Path, Encoding.UTF8.GetBytes(body))).ShouldFail(400, "invalid_request", "body");

    [Fact]
    public async Task Broken_text_encodings_are_refused()
    {
        var client = await server.NewOrganizationAsync();
        (await client.PostAsync(Path, (byte[])[.. "{\"kind\":\"heartbeat\",\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8])).ShouldFail(400, "invalid_json");
        (await client.PostAsync(Path, Encoding.Unicode.GetBytes("{\"kind\":\"heartbeat\",\"name\":\"a\"}"))).ShouldFail(400, "invalid_json");
        (await client.PostAsync(Path, (byte[])[0xEF, 0xBB, 0xBF, .. "{\"kind\":\"heartbeat\",\"name\":\"a\"}"u8])).ShouldBe(201);
    }

    [Fact]
    public async Task Depth_is_limited()
    {
        var client = await server.NewOrganizationAsync();
        (await client.PostAsync(Path, Nested(31))).ShouldBe(201);
        (await client.PostAsync(Path, Nested(32))).ShouldFail(400, "invalid_json");
        (await client.PostAsync(Path, Encoding.UTF8.GetBytes(new string('[', 60_000)))).ShouldFail(400, "invalid_json");

        static byte[] Nested(int depth) => Encoding.UTF8.GetBytes(
            "{\"kind\":\"heartbeat\",\"name\":\"a\",\"x\":" + new string('[', depth) + new string(']', depth) + "}");
    }

    [Fact]
    public async Task Size_is_limited_to_64_KiB()
    {
        var client = await server.NewOrganizationAsync();
        (await client.PostAsync(Path, OfLength(64 * 1024))).ShouldBe(201);
        (await client.PostAsync(Path, OfLength(64 * 1024 + 1))).ShouldFail(413, "body_too_large");
        using var chunked = new StreamContent(new MemoryStream(OfLength(64 * 1024 + 1)));
        chunked.Headers.ContentLength = null;
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = chunked };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.Add("X-API-Key", client.Token);
        (await Answer.ReadAsync(await server.Http.SendAsync(request))).ShouldFail(413, "body_too_large");

        static byte[] OfLength(int length) =>
            [.. "{\"kind\":\"heartbeat\",\"name\":\"a\"}"u8, .. Enumerable.Repeat((byte)' ', length - "{\"kind\":\"heartbeat\",\"name\":\"a\"}".Length)];
    }

    [Fact]
    public async Task A_body_that_never_ends_is_cut_short()
    {
        var client = await server.NewOrganizationAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {Path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {client.Token}\r\nTransfer-Encoding: chunked\r\n\r\n"));
        var chunk = Encoding.ASCII.GetBytes("1000\r\n" + new string('[', 0x1000) + "\r\n");
        for (var i = 0; i < 20; i++) await stream.WriteAsync(chunk);
        var answer = new byte[64];
        await stream.ReadExactlyAsync(answer.AsMemory(0, 12));
        Assert.Equal("HTTP/1.1 413", Encoding.ASCII.GetString(answer, 0, 12));
    }

    [Fact]
    public async Task A_body_that_is_cut_off_leaves_no_trace_in_the_log()
    {
        var client = await server.NewOrganizationAsync();
        using (var socket = new TcpClient())
        {
            await socket.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {Path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {client.Token}\r\nContent-Length: 1000\r\n\r\n{{\"kind\""));
        }
        (await client.PostAsync(Path, "{")).ShouldFail(400, "invalid_json");
        Assert.DoesNotContain(server.Log.All, l => l.Level >= LogLevel.Warning);
        Assert.Empty((await client.GetAsync(Path)).Items);
    }
}
