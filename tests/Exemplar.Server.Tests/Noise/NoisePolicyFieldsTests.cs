using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Exemplar.Server.Tests.Noise;

public sealed class NoisePolicyFieldsTests
{
    [Fact]
    public async Task Everything_that_is_wrong_is_named_at_once()
    {
        await using var server = await StoryServer.StartAsync();
        using var answer = await server.Http.PostAsJsonAsync("/api/monitoring/monitors", new
        {
            kind = "heartbeat",
            name = "",
            alert_policy = new
            {
                alert_after = 21,
                alert_after_of_last = "five",
                recover_after = 0,
                remind_every_minutes = 0.5,
                flapping = "yes",
                flapping_changes = 2,
                flapping_within_minutes = 2_000,
                announce_late = 1,
            },
            depends_on = new[] { "here", "0123456789abcdef01234567" },
        });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(e => e.Name);
        Assert.Equal(
            [
                "alert_policy.alert_after", "alert_policy.alert_after_of_last", "alert_policy.announce_late", "alert_policy.flapping",
                "alert_policy.flapping_changes", "alert_policy.flapping_within_minutes", "alert_policy.recover_after",
                "alert_policy.remind_every_minutes", "depends_on[0]", "depends_on[1]", "name",
            ],
            errors);
    }

    [Theory]
    [InlineData("""{"alert_policy": 3}""", "alert_policy")]
    [InlineData("""{"alert_policy": {"alert_after": 5, "alert_after_of_last": 3}}""", "alert_policy.alert_after_of_last")]
    [InlineData("""{"alert_policy": {"alert_after": null, "alert_after_of_last": 3}}""", "alert_policy.alert_after")]
    [InlineData("""{"alert_policy": {"remind_every_minutes": 1e300}}""", "alert_policy.remind_every_minutes")]
    [InlineData("""{"depends_on": null}""", "depends_on")]
    public async Task What_makes_no_sense_is_refused(string body, string field)
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(1, 1);
        using var answer = await PatchAsync(server, $"/api/monitoring/monitors/{monitor}", body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal([field], (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(e => e.Name));
    }

    [Fact]
    public async Task Fields_that_are_left_out_stay_and_null_goes_back_to_the_default()
    {
        await using var server = await StoryServer.StartAsync();
        var path = $"/api/monitoring/monitors/{await server.CreateMonitorAsync(1, 1)}";
        (await PatchAsync(server, path, """{"alert_policy": {"alert_after": 3, "alert_after_of_last": 5, "remind_every_minutes": 0}}""")).Dispose();
        (await PatchAsync(server, path, """{"alert_policy": {"announce_late": true, "alert_after_of_last": null}}""")).Dispose();
        var policy = (await server.GetAsync(path)).GetProperty("alert_policy");
        Assert.Equal(
            ("3", "", "0", "True", ""),
            ($"{policy.GetProperty("alert_after")}", $"{policy.GetProperty("alert_after_of_last")}", $"{policy.GetProperty("remind_every_minutes")}",
                $"{policy.GetProperty("announce_late")}", $"{policy.GetProperty("recover_after")}"));

        (await PatchAsync(server, path, """{"alert_policy": null}""")).Dispose();
        Assert.All((await server.GetAsync(path)).GetProperty("alert_policy").EnumerateObject(), f => Assert.Equal(JsonValueKind.Null, f.Value.ValueKind));
    }

    private static Task<HttpResponseMessage> PatchAsync(StoryServer server, string path, string body) =>
        server.Http.PatchAsync(path, new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
}
