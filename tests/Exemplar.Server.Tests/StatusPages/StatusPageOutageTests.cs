using System.Net;
using System.Net.Http.Json;
using Exemplar.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.StatusPages;

/// <summary>A status page is read above all while something is broken.</summary>
public sealed class StatusPageOutageTests
{
    [Fact]
    public async Task While_the_database_is_away_the_page_that_was_made_last_is_served()
    {
        var data = Directory.CreateTempSubdirectory("exemplar-status-").FullName;
        var clock = new StoryClock();
        var postgres = await PrivatePostgres.StartAsync();
        await using (var app = Program.Build(
            ["--urls", "http://127.0.0.1:0", "--data", data, "--database", await postgres.CreateDatabaseAsync("status"), "--admin_token", StoryServer.AdminToken],
            services => services.AddSingleton<TimeProvider>(clock)))
        {
            await app.StartAsync();
            using var http = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
            using var board = new HttpRequestMessage(HttpMethod.Post, "/api/monitoring/boards")
            {
                Headers = { { "X-API-Key", StoryServer.AdminToken } },
                Content = JsonContent.Create(new { name = "Acme", slug = "acme", published = true, services = new[] { new { name = "Web" } } }),
            };
            Assert.Equal(HttpStatusCode.Created, (await http.SendAsync(board)).StatusCode);
            var before = await http.GetStringAsync("/status/acme");

            await postgres.DisposeAsync();
            clock.Advance(TimeSpan.FromSeconds(20));

            Assert.Equal(before, await http.GetStringAsync("/status/acme"));
            Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/status/nothing-here")).StatusCode);
            using var monitors = new HttpRequestMessage(HttpMethod.Get, "/api/monitoring/monitors") { Headers = { { "X-API-Key", StoryServer.AdminToken } } };
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.SendAsync(monitors)).StatusCode);
        }
        Directory.Delete(data, recursive: true);
    }
}
