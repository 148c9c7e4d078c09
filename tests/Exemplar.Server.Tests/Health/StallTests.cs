using System.Diagnostics.Metrics;
using Exemplar.Server.Deadlines;
using Exemplar.Server.Deliveries;
using Exemplar.Server.Health;
using Exemplar.Server.Heartbeats;
using Exemplar.Server.Incidents;
using Exemplar.Server.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Health;

/// <summary>A part of the server that stands still turns <c>/readyz</c> red with a reason, and its metric to 1.</summary>
public sealed class StallTests
{
    [Fact]
    public async Task A_server_that_goes_on_is_ready_however_long_nothing_happens()
    {
        await using var server = await StoryServer.StartAsync();
        await server.PassWithoutAsync(TimeSpan.FromSeconds(90));
        Assert.Equal((200, "ready"), await server.ReadyAsync());
        Assert.All(Enum.GetValues<Part>(), part => Assert.Equal(0, Stalled(server, part)));
    }

    [Theory]
    [InlineData(Part.Scheduler, "no deadline has been judged for 30 s or more")]
    [InlineData(Part.FollowUp, "nobody has been told of changes of status for 30 s or more")]
    [InlineData(Part.Outbox, "no alert has been sent for 30 s or more, whether one waits or not")]
    [InlineData(Part.Escalation, "no incident has been escalated for 30 s or more, whether one waits or not")]
    internal async Task A_worker_that_has_ended_is_named_and_one_that_goes_on_again_is_forgotten(Part part, string reason)
    {
        await using var server = await StoryServer.StartAsync();
        await EndAsync(server, part);
        await server.PassWithoutAsync(TimeSpan.FromSeconds(29), part);
        Assert.Equal((200, "ready"), await server.ReadyAsync());
        await server.PassWithoutAsync(TimeSpan.FromSeconds(3), part);
        Assert.Equal((503, reason), await server.ReadyAsync());
        Assert.Equal(1, Stalled(server, part));
        Assert.Equal(1, Enum.GetValues<Part>().Sum(other => Stalled(server, other)));

        await server.PassWithoutAsync(TimeSpan.FromSeconds(1));
        Assert.Equal((200, "ready"), await server.ReadyAsync());
        Assert.Equal(0, Stalled(server, part));
    }

    [Fact]
    public async Task A_writer_that_cannot_finish_a_batch_is_named_with_the_scheduler_that_waits_for_it()
    {
        await using var server = await StoryServer.StartAsync();
        var monitor = await server.CreateMonitorAsync(60, 1);
        var end = await server.HoldDatabaseAsync();
        var beat = server.BeatAsync(monitor);
        await AcceptedAsync(server);
        // The scheduler's own worker waits for the writer now; the others only read.
        await server.PassWithoutAsync(TimeSpan.FromSeconds(33), Part.Storage, Part.Scheduler);

        var (status, reason) = await server.ReadyAsync();
        Assert.Equal(503, status);
        Assert.Contains("heartbeats have waited to be stored for 30 s or more", reason, StringComparison.Ordinal);
        Assert.Equal((1, 1, 0, 0), (Stalled(server, Part.HeartbeatWriter), Stalled(server, Part.Scheduler), Stalled(server, Part.FollowUp), Stalled(server, Part.Outbox)));

        await end();
        await beat;
        await server.PassWithoutAsync(TimeSpan.FromSeconds(2));
        Assert.Equal((200, "ready"), await server.ReadyAsync());
    }

    private static Task EndAsync(StoryServer server, Part part) => part switch
    {
        Part.Scheduler => server.Get<DeadlineWorker>().StopAsync(CancellationToken.None),
        Part.FollowUp => server.Get<IncidentWorker>().StopAsync(CancellationToken.None),
        Part.Escalation => server.Get<EscalationWorker>().StopAsync(CancellationToken.None),
        _ => server.Get<DeliveryWorker>().StopAsync(CancellationToken.None),
    };

    private static async Task AcceptedAsync(StoryServer server)
    {
        var intake = server.Get<HeartbeatIntake>();
        while (intake.Progress.Accepted == 0) await Task.Yield();
    }

    private static int Stalled(StoryServer server, Part part)
    {
        server.Get<SelfWatchWorker>().Round();
        var found = -1;
        using var listener = new MeterListener();
        var meters = server.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument.Name == "exemplar_stalled" && ReferenceEquals(instrument.Meter.Scope, meters)) all.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) =>
        {
            if (tags[0].Value is string name && name == Exemplar.Server.Requests.Words<Part>.Of(part)) found = value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return found;
    }
}
