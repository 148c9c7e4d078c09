using System.Text.Json.Nodes;

namespace Exemplar.Testing;

/// <summary>A server that answers as the steps say, the last of them again and again.</summary>
public sealed class Scenario : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly HttpClient _control;
    private readonly string _id;

    private Scenario(HttpClient control, string id, string address) => (_control, _id, Address) = (control, id, address);

    public string Address { get; }

    public static async Task<Scenario> StartAsync(FaultServer faults, params string[] steps)
    {
        var control = new HttpClient { BaseAddress = new Uri(faults.Control), Timeout = Patience };
        using var content = new StringContent($$"""{"steps": [{{string.Join(',', steps)}}], "repeat_last": true}""");
        using var made = await control.PostAsync("/__scenario", content);
        var scenario = JsonNode.Parse(await made.Content.ReadAsStringAsync())!;
        return new Scenario(control, scenario["id"]!.GetValue<string>(), scenario["base_url"]!.GetValue<string>());
    }

    /// <summary>What arrived, in order.</summary>
    public async Task<JsonNode[]> RequestsAsync() =>
        [.. JsonNode.Parse(await _control.GetStringAsync("/__requests?id=" + _id))!["requests"]!.AsArray().Select(request => request!)];

    public async ValueTask DisposeAsync()
    {
        using var ended = await _control.DeleteAsync("/__scenario?id=" + _id);
        _control.Dispose();
    }
}
