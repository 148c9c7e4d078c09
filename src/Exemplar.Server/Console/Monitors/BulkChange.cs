using System.Text.Json;
using Exemplar.Server.Requests;
using Exemplar.Storage.Monitors;

namespace Exemplar.Server.Console.Monitors;

/// <summary>What can be done to many monitors at once.</summary>
public enum BulkVerb
{
    Pause,
    Resume,
    Tag,
    Untag,
    Delete,
}

/// <summary>What became of it.</summary>
/// <param name="Done">How many were changed, or were so already.</param>
/// <param name="Failed">Those that were left as they were, and why.</param>
internal sealed record BulkReport(int Done, IReadOnlyList<(string Name, string Why)> Failed);

/// <summary>
/// One action for many monitors. Each is a change of its own with the role read anew, so one that fails keeps none of the others, and a
/// role that is taken away meanwhile ends it there.
/// </summary>
internal sealed class BulkChange(MonitorActions actions)
{
    private const int ReportEvery = 10;

    /// <summary>What is wrong with a tag, going on from its label; null when nothing is.</summary>
    public static string? WrongTag(string tag)
    {
        var fields = new JsonFields(JsonSerializer.SerializeToElement(new Dictionary<string, object> { ["tags"] = new[] { tag } }), nullIsAbsent: true);
        fields.Tags("tags");
        return fields.Errors.ByField.GetValueOrDefault("tags")?[0];
    }

    /// <param name="verb">What to do.</param>
    /// <param name="monitors">To whom.</param>
    /// <param name="tag">For the verbs that need one.</param>
    /// <param name="progress">Told how many are through, now and then.</param>
    public async Task<BulkReport> RunAsync(BulkVerb verb, IReadOnlyList<MonitorView> monitors, string tag, Action<int> progress)
    {
        var failed = new List<(string, string)>();
        for (var i = 0; i < monitors.Count; i++)
        {
            var outcome = await OneAsync(verb, monitors[i], tag);
            if (outcome.Value is null) failed.Add((monitors[i].Definition.Name, outcome.Refusal ?? outcome.Errors?.Summary ?? "It could not be changed."));
            if ((i + 1) % ReportEvery == 0) progress(i + 1);
        }
        return new BulkReport(monitors.Count - failed.Count, failed);
    }

    private Task<Outcome<MonitorView>> OneAsync(BulkVerb verb, MonitorView monitor, string tag) => verb switch
    {
        BulkVerb.Pause => actions.PauseAsync(monitor.Definition.Id),
        BulkVerb.Resume => actions.ResumeAsync(monitor.Definition.Id),
        BulkVerb.Tag => actions.TagAsync(monitor.Definition.Id, tag),
        BulkVerb.Untag => actions.UntagAsync(monitor.Definition.Id, tag),
        _ => actions.DeleteAsync(monitor),
    };
}
