using System.Net.Http.Json;
using System.Text.Json;
using Exemplar.Console.Tests.Support;

namespace Exemplar.Console.Tests.Boards;

/// <summary>A signed-in visit beside a token that makes monitors and boards quickly.</summary>
internal sealed class BoardVisit : IAsyncDisposable
{
    private readonly HttpClient _api;

    private BoardVisit(Visit visit, string token)
    {
        Visit = visit;
        _api = new HttpClient { BaseAddress = visit.Server.Address };
        _api.DefaultRequestHeaders.Add("X-API-Key", token);
    }

    public Visit Visit { get; }

    public IPage Page => Visit.Page;

    public static async Task<BoardVisit> StartAsync() => await OfAsync(await Visit.StartSharedAsync());

    /// <summary>On a server that nobody else uses.</summary>
    public static async Task<BoardVisit> StartAloneAsync() => await OfAsync(await Visit.StartSignedInAsync());

    public static async Task<BoardVisit> OfAsync(Visit visit) => new(visit, await SharedServer.NewTokenAsync(visit.Server, visit.Organization));

    public async Task<string> NewMonitorAsync(string name, double intervalMinutes = 60, double graceMinutes = 5, bool heard = true, params string[] tags)
    {
        var made = await PostAsync("/api/monitoring/monitors", new { kind = "heartbeat", name, tags, expected_interval_minutes = intervalMinutes, grace_period_minutes = graceMinutes });
        var id = made.GetProperty("id").GetString()!;
        if (heard) await BeatAsync(id);
        return id;
    }

    /// <summary>A heartbeat. When its silence would become downtime.</summary>
    public async Task<DateTimeOffset> BeatAsync(string id) =>
        (await PostAsync("/api/monitoring/heartbeat", new { monitor_id = id })).GetProperty("deadline_at").GetDateTimeOffset();

    public async Task<string> NewBoardAsync(object board) => (await PostAsync("/api/monitoring/boards", board)).GetProperty("id").GetString()!;

    public Task PatchBoardAsync(string id, object change) => PatchAsync($"/api/monitoring/boards/{id}", change);

    public Task PatchMonitorAsync(string id, object change) => PatchAsync($"/api/monitoring/monitors/{id}", change);

    /// <summary>Plans a maintenance window; its id.</summary>
    public async Task<string> PlanAsync(object window) => (await PostAsync("/api/monitoring/maintenance", window)).GetProperty("id").GetString()!;

    /// <summary>Tells how a maintenance window goes.</summary>
    public Task TellAsync(string window, string text) => PostAsync($"/api/monitoring/maintenance/{window}/updates", new { text });

    /// <summary>Ends a maintenance window that takes place now.</summary>
    public Task EndAsync(string window) => PostAsync($"/api/monitoring/maintenance/{window}/end", new { });

    public Task PauseAsync(string id) => PostAsync($"/api/monitoring/monitors/{id}/pause", new { });

    private async Task PatchAsync(string path, object change)
    {
        using var answer = await _api.PatchAsJsonAsync(path, change);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Every monitor as the API tells it.</summary>
    public async Task<JsonElement> MonitorsAsync() => await _api.GetFromJsonAsync<JsonElement>("/api/monitoring/monitors?limit=200");

    public async Task<JsonElement> BoardAsync(string id) => await _api.GetFromJsonAsync<JsonElement>($"/api/monitoring/boards/{id}");

    public async Task OpenWallAsync(string id)
    {
        await Page.GotoAsync($"/boards/{id}/wall");
        await Page.Locator(".wall-main[data-live=yes]").WaitForAsync();
    }

    /// <summary>Changes the database beside the server; $organization is the organization's number.</summary>
    public async Task SqlAsync(string sql) => Assert.True(await Database.RunAsync(Visit.Server, sql, ("$organization", Visit.Organization)) > 0);

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await Visit.DisposeAsync();
    }

    private async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await _api.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
