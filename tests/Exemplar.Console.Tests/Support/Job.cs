using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace Exemplar.Console.Tests.Support;

/// <summary>A monitor that was made in the browser, and the job that should call in for it.</summary>
internal sealed partial class Job(Visit visit, string id, string token)
{
    private static readonly HttpClient Http = new();

    public string Id => id;

    /// <summary>Makes the monitor and a token for it in CREATE_MONITOR. Nothing is expected before the first heartbeat.</summary>
    public static async Task<Job> CreateAsync(Visit visit, string name, string interval, string grace, string tags = "")
    {
        await visit.OpenAsync("/monitors");
        var dialog = await visit.OpenCreateAsync();
        await dialog.GetByLabel("First deadline counts from").SelectOptionAsync("first heartbeat");
        await dialog.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await dialog.GetByLabel("Expected interval", new() { Exact = true }).FillAsync(interval);
        await dialog.GetByLabel("Grace period", new() { Exact = true }).FillAsync(grace);
        await dialog.GetByLabel("Tags", new() { Exact = true }).FillAsync(tags);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save monitor" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Make a token for this job" }).ClickAsync();
        var curl = dialog.Locator("pre[aria-label=curl]");
        await Assertions.Expect(curl).ToContainTextAsync("X-API-Key: eis_");
        var id = await dialog.Locator("dl.facts code").First.InnerTextAsync();
        return new Job(visit, id, Token().Match(await curl.InnerTextAsync()).Value);
    }

    public async Task BeatAsync(object? metadata = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(visit.Server.Address, "/api/monitoring/heartbeat"));
        request.Headers.Add("X-API-Key", token);
        request.Content = JsonContent.Create(new { monitor_id = id, metadata = metadata ?? new { } });
        using var answer = await Http.SendAsync(request);
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Changes the database beside the server, for what nobody can do in the browser.</summary>
    public static async Task ExecuteAsync(Visit visit, string sql)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(visit.Server.DataFolder, "exemplar.db")};Pooling=False");
        await database.OpenAsync();
        await using var command = database.CreateCommand();
        command.CommandText = sql;
        Assert.NotEqual(0, await command.ExecuteNonQueryAsync());
    }

    [GeneratedRegex("eis_[A-Za-z0-9_-]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
