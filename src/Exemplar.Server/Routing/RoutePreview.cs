using Exemplar.Core.Ids;
using Exemplar.Core.Monitors;
using Exemplar.Core.Routing;
using Exemplar.Storage.Channels;
using Exemplar.Storage.Routing;

namespace Exemplar.Server.Routing;

/// <summary>Who would be told, and when, if a monitor went down: by the channels' own choice and by the routes.</summary>
internal sealed class RoutePreview(RouteStore routes, ChannelStore channels)
{
    /// <summary>Everything that would be told while nobody acknowledges, in the order in which it would be.</summary>
    public async Task<IReadOnlyList<PreviewedStep>> OfAsync(MonitorDefinition monitor, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var all = await channels.ListAsync(monitor.OrganizationNumber, after: 0, ChannelStore.MostChannels, cancellationToken);
        Recipient[] own =
        [
            .. all.Items.Where(c => c.Route.Takes(monitor.Id, monitor.Tags)).Select(c => new Recipient(new RouteChannel(c.Route.Number, c.Id, c.Name), null)),
        ];
        var book = await routes.BookAsync(monitor, cancellationToken);
        var steps = new List<PreviewedStep>();
        if (own.Length > 0) steps.Add(new PreviewedStep(at, null, 0, own));
        foreach (var start in book.Plan.OnDown(book.MonitorOf(monitor), at, at))
        {
            var begin = start.Route.Hours?.NextWithin(at) ?? at;
            for (var i = 0; i < start.Route.Steps.Count; i++)
            {
                var moment = begin + start.Route.Steps[i].After;
                steps.Add(new PreviewedStep(moment, start.Route, i, book.Plan.Recipients(start.Route.Steps[i], moment)));
            }
        }
        return WithoutRepeats(steps.OrderBy(s => s.At));
    }

    // Whoever was told of an incident is not told again by a later step.
    private static List<PreviewedStep> WithoutRepeats(IEnumerable<PreviewedStep> steps)
    {
        var told = new HashSet<int>();
        return [.. steps.Select(step => step with { Told = [.. step.Told.Where(r => told.Add(r.Channel.Number))] })];
    }
}

/// <summary>One step of what would be told.</summary>
/// <param name="At">When.</param>
/// <param name="Route">By which route; null for the channels' own choice.</param>
/// <param name="Step">Which step of it, from 0.</param>
/// <param name="Told">Who is told and was not before.</param>
internal sealed record PreviewedStep(DateTimeOffset At, Core.Routing.Route? Route, int Step, IReadOnlyList<Recipient> Told);

/// <summary>Who would be told, and when, if a monitor went down and nobody acknowledged.</summary>
internal sealed record RoutePreviewResource
{
    public required EntityId MonitorId { get; init; }

    /// <summary>When it would go down.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>In the order in which it would be told. Who is on call later is as planned now.</summary>
    public required IReadOnlyList<PreviewedStepResource> Steps { get; init; }

    public static RoutePreviewResource Of(EntityId monitor, DateTimeOffset at, IReadOnlyList<PreviewedStep> steps) => new()
    {
        MonitorId = monitor,
        At = at,
        Steps =
        [
            .. steps.Select(s => new PreviewedStepResource
            {
                At = s.At,
                RouteId = s.Route?.Id,
                Route = s.Route?.Name,
                Step = s.Step + 1,
                Told = [.. s.Told.Select(r => new RecipientResource { ChannelId = r.Channel.Id, Channel = r.Channel.Name, Participant = r.Participant })],
            }),
        ],
    };
}

/// <summary>One step of what would be told.</summary>
internal sealed record PreviewedStepResource
{
    public required DateTimeOffset At { get; init; }

    /// <summary>Null for channels that tell of the monitor by their own choice.</summary>
    public required EntityId? RouteId { get; init; }

    public required string? Route { get; init; }

    /// <summary>From 1.</summary>
    public required int Step { get; init; }

    /// <summary>Who is told and was not before; may be nobody.</summary>
    public required IReadOnlyList<RecipientResource> Told { get; init; }
}

/// <summary>Somebody who would be told.</summary>
internal sealed record RecipientResource
{
    public required EntityId ChannelId { get; init; }

    public required string Channel { get; init; }

    /// <summary>Who is on call then; null for a channel that is named itself.</summary>
    public required string? Participant { get; init; }
}

// Only for the documentation: RouteEndpoints reads it field by field.
/// <summary>Which monitor, and when.</summary>
internal sealed record RoutePreviewQuestion
{
    public required EntityId MonitorId { get; init; }

    /// <summary>When it would go down; left out: now.</summary>
    public DateTimeOffset? At { get; init; }
}
