using System.Text;
using Exemplar.Faults.Tests.Support;

namespace Exemplar.Faults.Tests;

/// <summary>What no client of ours sends, on real sockets: a clear answer, nothing in the log, and the next heartbeat is taken.</summary>
public sealed class BadInputTests(BadInputTests.OneServer one) : IClassFixture<BadInputTests.OneServer>
{
    private const string Id = "MONITOR";

    /// <summary>By name: the body, and the status and code that answer it.</summary>
    private static readonly Dictionary<string, (byte[] Body, int Status, string Code)> Bodies = new(StringComparer.Ordinal)
    {
        ["nothing"] = (Text(""), 400, "invalid_json"),
        ["words"] = (Text("hello"), 400, "invalid_json"),
        ["an array"] = (Text($$"""[{"monitor_id":"{{Id}}"}]"""), 400, "invalid_json"),
        ["a comment"] = (Text($$"""{"monitor_id":"{{Id}}"/* it's me */}"""), 400, "invalid_json"),
        ["cut off in a string"] = (Text("""{"monitor_id":"69c3a0"""), 400, "invalid_json"),
        ["cut off in metadata"] = (Text($$"""{"monitor_id":"{{Id}}","metadata":{"a":"""), 400, "invalid_json"),
        ["two objects"] = (Text($$"""{"monitor_id":"{{Id}}"}{"monitor_id":"{{Id}}"}"""), 400, "invalid_json"),
        ["nested deeply"] = (Text($$"""{"monitor_id":"{{Id}}","x":{{new string('[', 30_000)}}"""), 400, "invalid_json"),
        ["metadata nested deeply"] = (Text($$"""{"monitor_id":"{{Id}}","metadata":{{Nested(2_000)}} }"""), 400, "invalid_json"),
        ["metadata nested deeply and over its limit"] = (Text($$"""{"monitor_id":"{{Id}}","metadata":{{Nested(8_000)}} }"""), 400, "invalid_json"),
        ["not UTF-8"] = ([.. Text($$"""{"monitor_id":"{{Id}}","metadata":{"a":" """), 0xC3, 0x28, .. Text("\"}}")], 400, "invalid_json"),
        ["UTF-16"] = (Encoding.Unicode.GetBytes($$"""{"monitor_id":"{{Id}}"}"""), 400, "invalid_json"),
        ["zeros"] = (new byte[1_000], 400, "invalid_json"),
        ["no monitor"] = (Text("{}"), 400, "invalid_request"),
        ["the monitor twice"] = (Text($$"""{"monitor_id":"{{Id}}","monitor_id":"{{Id}}"}"""), 400, "invalid_request"),
        ["metadata twice"] = (Text($$"""{"monitor_id":"{{Id}}","metadata":{},"metadata":{} }"""), 400, "invalid_request"),
        ["a number for the monitor"] = (Text("""{"monitor_id":123456789012345678901234}"""), 400, "invalid_request"),
        ["null for the monitor"] = (Text("""{"monitor_id":null}"""), 400, "invalid_request"),
        ["half a character for the monitor"] = (Text("""{"monitor_id":"\ud800"}"""), 400, "invalid_request"),
        ["half a character for a name"] = (Text($$"""{"\ud800":1,"monitor_id":"{{Id}}"}"""), 200, ""),
        ["an attack for the monitor"] = (Text("""{"monitor_id":"' OR 1=1; DROP TABLE monitors"}"""), 400, "invalid_request"),
        ["a long monitor"] = (Text($$"""{"monitor_id":"{{new string('a', 50_000)}}"}"""), 400, "invalid_request"),
        ["a number for metadata"] = (Text($$"""{"monitor_id":"{{Id}}","metadata":7}"""), 400, "invalid_request"),
        ["a string for metadata"] = (Text($$"""{"monitor_id":"{{Id}}","metadata":"x"}"""), 400, "invalid_request"),
        ["an array for metadata"] = (Text($$"""{"monitor_id":"{{Id}}","metadata":[]}"""), 400, "invalid_request"),
        ["a number for a time"] = (Text($$"""{"monitor_id":"{{Id}}","occurred_at":1700000000}"""), 400, "invalid_request"),
        ["a time that is none"] = (Text($$"""{"monitor_id":"{{Id}}","occurred_at":"9999-99-99T00:00:00Z"}"""), 400, "invalid_request"),
        ["the first of all times"] = (Text($$"""{"monitor_id":"{{Id}}","occurred_at":"0001-01-01T00:00:00+14:00"}"""), 400, "invalid_request"),
        ["another monitor"] = (Text("""{"monitor_id":"ffffffffffffffffffffffff"}"""), 404, "monitor_not_found"),
        ["metadata of 16 KiB and a byte"] = (Text($$"""{"monitor_id":"{{Id}}","metadata":{{Sized(16 * 1024 + 1)}} }"""), 413, "metadata_too_large"),
        ["metadata of 16 KiB"] = (Text($$"""{"monitor_id":"{{Id}}","metadata":{{Sized(16 * 1024)}} }"""), 200, ""),
        ["metadata of 16 KiB and a byte, nested"] = (Text($$"""{"monitor_id":"{{Id}}","metadata":{"a":[[[[{{Sized(16 * 1024)}}]]]]} }"""), 413, "metadata_too_large"),
        ["64 KiB and a byte"] = (Text($$"""{"monitor_id":"{{Id}}"}""".PadRight((64 * 1024) + 1)), 413, "body_too_large"),
        ["64 KiB"] = (Text($$"""{"monitor_id":"{{Id}}"}""".PadRight(64 * 1024)), 200, ""),
        ["a megabyte"] = (Text(new string('x', 1 << 20)), 413, "body_too_large"),
    };

    /// <summary>By name: everything that is sent. The server closes the connection, after 400 or another status of the server itself.</summary>
    private static readonly Dictionary<string, (byte[] Bytes, int[] Statuses)> NotHttp = new(StringComparer.Ordinal)
    {
        ["words"] = (Text("hello, is it me you are looking for?\r\n\r\n"), [400]),
        ["zeros"] = (new byte[10_000], [0, 400]),
        ["TLS"] = ([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, .. new byte[200]], [0, 400]),
        ["a negative length"] = (Head("Content-Length: -5"), [400]),
        ["a length that is no number"] = (Head("Content-Length: many"), [400]),
        ["two lengths"] = (Head("Content-Length: 5", "Content-Length: 6"), [400]),
        ["a length beyond numbers"] = (Head("Content-Length: 99999999999999999999999999"), [400]),
        ["huge headers"] = (Head("X-Long: " + new string('a', 100_000)), [431]),
        ["many headers"] = (Head([.. Enumerable.Range(0, 500).Select(i => $"X-{i}: a")]), [431]),
        ["a huge address"] = (Text($"GET /{new string('a', 100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n"), [414]),
        ["no host"] = (Text("POST /api/monitoring/heartbeat HTTP/1.1\r\n\r\n"), [400]),
    };

    public static TheoryData<string> BodyNames => [.. Bodies.Keys];

    public static TheoryData<string> NotHttpNames => [.. NotHttp.Keys];

    [Theory]
    [MemberData(nameof(BodyNames))]
    public async Task A_bad_body_is_answered_with_what_is_wrong_with_it(string name)
    {
        var (body, status, code) = Bodies[name];
        var bytes = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(body).Replace(Id, one.MonitorId, StringComparison.Ordinal));
        if (name.StartsWith("64 KiB", StringComparison.Ordinal)) bytes = bytes[..body.Length];
        foreach (var chunked in new[] { false, true })
        {
            using var connection = await RawConnection.OpenAsync(one.Server);
            var sending = SendAsync(connection, chunked ? Chunked(bytes) : [.. Head($"Content-Length: {bytes.Length}"), .. bytes]);
            var answer = await connection.AnswerAsync();
            await sending;
            Assert.True(answer.Status == status && answer.Code == code, $"chunked: {chunked}; {answer}");
        }
        await one.AssertIsWellAsync();
    }

    [Theory]
    [MemberData(nameof(NotHttpNames))]
    public async Task What_is_no_HTTP_is_refused_and_the_connection_closed(string name)
    {
        var (bytes, statuses) = NotHttp[name];
        using var connection = await RawConnection.OpenAsync(one.Server);
        await SendAsync(connection, bytes);
        // Of these the server may wait for the rest, as long as it may come.
        if (statuses.Contains(0)) connection.EndSending();
        Assert.Contains((await connection.AnswerAsync()).Status, statuses);
        await one.AssertIsWellAsync();
    }

    [Theory]
    [InlineData("Content-Length: 4000000000", "aaaaaaaaaaaaaaaa")]
    [InlineData("Transfer-Encoding: chunked", "10\r\naaaaaaaaaaaaaaaa\r\n")]
    public async Task A_body_without_end_is_refused_and_not_read_for_ever(string header, string piece)
    {
        using var connection = await RawConnection.OpenAsync(one.Server);
        await connection.SendAsync(RawConnection.HeartbeatHead(header));
        var sending = connection.SendEndlesslyAsync(Text(string.Concat(Enumerable.Repeat(piece, 500))));
        var answer = await connection.AnswerAsync();
        Assert.Equal((413, "body_too_large"), (answer.Status, answer.Code));
        connection.Dispose();
        await sending;
        await one.AssertIsWellAsync();
    }

    [Theory]
    [InlineData("Content-Length: 1000", "{\"monitor_id\":\"MONITOR\"}")]
    [InlineData("Transfer-Encoding: chunked", "5\r\n{\"mon")]
    [InlineData("Transfer-Encoding: chunked", "zz\r\n{\"monitor_id\":\"MONITOR\"}")]
    public async Task A_body_that_ends_too_early_or_is_framed_wrongly_is_not_taken(string header, string body)
    {
        using (var connection = await RawConnection.OpenAsync(one.Server))
        {
            await connection.SendAsync(RawConnection.HeartbeatHead(header) + body.Replace(Id, one.MonitorId, StringComparison.Ordinal));
            connection.EndSending();
            // Whoever hangs up may find nobody who answers.
            var answer = await connection.AnswerAsync();
            Assert.Contains((answer.Status, answer.Code), new[] { (0, ""), (400, "invalid_json") });
        }
        using (var connection = await RawConnection.OpenAsync(one.Server))
            await connection.SendAsync(RawConnection.HeartbeatHead(header) + body.Replace(Id, one.MonitorId, StringComparison.Ordinal));
        await one.AssertIsWellAsync();
    }

    [Theory]
    [InlineData("POST", "/api/monitoring/monitors", "{\"kind\":\"heartbeat\",\"name\":\"\\ud800\"}", 400)]
    [InlineData("POST", "/api/monitoring/monitors", "{\"kind\":7,\"name\":[],\"tags\":{},\"expected_interval_minutes\":\"x\"}", 400)]
    [InlineData("POST", "/api/monitoring/monitors", "{\"\\ud800\":1}", 400)]
    [InlineData("POST", "/api/monitoring/monitors", "{\"kind\":\"heartbeat\",\"name\":\"a\",\"expected_interval_minutes\":1e400}", 400)]
    [InlineData("GET", "/api/monitoring/monitors?limit=99999999999999999999&cursor=%00%ff", "", 400)]
    [InlineData("GET", "/api/monitoring/monitors?q=%ff%fe", "", 200)]
    [InlineData("GET", "/api/monitoring/monitors/%00", "", 400)]
    [InlineData("GET", "/api/monitoring/monitors/MONITOR/timeline?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z", "", 200)]
    public async Task The_rest_of_the_API_keeps_its_countenance_too(string method, string path, string body, int status)
    {
        using var connection = await RawConnection.OpenAsync(one.Server);
        var head = RawConnection.HeartbeatHead($"Content-Length: {body.Length}")
            .Replace("POST /api/monitoring/heartbeat", $"{method} {path.Replace(Id, one.MonitorId, StringComparison.Ordinal)}", StringComparison.Ordinal);
        await connection.SendAsync(head + body);
        var answer = await connection.AnswerAsync();
        Assert.True(answer.Status == status, answer.ToString());
        await one.AssertIsWellAsync();
    }

    private static async Task SendAsync(RawConnection connection, byte[] bytes)
    {
        try
        {
            await connection.SendAsync(bytes);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The server answered before it had read everything, and hung up.
        }
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Head(params string[] headers) => Text(RawConnection.HeartbeatHead(headers));

    private static byte[] Chunked(byte[] body) =>
    [
        .. Head("Transfer-Encoding: chunked"),
        .. body.Chunk(1_000).SelectMany(part => (byte[])[.. Text($"{part.Length:x}\r\n"), .. part, .. Text("\r\n")]),
        .. Text("0\r\n\r\n"),
    ];

    private static string Nested(int levels) =>
        string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);

    /// <summary>A JSON object of so many bytes.</summary>
    private static string Sized(int bytes) => $$"""{"a":"{{new string('x', bytes - 8)}}"}""";

    /// <summary>The server that all of them torment.</summary>
    public sealed class OneServer : IAsyncLifetime
    {
        private readonly TemporaryFolder _folder = new();
        private ServerProcess? _server;
        private Api? _api;
        private int _read;

        internal ServerProcess Server => _server!;

        internal string MonitorId { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            _server = await ServerProcess.StartAsync(_folder.Data);
            _api = new Api(_server);
            MonitorId = (await _api.CreateAsync("job", TimeSpan.FromHours(1), TimeSpan.FromHours(1))).Id;
        }

        public async ValueTask DisposeAsync()
        {
            _api?.Dispose();
            if (_server is not null) await _server.DisposeAsync();
            _folder.Dispose();
        }

        internal async Task AssertIsWellAsync()
        {
            await _api!.BeatAsync(MonitorId);
            Assert.NotEmpty(await _api.ChecksAsync(MonitorId));
            // Only what is new: one test's fault is not the next one's.
            var output = Server.Output;
            var news = output[_read..];
            _read = output.Length;
            Assert.DoesNotContain("Z warn:", news, StringComparison.Ordinal);
            Assert.DoesNotContain("Z fail:", news, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", news, StringComparison.Ordinal);
            Assert.Equal("", Server.Errors);
        }
    }
}
