using System.Text.Json;
using Exemplar.Server.Deadlines;
using Exemplar.Server.Health;
using Exemplar.Server.Outages;
using Exemplar.Server.Tests.Channels.Support;

namespace Exemplar.Server.Tests.Health;

/// <summary>The operators hear once that the server stalls and once that it goes on, also when the database is what stalls.</summary>
public sealed class OperatorsTests
{
    [Fact]
    public async Task They_hear_once_that_it_stalls_and_once_that_it_goes_on()
    {
        await using var operators = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync("--operators_webhook", operators.Address + "/hook", "--public-url", "https://exemplar.example.com");
        await server.Get<DeadlineWorker>().StopAsync(CancellationToken.None);
        await server.PassWithoutAsync(TimeSpan.FromSeconds(29), Part.Scheduler);
        Assert.Empty(operators.Requests);
        await LookAsync(server, 90, Part.Scheduler);
        await operators.ArrivalAsync();
        var stalled = operators.Only.Json;
        Assert.Equal(("stalled", "https://exemplar.example.com", JsonValueKind.Null), (Text(stalled, "event"), Text(stalled, "server"), stalled.GetProperty("ended_at").ValueKind));
        Assert.Equal("scheduler", stalled.GetProperty("parts")[0].GetString());
        Assert.Contains("STALLS since 2026-11-23", Text(stalled, "text"), StringComparison.Ordinal);
        Assert.Equal(Text(stalled, "text"), Text(stalled, "content"));

        await LookAsync(server, 30);
        await operators.ArrivalAsync();
        Assert.Equal(["stalled", "goes_on"], operators.Requests.Select(r => Text(r.Json, "event")));
        Assert.Contains("no deadline has been judged", Text(operators.Requests.Last().Json, "text"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_hear_it_while_the_database_is_what_stalls()
    {
        await using var operators = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync("--operators_webhook", operators.Address);
        var end = await server.HoldDatabaseAsync();
        await LookAsync(server, 45, Part.Storage, Part.Scheduler);
        await operators.ArrivalAsync();
        Assert.Equal("stalled", Text(operators.Only.Json, "event"));
        await end();
    }

    [Fact]
    public async Task A_database_that_refuses_is_said_with_its_reason()
    {
        await using var operators = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync("--operators_webhook", operators.Address);
        await OnlyTheTestLooksAsync(server);
        server.Get<OutageWatch>().StorageFailed(server.Clock.GetUtcNow());
        for (var i = 0; i < 3; i++) server.Get<SelfWatchWorker>().Round();
        await operators.ArrivalAsync();
        Assert.Contains("the database cannot be written", Text(operators.Only.Json, "text"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_and_goes_within_some_seconds_is_no_stall_and_a_stall_with_gaps_is_one()
    {
        await using var operators = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync("--operators_webhook", operators.Address);
        await OnlyTheTestLooksAsync(server);
        var (watch, outages) = (server.Get<SelfWatchWorker>(), server.Get<OutageWatch>());
        void Look(bool fails, int times)
        {
            if (fails) outages.StorageFailed(server.Clock.GetUtcNow());
            else outages.StorageWorks(server.Clock.GetUtcNow());
            for (var i = 0; i < times; i++) watch.Round();
        }
        Look(fails: true, 2);
        Look(fails: false, 20);
        Look(fails: true, 5);
        Look(fails: false, 9);
        Look(fails: true, 5);
        await operators.ArrivalAsync();
        Look(fails: false, 10);
        await operators.ArrivalAsync();
        Assert.Equal(["stalled", "goes_on"], operators.Requests.Select(r => Text(r.Json, "event")));
    }

    [Fact]
    public async Task What_could_not_be_told_is_tried_again_and_a_newer_word_takes_its_place()
    {
        var healthy = false;
        await using var operators = await FakeService.StartAsync(_ => healthy ? FakeAnswer.Ok : new FakeAnswer(500, "no"));
        await using var server = await StoryServer.StartAsync("--operators_webhook", operators.Address);
        var watch = server.Get<SelfWatchWorker>();
        await OnlyTheTestLooksAsync(server);
        server.Get<OutageWatch>().StorageFailed(server.Clock.GetUtcNow());
        for (var i = 0; i < 3; i++) watch.Round();
        await operators.ArrivalAsync();
        server.Get<OutageWatch>().StorageWorks(server.Clock.GetUtcNow());
        healthy = true;
        for (var i = 0; i < 10; i++) watch.Round();
        while (!operators.Requests.Any(r => Text(r.Json, "event") == "goes_on"))
        {
            server.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
        Assert.Equal("goes_on", Text(operators.Requests.Last().Json, "event"));
        Assert.Single(operators.Requests, r => Text(r.Json, "event") == "goes_on");
    }

    [Fact]
    public async Task They_hear_it_by_mail_as_well()
    {
        await using var smtp = new FakeSmtp("none");
        await using var server = await StoryServer.StartAsync(
            "--smtp", $"smtp://127.0.0.1:{smtp.Port}?security=none", "--smtp_from", "Exemplar <alerts@example.com>",
            "--operators_email", "ops@example.com, Night <night@example.com>", "--public-url", "https://exemplar.example.com");
        await OnlyTheTestLooksAsync(server);
        server.Get<OutageWatch>().StorageFailed(server.Clock.GetUtcNow());
        for (var i = 0; i < 3; i++) server.Get<SelfWatchWorker>().Round();
        await smtp.ArrivalAsync();
        var stalled = smtp.Only;
        Assert.Equal("Exemplar on https://exemplar.example.com STALLS", stalled.Subject);
        Assert.Equal(["ops@example.com", "night@example.com"], stalled.To.Mailboxes.Select(to => to.Address));
        Assert.Contains("the database cannot be written", stalled.TextBody!.ReplaceLineEndings(" "), StringComparison.Ordinal);

        server.Get<OutageWatch>().StorageWorks(server.Clock.GetUtcNow());
        for (var i = 0; i < 10; i++) server.Get<SelfWatchWorker>().Round();
        await smtp.ArrivalAsync();
        Assert.Equal("Exemplar on https://exemplar.example.com goes on", MimeKit.MimeMessage.Load(new MemoryStream(smtp.Messages.Last())).Subject);
    }

    [Fact]
    public async Task A_mail_server_that_hangs_keeps_no_webhook_waiting()
    {
        await using var smtp = new FakeSmtp("none", (verb, _) => verb == "CONNECT" ? "" : null);
        await using var operators = await FakeService.StartAsync(FakeAnswer.Ok);
        await using var server = await StoryServer.StartAsync(
            "--smtp", $"smtp://127.0.0.1:{smtp.Port}?security=none", "--smtp_from", "alerts@example.com", "--operators_email", "ops@example.com",
            "--operators_webhook", operators.Address);
        await OnlyTheTestLooksAsync(server);
        server.Get<OutageWatch>().StorageFailed(server.Clock.GetUtcNow());
        for (var i = 0; i < 3; i++) server.Get<SelfWatchWorker>().Round();
        await smtp.ArrivalAsync();
        await operators.ArrivalAsync();
        server.Get<OutageWatch>().StorageWorks(server.Clock.GetUtcNow());
        for (var i = 0; i < 10; i++) server.Get<SelfWatchWorker>().Round();
        await operators.ArrivalAsync();
        Assert.Equal(["stalled", "goes_on"], operators.Requests.Select(r => Text(r.Json, "event")));
    }

    // The worker's first sign of life would be written and prove the opposite of what the test says of the database.
    private static Task OnlyTheTestLooksAsync(StoryServer server) => server.Get<LivenessWorker>().StopAsync(CancellationToken.None);

    // One look a second, as the worker does it, whether or not its timer has come to it.
    private static async Task LookAsync(StoryServer server, int seconds, params Part[] ended)
    {
        for (var i = 0; i < seconds; i++)
        {
            await server.PassWithoutAsync(TimeSpan.FromSeconds(1), ended);
            server.Get<SelfWatchWorker>().Round();
        }
    }

    private static string Text(JsonElement body, string name) => body.GetProperty(name).GetString()!;
}
