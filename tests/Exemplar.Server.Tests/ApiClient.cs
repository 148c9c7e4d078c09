using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Exemplar.Core.Tokens;

namespace Exemplar.Server.Tests;

/// <summary>One organization seen through one token.</summary>
public sealed class ApiClient(ApiServer server, int organizationNumber, string token)
{
    public const string Monitors = "/api/monitoring/monitors";

    public int OrganizationNumber => organizationNumber;

    public string Token => token;

    public async Task<ApiClient> WithAsync(TokenScopes scopes) =>
        new(server, organizationNumber, await server.NewTokenAsync(organizationNumber, scopes));

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, Content(body));

    public Task<Answer> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, Content(body));

    public Task<Answer> PutAsync(string path, object body) => SendAsync(HttpMethod.Put, path, Content(body));

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (token.Length > 0) request.Headers.Add("X-API-Key", token);
        return await Answer.ReadAsync(await server.Http.SendAsync(request));
    }

    /// <summary>Makes a heartbeat monitor and returns it.</summary>
    public async Task<JsonElement> NewMonitorAsync(string name = "Nightly backup", double interval = 60, double grace = 5, params string[] tags)
    {
        var answer = await PostAsync(Monitors, new
        {
            kind = "heartbeat", name, tags, expected_interval_minutes = interval, grace_period_minutes = grace,
        });
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        return answer.Body;
    }

    /// <summary>Sends a heartbeat for a monitor.</summary>
    public async Task BeatAsync(JsonElement monitor, object? metadata = null)
    {
        var answer = await PostAsync("/api/monitoring/heartbeat", new { monitor_id = monitor.Text("id"), metadata });
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    private static ByteArrayContent? Content(object? body) => body switch
    {
        null => null,
        byte[] bytes => new ByteArrayContent(bytes),
        string text => new StringContent(text, Encoding.UTF8, "text/plain"),
        _ => new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
    };
}

/// <summary>An answer with its body read.</summary>
public sealed record Answer(HttpStatusCode Status, JsonElement Body, string Text, HttpResponseMessage Response)
{
    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        var isJson = response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new Answer(response.StatusCode, isJson ? JsonDocument.Parse(text).RootElement : default, text, response);
    }

    /// <summary>The items of a page.</summary>
    public IReadOnlyList<JsonElement> Items => [.. Body.GetProperty("items").EnumerateArray()];

    public string? NextCursor => Body.GetProperty("next_cursor").GetString();

    /// <summary>Checks that this is a problem of this kind, that it names exactly these fields, and nothing else.</summary>
    public Answer ShouldFail(int status, string code, params string[] fields)
    {
        Assert.Equal(status, (int)Status);
        Assert.Equal("application/problem+json", Response.Content.Headers.ContentType?.ToString());
        Assert.Equal(code, Body.Text("code"));
        Assert.Equal(status, Body.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(Body.Text("title")));
        IEnumerable<string> named = Body.TryGetProperty("errors", out var errors) ? [.. errors.EnumerateObject().Select(e => e.Name)] : [];
        Assert.Equal(fields.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
        return this;
    }

    public Answer ShouldBe(int status)
    {
        Assert.True(status == (int)Status, $"{(int)Status}: {Text}");
        return this;
    }
}

/// <summary>Short ways into JSON.</summary>
internal static class JsonReading
{
    public static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();

    public static double Number(this JsonElement element, string name) => element.GetProperty(name).GetDouble();

    public static bool IsNull(this JsonElement element, string name) => element.GetProperty(name).ValueKind == JsonValueKind.Null;
}
