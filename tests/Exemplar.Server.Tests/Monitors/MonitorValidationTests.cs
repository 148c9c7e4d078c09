namespace Exemplar.Server.Tests.Monitors;

public sealed class MonitorValidationTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Path = ApiClient.Monitors;

    [Fact]
    public async Task Every_bad_field_is_named_at_once()
    {
        var client = await server.NewOrganizationAsync();
        var answer = await client.PostAsync(Path, """
            {"kind": "carrier_pigeon", "name": 5, "description": [], "tags": ["ok", 7], "expected_interval_minutes": "60",
             "grace_period_minutes": 0, "starts": "tomorrow"}
            """);
        answer.ShouldFail(400, "invalid_request",
            "description", "expected_interval_minutes", "grace_period_minutes", "kind", "name", "starts", "tags");
        Assert.Empty((await client.GetAsync(Path)).Items);
    }

    [Fact]
    public async Task What_is_required_is_said() =>
        (await (await server.NewOrganizationAsync()).PostAsync(Path, "{}")).ShouldFail(400, "invalid_request", "kind", "name");

    [Theory]
    [InlineData("endpoint")]
    [InlineData("icmp")]
    [InlineData("ssl")]
    public async Task Kinds_that_are_not_there_yet_are_refused_with_a_reason(string kind)
    {
        var answer = await (await server.NewOrganizationAsync()).PostAsync(Path, new { kind, name = "a" });
        answer.ShouldFail(400, "invalid_request", "kind");
        Assert.Contains("not available yet", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"name\": \"\"", "name")]
    [InlineData("\"name\": \"   \"", "name")]
    [InlineData("\"name\": \"a\\u0000b\"", "name")]
    [InlineData("\"name\": \"a\\nb\"", "name")]
    [InlineData("\"name\": \"\\ud800\"", "name")]
    [InlineData("\"name\": null", "name")]
    [InlineData("\"name\": true", "name")]
    [InlineData("\"description\": \"a\\u0007b\"", "description")]
    [InlineData("\"tags\": \"db\"", "tags")]
    [InlineData("\"tags\": [\"\"]", "tags")]
    [InlineData("\"tags\": [null]", "tags")]
    [InlineData("\"tags\": [\"a\\tb\"]", "tags")]
    [InlineData("\"tags\": [\"\\udc00\"]", "tags")]
    [InlineData("\"tags\": {}", "tags")]
    [InlineData("\"expected_interval_minutes\": 0.016", "expected_interval_minutes")]
    [InlineData("\"expected_interval_minutes\": -5", "expected_interval_minutes")]
    [InlineData("\"expected_interval_minutes\": 576000.1", "expected_interval_minutes")]
    [InlineData("\"expected_interval_minutes\": 1e308", "expected_interval_minutes")]
    [InlineData("\"expected_interval_minutes\": 1e999", "expected_interval_minutes")]
    [InlineData("\"expected_interval_minutes\": \"NaN\"", "expected_interval_minutes")]
    [InlineData("\"grace_period_minutes\": [1]", "grace_period_minutes")]
    [InlineData("\"starts\": 0", "starts")]
    [InlineData("\"starts\": \"Creation\"", "starts")]
    [InlineData("\"kind\": \"ssl\"", "kind")]
    public async Task A_patch_with_a_bad_field_names_it_and_changes_nothing(string field, string name)
    {
        var client = await server.NewOrganizationAsync();
        var monitor = await client.NewMonitorAsync();
        var path = $"{Path}/{monitor.Text("id")}";
        (await client.PatchAsync(path, $$"""{"tags":["changed"],{{field}}}""".Replace("\"tags\":[\"changed\"],\"tags\"", "\"tags\"", StringComparison.Ordinal)))
            .ShouldFail(400, "invalid_request", name);
        Assert.Equal(monitor.GetRawText(), (await client.GetAsync(path)).Text);
    }

    [Fact]
    public async Task Lengths_are_limited_and_the_longest_is_taken()
    {
        var client = await server.NewOrganizationAsync();
        var tags = Enumerable.Range(0, 50).Select(i => new string('t', 62) + i.ToString("00")).ToArray();
        (await client.PostAsync(Path, new { kind = "heartbeat", name = new string('ü', 200), description = new string('d', 4000), tags }))
            .ShouldBe(201);
        (await client.PostAsync(Path, new { kind = "heartbeat", name = new string('n', 201), description = new string('d', 4001), tags = tags.Append("x") }))
            .ShouldFail(400, "invalid_request", "description", "name", "tags");
        (await client.PostAsync(Path, new { kind = "heartbeat", name = "n", tags = new[] { new string('t', 65) } }))
            .ShouldFail(400, "invalid_request", "tags");
    }

    [Theory]
    [InlineData("0.05", 0.05)]
    [InlineData("0.016666666666666666", 0.016667)]
    [InlineData("576000", 576000)]
    [InlineData("1e2", 100)]
    [InlineData("0.0333333", 0.033333)]
    public async Task Durations_are_numbers_with_fractions(string sent, double read)
    {
        var client = await server.NewOrganizationAsync();
        var body = "{\"kind\":\"heartbeat\",\"name\":\"a\",\"expected_interval_minutes\":" + sent + "}";
        Assert.Equal(read, (await client.PostAsync(Path, body)).ShouldBe(201).Body.Number("expected_interval_minutes"));
    }

    [Fact]
    public async Task Unknown_fields_are_ignored() =>
        (await (await server.NewOrganizationAsync()).PostAsync(Path, new { kind = "heartbeat", name = "a", colour = "red" })).ShouldBe(201);
}
