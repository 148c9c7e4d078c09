using System.Text.Json;
using Exemplar.Server.Probes;
using Exemplar.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Requests;

public sealed class SqliteOverlappingServer() : OverlappingServer(onPostgres: false);

public sealed class PostgresOverlappingServer() : OverlappingServer(onPostgres: true);

/// <summary>The whole server on one of the two engines, for requests that come at the same moment.</summary>
public abstract class OverlappingServer(bool onPostgres) : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("exemplar-overlap-").FullName;
    private PrivatePostgres? _postgres;
    private WebApplication? _app;
    private HttpClient? _http;

    public IServiceProvider Services => _app!.Services;

    public async ValueTask InitializeAsync()
    {
        if (onPostgres) _postgres = await PrivatePostgres.StartAsync();
        string[] database = _postgres is null ? [] : ["--database", await _postgres.CreateDatabaseAsync("overlap")];
        _app = Program.Build(
            ["--urls", "http://127.0.0.1:0", "--data", _data, "--admin_token", StoryServer.AdminToken, .. database],
            services => services.AddSingleton(new ProbeKinds(areOffered: true)));
        await _app.StartAsync();
        _http = new HttpClient { BaseAddress = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
        _http.DefaultRequestHeaders.Add("X-API-Key", StoryServer.AdminToken);
    }

    public async ValueTask DisposeAsync()
    {
        _http?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
        if (_postgres is not null) await _postgres.DisposeAsync();
        Directory.Delete(_data, recursive: true);
        GC.SuppressFinalize(this);
    }

    public Task<Answer> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

    public Task<Answer> PatchAsync(string path, object body) => SendAsync(HttpMethod.Patch, path, body);

    public async Task<JsonElement> GetAsync(string path) => (await Answer.ReadAsync(await _http!.GetAsync(path))).ShouldBe(200).Body;

    /// <summary>Makes something; its address.</summary>
    public async Task<string> MakeAsync(string path, object body) => $"{path}/{(await PostAsync(path, body)).ShouldBe(201).Body.Text("id")}";

    /// <summary>Sends all changes of one resource at once.</summary>
    public Task<Answer[]> PatchAtOnceAsync(string path, params object[] bodies) =>
        Task.WhenAll(bodies.Select(body => Task.Run(() => PatchAsync(path, body))));

    private async Task<Answer> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } },
        };
        return await Answer.ReadAsync(await _http!.SendAsync(request));
    }
}
