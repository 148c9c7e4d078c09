using Exemplar.Core.Boards;
using Exemplar.Core.Ids;

namespace Exemplar.Server.Console.Boards;

/// <summary>A monitor that was chosen by hand.</summary>
public sealed record ChosenMonitor(string Id, string Name);

/// <summary>One service as it is being edited.</summary>
public sealed class ServiceForm
{
    public string Name { get; set; } = "";

    /// <summary>What it is called in a sentence.</summary>
    public string Called => Name.Length == 0 ? "the new service" : Name;

    /// <summary>Null for a new one; it gets one when it is saved.</summary>
    public string? Slug { get; init; }

    public List<ChosenMonitor> Monitors { get; } = [];

    public List<string> Tags { get; } = [];

    /// <summary>The tag that is being typed.</summary>
    public string Tag { get; set; } = "";

    /// <summary>Takes what was typed among the tags. Whoever saves without pressing the button beside it means it too.</summary>
    public string? TakeTag()
    {
        var tag = Tag.Trim();
        Tag = "";
        if (tag.Length == 0 || Tags.Contains(tag, StringComparer.Ordinal)) return null;
        Tags.Add(tag);
        return tag;
    }
}

/// <summary>A board as it is being edited.</summary>
internal sealed class BoardForm
{
    public string Name { get; set; } = "";

    public string Slug { get; set; } = "";

    public string Title { get; set; } = "";

    public bool IsPublished { get; set; }

    public bool ShowsMonitors { get; set; }

    public List<ServiceForm> Services { get; } = [];

    public MonitorMoves Moves { get; }

    public BoardForm() => Moves = new MonitorMoves(Services);

    /// <param name="board">The board to edit.</param>
    /// <param name="names">What its monitors are called.</param>
    public static BoardForm Of(Board board, IReadOnlyDictionary<EntityId, string> names)
    {
        var form = new BoardForm
        {
            Name = board.Name, Slug = board.Slug, Title = board.Title ?? "", IsPublished = board.IsPublished, ShowsMonitors = board.ShowsMonitors,
        };
        foreach (var service in board.Services)
        {
            var services = new ServiceForm { Name = service.Name, Slug = service.Slug };
            services.Monitors.AddRange(service.MonitorIds.Select(id => new ChosenMonitor(id.ToString(), names.GetValueOrDefault(id, id.ToString()))));
            services.Tags.AddRange(service.Tags);
            form.Services.Add(services);
        }
        return form;
    }

    /// <summary>Moves a service; false where there is no such place.</summary>
    public bool Move(int from, int to) => Places.Move(Services, from, to);

    /// <summary>The fields as the API names them.</summary>
    public Dictionary<string, object?> ToFields() => new(StringComparer.Ordinal)
    {
        ["name"] = Name,
        ["slug"] = Slug,
        ["title"] = Title.Trim(),
        ["published"] = IsPublished,
        ["show_monitors"] = ShowsMonitors,
        ["services"] = Services.Select(s => new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["name"] = s.Name,
            ["slug"] = s.Slug,
            ["monitor_ids"] = s.Monitors.Select(m => m.Id).ToList(),
            ["tags"] = s.Tags,
        }).ToList(),
    };
}
