using Exemplar.Core.Routing;
using Exemplar.Server.Deliveries;
using Exemplar.Server.Hosting;
using Exemplar.Storage;
using Exemplar.Storage.Routing;

namespace Exemplar.Server.Routing;

/// <summary>
/// Tells the next step of a route when its moment has come and nobody has acknowledged. Apart from the worker that follows changes up: a
/// mass outage, which keeps that one busy for minutes, must not keep anybody from being told that nobody is at it.
/// <para>Invariant: rounds never overlap. A step that cannot be told keeps its row and holds up nobody but its own incident.</para>
/// </summary>
internal sealed partial class EscalationWorker(
    EscalationStore store, DeliveryWorker deliveries, DeliveryMetrics metrics, TimeProvider clock, ILogger<EscalationWorker> logger) : BackgroundService
{
    private const int Portion = 50;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _rounds = new(1, 1);
    private readonly RepeatedLine _refused = new();
    private readonly Dictionary<int, DateTimeOffset> _putOff = [];

    /// <summary>Tells every step whose moment has come.</summary>
    /// <exception cref="StorageUnavailableException">What waits still does.</exception>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        await _rounds.WaitAsync(cancellationToken);
        try
        {
            var now = clock.Moment();
            foreach (var (incident, until) in _putOff.ToArray())
                if (until <= now) _putOff.Remove(incident);
            while (await store.ReadDueAsync(now, Portion, _putOff.Keys, cancellationToken) is { Count: > 0 } due)
            {
                var moved = false;
                // Of an incident one step after the other: what the next one is decided on has changed.
                foreach (var step in due.DistinctBy(d => d.Incident.RowNumber)) moved |= await TellAsync(step, now, cancellationToken);
                deliveries.Wake();
                metrics.EscalationRan(clock.GetUtcNow());
                if (!moved) break;
            }
            metrics.EscalationRan(clock.GetUtcNow());
        }
        finally
        {
            _rounds.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await RoundAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (store.IsUnavailable(exception))
            {
                if (_refused.MaySay(clock.GetUtcNow(), 1, out _)) StorageRefused(exception.Message);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                RoundFailed(exception);
            }
            await Task.Delay(LookEvery, clock, stoppingToken);
        }
    }

    public override void Dispose()
    {
        // The round that may be running has to see that it is over before it finds its lock gone.
        base.Dispose();
        _rounds.Dispose();
    }

    /// <summary>True when the step is no longer due.</summary>
    private async Task<bool> TellAsync(DueEscalation due, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            var route = due.Plan.Find(due.Escalation.RouteNumber);
            var decision = EscalationDecision.OnDue(due.Incident.State, due.Escalation, route, now);
            var isMoved = decision.Tell is { } step
                ? await StoreAsync(due, EscalationDraft.Of(due, route!, step, now), decision.Next, now, cancellationToken)
                : await store.MoveAsync(due, decision.Next, cancellationToken);
            if (isMoved) metrics.StepLookedAt();
            return isMoved;
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !store.IsUnavailable(exception))
        {
            _putOff[due.Incident.RowNumber] = clock.GetUtcNow() + RetryAfter;
            metrics.EscalationFailed();
            EscalationFailed(exception, due.Incident.State.Number, due.Incident.OrganizationNumber);
            return false;
        }
    }

    /// <summary>False when somebody acknowledged, or another change came in between. The next reading tells.</summary>
    private Task<bool> StoreAsync(DueEscalation due, EscalationDraft told, Escalation? next, DateTimeOffset now, CancellationToken cancellationToken) =>
        store.StoreAsync(due, told.Incident, told.Told, next, now, cancellationToken);

    [LoggerMessage(2201, LogLevel.Error, "Incidents that nobody acknowledged could not be escalated; they are tried again until they can, and nothing is lost. Check the database. {Reason}")]
    private partial void StorageRefused(string reason);

    [LoggerMessage(2202, LogLevel.Error, "A round of escalating incidents failed and is tried again in a second. Please report it.")]
    private partial void RoundFailed(Exception exception);

    [LoggerMessage(2203, LogLevel.Error, "Incident #{IncidentNumber} of organization number {OrganizationNumber} could not be escalated: the next step was not told. It is tried again in 30 seconds. Please report it.")]
    private partial void EscalationFailed(Exception exception, int incidentNumber, int organizationNumber);
}
