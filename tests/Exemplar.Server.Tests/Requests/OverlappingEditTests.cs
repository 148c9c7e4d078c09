using System.Text.Json;
using Exemplar.Core.Ids;
using Exemplar.Server.Probes;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Organizations;
using Exemplar.Storage.Probes;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Requests;

public sealed class SqliteOverlappingEditTests(SqliteOverlappingServer server) : OverlappingEdits(server), IClassFixture<SqliteOverlappingServer>;

public sealed class PostgresOverlappingEditTests(PostgresOverlappingServer server) : OverlappingEdits(server), IClassFixture<PostgresOverlappingServer>;

/// <summary>Changes of one thing that come at the same moment: of different fields all of them hold.</summary>
public abstract class OverlappingEdits(OverlappingServer server)
{
    private const int Rounds = 12;
    private const string Monitors = "/api/monitoring/monitors", Maintenance = "/api/monitoring/maintenance", Channels = "/api/monitoring/channels",
        Routes = "/api/monitoring/routes", Rotations = "/api/monitoring/rotations", Boards = "/api/monitoring/boards", Organization = "/api/organization";

    [Fact]
    public async Task Every_field_of_a_probe_holds()
    {
        var path = await server.MakeAsync(Monitors, new { kind = "endpoint", name = "Shop", url = "https://example.com/" });
        for (var i = 1; i <= Rounds; i++)
        {
            await AllAsync(
                path, new { name = $"Shop {i}" }, new { url = $"https://example.com/{i}" }, new { timeout_seconds = i }, new { failures_before_down = i % 5 + 1 },
                new { expected_status = $"{200 + i}" }, new { interval_minutes = i }, new { tags = new[] { $"tag{i}" } });
            var now = await server.GetAsync(path);
            Assert.Equal(
                ($"Shop {i}", $"https://example.com/{i}", i, i % 5 + 1, $"{200 + i}", i, $"tag{i}"),
                (now.Text("name"), now.Text("url"), now.Number("timeout_seconds"), now.Number("failures_before_down"), now.Text("expected_status"),
                    now.Number("interval_minutes"), now.GetProperty("tags")[0].GetString()));
        }
    }

    [Fact]
    public async Task Every_secret_of_a_probe_holds()
    {
        var path = await server.MakeAsync(
            Monitors, new { kind = "endpoint", name = "Shop", method = "POST", url = "https://example.com/", headers = Header("X-One", "0"), body = "0" });
        for (var i = 1; i <= Rounds; i++)
        {
            await AllAsync(path, new { headers = Header("X-One", $"{i}") }, new { headers = Header("X-Two", $"{i}") }, new { body = $"{i}" });
            var (store, organization) = (server.Services.GetRequiredService<MonitorStore>(), await server.Services.GetRequiredService<OrganizationStore>().FirstAsync(CancellationToken.None));
            var monitor = (await store.FindAsync(organization!.Number, EntityId.Parse(path[(Monitors.Length + 1)..]), CancellationToken.None))!.Definition;
            var bytes = await server.Services.GetRequiredService<ProbeSecretStore>().FindAsync(monitor.Number, CancellationToken.None);
            var secrets = server.Services.GetRequiredService<ProbeSecrets>().Open(bytes!, monitor.Id)!;
            Assert.Equal(($"{i}", $"{i}", $"{i}"), (secrets.Headers["X-One"], secrets.Headers["X-Two"], secrets.Body));
        }
    }

    [Fact]
    public async Task Every_field_of_a_heartbeat_monitor_holds()
    {
        var path = await server.MakeAsync(Monitors, new { kind = "heartbeat", name = "Backup", expected_interval_minutes = 60, grace_period_minutes = 5 });
        for (var i = 1; i <= Rounds; i++)
        {
            await AllAsync(
                path, new { name = $"Backup {i}" }, new { description = $"{i}" }, new { expected_interval_minutes = i }, new { grace_period_minutes = i },
                new { alert_policy = new { alert_after = i } }, new { alert_policy = new { recover_after = i } }, new { runbook_url = $"https://example.com/{i}" });
            var now = await server.GetAsync(path);
            var policy = now.GetProperty("alert_policy");
            Assert.Equal(
                ($"Backup {i}", $"{i}", i, i, i, i, $"https://example.com/{i}"),
                (now.Text("name"), now.Text("description"), now.Number("expected_interval_minutes"), now.Number("grace_period_minutes"),
                    policy.Number("alert_after"), policy.Number("recover_after"), now.Text("runbook_url")));
        }
    }

    [Fact]
    public async Task Beginning_end_and_targets_of_a_window_hold()
    {
        var monitor = (await server.PostAsync(Monitors, new { kind = "heartbeat", name = "Backup" })).ShouldBe(201).Body.Text("id");
        var day = TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(2);
        var path = await server.MakeAsync(Maintenance, new { title = "Upgrade", starts_at = At(day, 0), ends_at = At(day, 600), tags = new[] { "db" } });
        for (var i = 1; i <= Rounds; i++)
        {
            var ids = i % 2 == 0 ? Array.Empty<string?>() : [monitor];
            await AllAsync(
                path, new { title = $"Upgrade {i}" }, new { owner = $"{i}" }, new { starts_at = At(day, i) }, new { ends_at = At(day, 600 + i) },
                new { tags = new[] { $"db{i}" } }, new { monitor_ids = ids });
            var now = await server.GetAsync(path);
            Assert.Equal(
                ($"Upgrade {i}", $"{i}", At(day, i), At(day, 600 + i), $"db{i}", ids.Length),
                (now.Text("title"), now.Text("owner"), now.Text("starts_at"), now.Text("ends_at"), now.GetProperty("tags")[0].GetString(), now.GetProperty("monitor_ids").GetArrayLength()));
        }
    }

    [Fact]
    public async Task Every_field_of_a_channel_and_of_its_config_holds()
    {
        var path = await server.MakeAsync(Channels, new { kind = "webhook", name = "Hook", config = new { url = "https://example.com/" } });
        for (var i = 1; i <= Rounds; i++)
        {
            var method = i % 2 == 0 ? "POST" : "PUT";
            await AllAsync(
                path, new { name = $"Hook {i}" }, new { config = new { url = $"https://example.com/{i}" } }, new { config = new { method } },
                new { config = new { body = $"{i}" } }, new { tags = new[] { $"tag{i}" } });
            var now = await server.GetAsync(path);
            var config = now.GetProperty("config");
            Assert.Equal(
                ($"Hook {i}", $"https://example.com/{i}", method, $"{i}", $"tag{i}"),
                (now.Text("name"), config.Text("url"), config.Text("method"), config.Text("body"), now.GetProperty("tags")[0].GetString()));
        }
    }

    [Fact]
    public async Task Every_field_of_a_route_holds_and_none_is_left_without_monitors()
    {
        var steps = new[] { new { targets = new[] { new { channel_id = await ChannelAsync() } } } };
        for (var i = 1; i <= Rounds; i++)
        {
            var path = await server.MakeAsync(Routes, new { name = "Route", steps, tags = new[] { "db" }, all_monitors = true });
            await AllAsync(path, new { name = $"Route {i}" }, new { severities = new[] { "low" } }, new { tags = new[] { $"tag{i}" } });
            var now = await server.GetAsync(path);
            Assert.Equal(($"Route {i}", "low", $"tag{i}"), (now.Text("name"), now.GetProperty("severities")[0].GetString(), now.GetProperty("tags")[0].GetString()));

            var answers = await server.PatchAtOnceAsync(path, new { all_monitors = false }, new { tags = Array.Empty<string>() });
            Assert.Equal([200, 400], answers.Select(a => (int)a.Status).Order());
        }
    }

    [Fact]
    public async Task Every_field_of_a_rotation_holds_and_nobody_stands_in_who_left()
    {
        var channel = await ChannelAsync();
        object ana = new { name = "Ana", channel_id = channel }, ben = new { name = "Ben", channel_id = channel };
        var overrides = new[] { new { from = "2027-01-01T00:00:00Z", to = "2027-01-02T00:00:00Z", participant = "Ben" } };
        for (var i = 1; i <= Rounds; i++)
        {
            var path = await server.MakeAsync(
                Rotations, new { name = "On-call", time_zone = "UTC", hand_over = new { every = "daily", at = "09:00" }, participants = new[] { ana, ben } });
            await AllAsync(path, new { name = $"On-call {i}" }, new { time_zone = "Europe/Berlin" }, new { hand_over = new { every = "daily", at = $"10:{i:00}" } });
            var now = await server.GetAsync(path);
            Assert.Equal(($"On-call {i}", "Europe/Berlin", $"10:{i:00}"), (now.Text("name"), now.Text("time_zone"), now.GetProperty("hand_over").Text("at")));

            // Whichever is first: Ben leaves and takes his turn with him, or there is nobody called Ben.
            await server.PatchAtOnceAsync(path, new { overrides }, new { participants = new[] { ana } });
            now = await server.GetAsync(path);
            Assert.Equal((1, 0), (now.GetProperty("participants").GetArrayLength(), now.GetProperty("overrides").GetArrayLength()));
        }
    }

    [Fact]
    public async Task Every_field_of_a_board_holds()
    {
        var path = await server.MakeAsync(Boards, new { name = "Shop", slug = "shop-0" });
        for (var i = 1; i <= Rounds; i++)
        {
            await AllAsync(
                path, new { name = $"Shop {i}" }, new { slug = $"shop-{i}" }, new { title = $"{i}" }, new { published = i % 2 == 0 },
                new { show_monitors = i % 2 == 0 }, new { services = new[] { new { name = $"Web {i}" } } });
            var now = await server.GetAsync(path);
            Assert.Equal(
                ($"Shop {i}", $"shop-{i}", $"{i}", i % 2 == 0, i % 2 == 0, $"Web {i}"),
                (now.Text("name"), now.Text("slug"), now.Text("title"), now.GetProperty("published").GetBoolean(), now.GetProperty("show_monitors").GetBoolean(),
                    now.GetProperty("services")[0].Text("name")));
        }
    }

    [Fact]
    public async Task Every_field_of_the_organization_and_of_its_policy_holds()
    {
        for (var i = 3; i <= Rounds + 3; i++)
        {
            await AllAsync(
                Organization, new { name = $"Acme {i}" }, new { check_retention_days = i }, new { default_alert_policy = new { alert_after = i } },
                new { default_alert_policy = new { recover_after = i } }, new { default_alert_policy = new { flapping_changes = i } },
                new { default_alert_policy = new { flapping_within_minutes = i } }, new { reminder_minutes = i });
            var now = await server.GetAsync(Organization);
            var policy = now.GetProperty("default_alert_policy");
            Assert.Equal(
                ($"Acme {i}", i, i, i, i, i, i),
                (now.Text("name"), now.Number("check_retention_days"), policy.Number("alert_after"), policy.Number("recover_after"),
                    policy.Number("flapping_changes"), policy.Number("flapping_within_minutes"), now.Number("reminder_minutes")));
        }
    }

    private async Task AllAsync(string path, params object[] changes)
    {
        foreach (var answer in await server.PatchAtOnceAsync(path, changes)) answer.ShouldBe(200);
    }

    private async Task<string?> ChannelAsync() =>
        (await server.PostAsync(Channels, new { kind = "webhook", name = "Hook", config = new { url = "https://example.com/" } })).ShouldBe(201).Body.Text("id");

    private static Dictionary<string, string> Header(string name, string value) => new(StringComparer.Ordinal) { [name] = value };

    private static string At(DateTime day, int minute) => Moments.Text(new DateTimeOffset(day, TimeSpan.Zero).AddMinutes(minute));
}
