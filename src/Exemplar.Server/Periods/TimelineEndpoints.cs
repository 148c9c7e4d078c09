using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Periods;
using Exemplar.Core.Tokens;
using Exemplar.Server.Json;
using Exemplar.Server.Monitors;
using Exemplar.Server.OpenApi;
using Exemplar.Server.Problems;
using Exemplar.Server.Requests;
using Exemplar.Server.Tokens;
using Exemplar.Storage.Monitors;
using Exemplar.Storage.Periods;

namespace Exemplar.Server.Periods;

/// <summary>A run of time with one status, cut to the range.</summary>
internal sealed record PeriodResource
{
    public required MonitorStatus Status { get; init; }

    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    /// <summary>Why, for down, unknown and maintenance.</summary>
    public required string? Error { get; init; }
}

/// <summary>How a monitor stood over a range of time.</summary>
internal sealed record TimelineResource
{
    /// <summary>Ordered, without gaps or overlaps; at most 10000.</summary>
    public required IReadOnlyList<PeriodResource> Periods { get; init; }

    /// <summary>Up ÷ (up + down) of the whole range, measured in time. Late counts as up; unknown, paused, new and maintenance count as neither. Null when there is neither.</summary>
    public required double? Uptime { get; init; }

    /// <summary>Time spent down in the whole range.</summary>
    public required double DowntimeSeconds { get; init; }

    /// <summary>Where to go on as <c>from</c> when there are more periods than one answer holds; otherwise null.</summary>
    public required DateTimeOffset? NextFrom { get; init; }
}

/// <summary>The timeline of a monitor.</summary>
internal static class TimelineEndpoints
{
    /// <summary>The most periods in one answer.</summary>
    public const int MostPeriods = 10_000;

    private static readonly TimeSpan DefaultRange = TimeSpan.FromDays(1);

    public static void MapTimeline(this IEndpointRouteBuilder routes) =>
        routes.MapGet(MonitorEndpoints.Path + "/{id}/timeline", Get).RequireScope(TokenScopes.Read).WithTags("History")
            .Describe("getTimeline", "Read a monitor's timeline and uptime",
                "The last 24 hours, unless from and to say otherwise. The range ends now at the latest.")
            .TakesQuery("from", "to")
            .Answers(200, typeof(TimelineResource))
            .Fails(ProblemKind.MonitorNotFound);

    private static async Task<IResult> Get(string id, HttpContext context, MonitorStore monitors, PeriodStore periods, TimeProvider clock)
    {
        if (!EntityId.TryParse(id, out var monitorId)
            || await monitors.FindAsync(context.Token().OrganizationNumber, monitorId, context.RequestAborted) is not { } monitor)
            return MonitorEndpoints.NotFound();
        // Read after the state: nothing that the state knows may lie in the future.
        var now = clock.Moment();
        var fields = new QueryFields(context.Request.Query);
        var to = fields.Moment("to") ?? now;
        var from = fields.Moment("from") ?? Before(to);
        if (from >= to) fields.Errors.Add("from", "must be before to, which is the present moment unless it is given");
        if (fields.Errors.Any) return ProblemResult.Invalid(fields.Errors);

        var timeline = await ReadAsync(monitor, periods, from, to < now ? to : now, now, context.RequestAborted);
        return TypedResults.Json(timeline, ApiJson.Wire.TimelineResource);
    }

    /// <summary>The timeline of [<paramref name="from"/>, <paramref name="to"/>), which ends at <paramref name="now"/> at the latest.</summary>
    public static async Task<TimelineResource> ReadAsync(
        MonitorView monitor, PeriodStore periods, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        var number = monitor.Definition.Number;
        var stored = await periods.ReadAsync(number, from, to, MostPeriods, cancellationToken);
        var cut = Timeline.Cut(stored.Periods, monitor.State, from, stored.NextFrom ?? to, now);
        // Where all periods are in the answer the uptime is their sum, so that the two always agree. Old periods are
        // removed one day; what they came to is in the roll-ups.
        var removedBefore = now.AddDays(-Core.Organizations.Retention.PeriodDays);
        var uptime = stored.NextFrom is null && from > removedBefore
            ? Uptime.Of(cut, from, to)
            : await periods.UptimeAsync(number, from, to, cancellationToken);
        return new TimelineResource
        {
            Periods =
            [
                .. cut.Select(p => new PeriodResource { Status = p.Status, From = p.From, To = p.To ?? to, Error = p.Error }),
            ],
            Uptime = uptime.Ratio,
            DowntimeSeconds = uptime.Down.TotalMilliseconds / 1000,
            NextFrom = stored.NextFrom,
        };
    }

    private static DateTimeOffset Before(DateTimeOffset moment) =>
        moment - DateTimeOffset.UnixEpoch < DefaultRange ? DateTimeOffset.UnixEpoch : moment - DefaultRange;
}
