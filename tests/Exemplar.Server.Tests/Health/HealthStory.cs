using Exemplar.Server.Deadlines;
using Exemplar.Server.Deliveries;
using Exemplar.Server.Health;
using Exemplar.Server.Incidents;
using Exemplar.Server.Outages;
using Exemplar.Server.Routing;
using Exemplar.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Exemplar.Server.Tests.Health;

/// <summary>Time passes for a server of which a part has ended, or whose database is held by somebody.</summary>
internal static class HealthStory
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(500);

    /// <summary>Lets time pass for all parts but some; the server looks at itself every second.</summary>
    public static async Task PassWithoutAsync(this StoryServer server, TimeSpan duration, params Part[] ended)
    {
        for (var passed = TimeSpan.Zero; passed < duration; passed += Step)
        {
            server.Clock.Advance(Step);
            // A round that waits for what the story holds is a failure, not a test without an end.
            await RoundsAsync(server, ended).WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);
        }
    }

    private static async Task RoundsAsync(StoryServer server, Part[] ended)
    {
        if (!ended.Contains(Part.Storage)) await server.Get<LivenessWorker>().RoundAsync(CancellationToken.None);
        if (!ended.Contains(Part.Scheduler)) await server.Get<DeadlineWorker>().RoundAsync(CancellationToken.None);
        if (!ended.Contains(Part.FollowUp)) await server.Get<IncidentWorker>().RoundAsync(CancellationToken.None);
        if (!ended.Contains(Part.Escalation)) await server.Get<EscalationWorker>().RoundAsync(CancellationToken.None);
        if (!ended.Contains(Part.Outbox)) await server.Get<DeliveryWorker>().RoundAsync(CancellationToken.None);
    }

    public static async Task<(int Status, string Reason)> ReadyAsync(this StoryServer server)
    {
        using var answer = await server.Http.GetAsync("/readyz");
        return ((int)answer.StatusCode, (await answer.Content.ReadAsStringAsync()).TrimEnd('\n'));
    }

    /// <summary>Begins a write transaction that does not end before it is told to: on SQLite everybody else waits for it.</summary>
    public static async Task<Func<Task>> HoldDatabaseAsync(this StoryServer server)
    {
        // The outbox's first round writes: begun under the transaction it would keep every later one of the story waiting, without an end.
        await server.Get<DeliveryWorker>().RoundAsync(CancellationToken.None);
        var (held, ends) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holding = server.Get<StorageEngine>().WriteAsync(async _ =>
        {
            held.SetResult();
            await ends.Task;
            return true;
        }, CancellationToken.None);
        await held.Task;
        return async () =>
        {
            ends.SetResult();
            await holding;
        };
    }

    public static T Get<T>(this StoryServer server) where T : notnull => server.Services.GetRequiredService<T>();
}
