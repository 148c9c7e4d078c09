using System.Text;
using Exemplar.Server.Heartbeats.Lane;

namespace Exemplar.Server.Tests.Heartbeats.Lane;

/// <summary>The lane takes what it is certain of; everything else is left for Kestrel to read.</summary>
public sealed class LaneRequestTests
{
    private const string Line = "POST /api/monitoring/heartbeat HTTP/1.1\r\n";
    private const string Plain = Line + "Host: localhost:8080\r\nUser-Agent: curl/8\r\nX-API-Key: key\r\nContent-Length: 2\r\n\r\n{}";

    [Theory]
    [InlineData(Plain, "key", "{}")]
    [InlineData(Line + "host:a\r\nauthorization: bearer  t \r\ncontent-length: 1\r\n\r\n1", "t", "1")]
    [InlineData(Line + "Host: a\r\nAuthorization: Bearer t\r\nX-Api-Key: k\r\nContent-Length: 1\r\n\r\n1", "k", "1")]
    [InlineData(Line + "Host: a\r\nAuthorization: Bearer t\r\nX-Api-Key: \r\nContent-Length: 1\r\n\r\n1", "t", "1")]
    [InlineData(Line + "Host: a\r\nConnection: keep-alive\r\nX-Forwarded-For: 1.2.3.4\r\nContent-Length: 1\r\n\r\n1", "", "1")]
    public void A_plain_heartbeat_is_recognized(string text, string token, string body)
    {
        Assert.Equal(LaneReading.Heartbeat, LaneRequest.Read(Encoding.Latin1.GetBytes(text + "POST"), out var request));
        Assert.Equal(token, Encoding.UTF8.GetString(request.Token));
        Assert.Equal(body, Encoding.UTF8.GetString(request.Body));
        Assert.Equal(text.Length, request.Length);
    }

    [Fact]
    public void Any_beginning_of_it_is_incomplete()
    {
        for (var length = 0; length < Plain.Length; length++)
            Assert.Equal(LaneReading.Incomplete, LaneRequest.Read(Encoding.Latin1.GetBytes(Plain[..length]), out _));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("\x16\x03\x01")]
    [InlineData("\r\n" + Plain)]
    [InlineData("POST /api/monitoring/heartbeat HTTP/1.0\r\nHost: a\r\n")]
    [InlineData("POST /api/monitoring/heartbeat?a HTTP/1.1\r\n")]
    [InlineData("POST /api/monitoring/heartbeats HTTP/1.1\r\n")]
    [InlineData("POST /API/monitoring/heartbeat HTTP/1.1\r\n")]
    [InlineData("post /api/monitoring/heartbeat HTTP/1.1\r\n")]
    [InlineData(Line + "\r\n")]
    [InlineData(Line + "Host: a\r\n\r\n")]
    [InlineData(Line + "Content-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nContent-Length: 0\r\n\r\n")]
    [InlineData(Line + "Host: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nContent-Length: 1, 1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nContent-Length: +1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nContent-Length: 01\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nContent-Length: 999999\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nContent-Length : 1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nContent-Length: 1\r\ntransfer-encoding: identity\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nContent-Length: 1\r\nUpgrade: h2c\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nContent-Length: 1\r\nConnection: close\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nContent-Length: 1\r\nConnection: keep-alive, Transfer-Encoding\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nContent-Length: 1\r\nContent-Encoding: gzip\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nHost: b\r\nContent-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: a b\r\nContent-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: a:b\r\nContent-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: \r\nContent-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nX-API-Key: k\r\nX-API-Key: k\r\nContent-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nAuthorization: Basic x\r\nContent-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\n folded: 1\r\nContent-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nA: b\r\n c\r\nContent-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nA: b\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nA: b\rC: d\r\nContent-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nA: \0\r\nContent-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nA: \xe4\r\nContent-Length: 1\r\n\r\n1")]
    [InlineData(Line + "Host: a\r\nno colon\r\nContent-Length: 1\r\n\r\n1")]
    public void Everything_else_is_foreign(string text) =>
        Assert.Equal(LaneReading.Foreign, LaneRequest.Read(Encoding.Latin1.GetBytes(text), out _));

    [Fact]
    public void Too_many_headers_are_foreign() => Assert.Equal(LaneReading.Foreign, LaneRequest.Read(
        Encoding.Latin1.GetBytes(Line + string.Concat(Enumerable.Repeat("a: b\r\n", 41)) + "Host: a\r\nContent-Length: 1\r\n\r\n1"), out _));
}
